"""``python -m saliency``: the one file of this package that names what stands above it."""

from commands import main, terminal

if __name__ == "__main__":
    terminal.run(main.main)
