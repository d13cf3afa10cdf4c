"""What ``streamlit run app.py`` serves: the page in ``ui/main.py``."""

from streamlit.starlette import App

app = App("ui/main.py")
