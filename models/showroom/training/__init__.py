"""How the built-in models are trained, and measured."""
