"""Reading picture files of any format as plain 8-bit images, or saying why one cannot be read."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 100_000_000
"""A larger picture is refused before its pixels are decoded."""

NOT_READ = ("EPS", "WMF")
"""Formats for which Pillow starts other programs."""

WHOLE = (65535,)
FRACTIONS = (1, 255, 65535)
"""How far whole numbers of more than 8 bits and floating-point numbers may go; the first range that
an image fits into is its scale."""

LIGHT = 160
"""Ink that is lighter than this, of 255, on a clear background is put on black, not on white."""

Pixels = npt.NDArray[np.uint8]


class PictureError(Exception):
    """A file is not an image that can be used; the message says why."""


def read(file: Path) -> Image.Image:
    """Read a picture: its first frame, turned as its camera says.

    Where it is transparent, the background becomes white, or black if what is drawn on it is light.

    Args:
        file: in any format that Pillow reads by itself, of any mode and depth.

    Returns:
        An image of mode `L` (grey) or `RGB`, 8 bits per channel. Deeper images are scaled by the
        ranges :data:`WHOLE` and :data:`FRACTIONS`.

    Raises:
        PictureError: if it is empty, not an image, broken or truncated, has numbers beyond these
            ranges, or has more than :data:`MOST_PIXELS` pixels.
    """
    Image.init()
    formats = [name for name in Image.OPEN if name not in NOT_READ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of large pictures; the limit is ours
        try:
            if file.stat().st_size == 0:
                raise PictureError("the file is empty")
            with Image.open(file, formats=formats) as picture:
                width, height = picture.size
                if width * height > MOST_PIXELS:
                    raise PictureError(
                        f"it has {width:,} x {height:,} pixels; at most {MOST_PIXELS:,} are read"
                    )
                picture.load()
                return _eight_bits(ImageOps.exif_transpose(picture))
        except PictureError:
            raise
        except Image.DecompressionBombError as error:
            raise PictureError("it has far too many pixels") from error
        except UnidentifiedImageError as error:
            raise PictureError("it is not an image in a format that can be read") from error
        except (FileNotFoundError, PermissionError) as error:
            raise PictureError(f"it cannot be opened ({error.strerror})") from error
        except Exception as error:
            # Decoders raise whatever they come upon in a broken file.
            raise PictureError(f"it is broken or truncated ({error})") from error


def pixels(picture: Image.Image, size: tuple[int, int], channels: int) -> Pixels:
    """A picture in a given size, whatever its aspect, and with one or three channels.

    Args:
        picture: of :func:`read`.
        size: height and width.
        channels: 1 for grey (ITU-R 601-2 luma), 3 for red, green and blue.

    Returns:
        uint8 (height, width, channels).
    """
    height, width = size
    converted = picture.convert("L" if channels == 1 else "RGB")
    if converted.size != (width, height):
        converted = converted.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(converted, np.uint8).reshape(height, width, channels)


def _eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I") or picture.mode == "F":
        values = np.nan_to_num(np.asarray(picture, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        return Image.fromarray(_scaled(values, FRACTIONS if picture.mode == "F" else WHOLE))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        flat = Image.alpha_composite(_background(picture), picture).convert("RGB")
        return flat.convert("L") if _is_grey(flat) else flat
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _background(picture: Image.Image) -> Image.Image:
    """What stands behind a picture of mode `RGBA`: the opposite of what is drawn on it."""
    opacity = np.asarray(picture.getchannel("A"), np.float64)
    clear = float((opacity < 128).mean())
    luma = np.asarray(picture.convert("RGB").convert("L"), np.float64)
    mean = float((luma * opacity).sum() / max(opacity.sum(), 1))
    return Image.new("RGBA", picture.size, "black" if clear > 0.5 and mean > LIGHT else "white")


def _scaled(values: npt.NDArray[np.float64], ranges: Sequence[int]) -> Pixels:
    """Values as 8 bits, by the first of the ranges from 0 that they lie in."""
    low, high = float(values.min()), float(values.max())
    highest = next((end for end in ranges if high <= end), None)
    if low < 0 or highest is None:
        raise PictureError(
            f"its numbers are from {low:g} to {high:g}; they are read from 0 to {ranges[-1]:,}"
        )
    return np.round(values * (255 / highest)).astype(np.uint8)


def _is_grey(picture: Image.Image) -> bool:
    red, green, blue = (np.asarray(band) for band in picture.split())
    return bool(np.array_equal(red, green) and np.array_equal(red, blue))
