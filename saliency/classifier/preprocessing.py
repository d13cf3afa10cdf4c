"""How a photo's pixels become a model's input."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Preprocessing:
    """How pixels become a model's input: sizes in pixels, mean and standard deviation of values in [0, 1].

    Attributes:
        crop_size: Side of the square the model was trained on; its height, where it is no square.
        resize_size: Short side to which its published recipe resizes before it crops.
        interpolation: ``bilinear`` or ``bicubic``.
        whole_size: Short side at which a whole photo is handed over, where that is not ``crop_size``.
        crop_width: Width of what the model was trained on, where it is no square.
        squeezed: Whether it was trained on photos squeezed to that size, and whole ones are handed over so.
    """

    crop_size: int = 224
    resize_size: int = 256
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    interpolation: str = "bilinear"
    whole_size: int | None = None
    crop_width: int | None = None
    squeezed: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of what the model was trained on."""
        return self.crop_size, self.crop_width or self.crop_size

    @property
    def black(self) -> tuple[float, float, float]:
        """Black in normalised values, ``(0 − mean) / std``."""
        red, green, blue = (-m / s for m, s in zip(self.mean, self.std, strict=True))
        return red, green, blue
