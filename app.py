"""What ``streamlit run app.py`` serves: the page in ``ui/main.py``, behind ``ui/server``."""

from streamlit.starlette import App

from ui.start.serving import MIDDLEWARE, lifespan

app = App("ui/main.py", middleware=MIDDLEWARE, lifespan=lifespan)
