"""``python -m models``: see ``commands.models``."""

from commands import models, terminal

if __name__ == "__main__":
    terminal.run(models.main)
