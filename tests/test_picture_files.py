"""Pictures of any format and mode become plain 8-bit images, or say why they cannot."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from study import pictures

RAMP = np.arange(0, 240, 4, dtype=np.uint8).reshape(6, 10)


@pytest.mark.parametrize(
    ("suffix", "tolerance"),
    [("png", 0), ("gif", 0), ("bmp", 0), ("tiff", 0), ("webp", 8), ("jpg", 8), ("ppm", 0)],
)
def test_formats(tmp_path: Path, suffix: str, tolerance: int) -> None:
    file = tmp_path / f"a.{suffix}"
    Image.fromarray(RAMP).save(file)
    read = pictures.pixels(pictures.read(file), RAMP.shape, 1)[..., 0]
    assert np.abs(read.astype(int) - RAMP).max() <= tolerance


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [("L", "tiff"), ("LA", "png"), ("P", "png"), ("RGB", "tiff"), ("RGBA", "tiff"),
     ("CMYK", "tiff"), ("YCbCr", "tiff")],
)  # fmt: skip
def test_modes(tmp_path: Path, mode: str, suffix: str) -> None:
    grey = Image.fromarray(RAMP)
    picture = grey.convert("P") if mode == "P" else grey.convert("RGB").convert(mode)
    picture.save(tmp_path / f"a.{suffix}")
    read = pictures.read(tmp_path / f"a.{suffix}")
    assert read.mode in ("L", "RGB")
    assert np.abs(np.asarray(read.convert("L"), np.int64) - RAMP).max() <= 4


def test_black_and_white(tmp_path: Path) -> None:
    Image.fromarray(RAMP).convert("1", dither=Image.Dither.NONE).save(tmp_path / "a.png")
    assert np.array_equal(np.asarray(pictures.read(tmp_path / "a.png")) > 0, RAMP > 127)


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    Image.fromarray(RAMP.astype(np.uint16) * 257).save(tmp_path / "a.png")
    assert np.array_equal(np.asarray(pictures.read(tmp_path / "a.png")), RAMP)


@pytest.mark.parametrize("factor", [1.0, 1 / 255, 257.0])
def test_floating_point_numbers_become_eight_bits(tmp_path: Path, factor: float) -> None:
    Image.fromarray((RAMP * factor).astype(np.float32)).save(tmp_path / "a.tiff")
    read = np.asarray(pictures.read(tmp_path / "a.tiff"))
    assert np.abs(read.astype(int) - RAMP).max() <= 1


@pytest.mark.parametrize("highest", [200, 60000])
def test_a_scale_does_not_depend_on_what_is_shown(tmp_path: Path, highest: int) -> None:
    """One dataset of whole numbers has one scale, also for its dark pictures."""
    values = np.full((3, 4), highest, np.int32)
    Image.fromarray(values).save(tmp_path / "a.tiff")
    assert (np.asarray(pictures.read(tmp_path / "a.tiff")) == round(highest / 257)).all()


@pytest.mark.parametrize("value", [70000.0, -3.0])
def test_numbers_beyond_the_ranges_are_refused(tmp_path: Path, value: float) -> None:
    Image.fromarray(np.full((3, 4), value, np.float32)).save(tmp_path / "a.tiff")
    with pytest.raises(pictures.PictureError, match=f"its numbers are from {value:g} to"):
        pictures.read(tmp_path / "a.tiff")


def test_light_ink_on_a_clear_background_stays_visible(tmp_path: Path) -> None:
    clear = np.zeros((20, 20, 4), np.uint8)
    clear[8:12, 3:17] = (250, 250, 250, 255)
    Image.fromarray(clear).save(tmp_path / "a.png")
    read = np.asarray(pictures.read(tmp_path / "a.png"))
    assert (read[8:12, 3:17] == 250).all()
    assert read[0, 0] == 0


def test_no_other_program_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow would hand an EPS file to Ghostscript."""
    (tmp_path / "gs").write_text(f"#!/bin/sh\ntouch '{tmp_path}/started'\n")
    (tmp_path / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.eps").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EOF\n")
    with pytest.raises(pictures.PictureError, match="not an image in a format"):
        pictures.read(tmp_path / "a.eps")
    assert not (tmp_path / "started").exists()


def test_whatever_a_decoder_raises_is_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(RAMP).save(tmp_path / "a.png")
    for error in (RuntimeError("x"), NotImplementedError("x"), AttributeError("x"), MemoryError()):
        monkeypatch.setattr(
            Image.Image, "load", lambda self, error=error: (_ for _ in ()).throw(error)
        )
        with pytest.raises(pictures.PictureError, match="broken or truncated"):
            pictures.read(tmp_path / "a.png")


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(pictures.PictureError, match=r"cannot be opened \(No such file"):
        pictures.read(tmp_path / "gone.png")


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    clear = np.zeros((2, 2, 4), np.uint8)
    clear[0, 0] = (0, 0, 0, 255)
    Image.fromarray(clear).save(tmp_path / "a.png")
    read = pictures.read(tmp_path / "a.png")
    assert read.mode == "L"
    assert np.asarray(read).tolist() == [[0, 255], [255, 255]]


def test_a_picture_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.fromarray(RAMP).save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(np.asarray(pictures.read(tmp_path / "a.png")), np.rot90(RAMP, -1))


def test_the_first_frame_of_several(tmp_path: Path) -> None:
    first, second = Image.fromarray(RAMP), Image.fromarray(255 - RAMP)
    first.save(tmp_path / "a.gif", save_all=True, append_images=[second])
    assert np.array_equal(np.asarray(pictures.read(tmp_path / "a.gif").convert("L")), RAMP)


def test_scaling_keeps_what_is_there() -> None:
    large = Image.fromarray(np.kron(RAMP, np.ones((7, 7), np.uint8)))
    small = pictures.pixels(large, RAMP.shape, 3)
    assert small.shape == (*RAMP.shape, 3)
    assert np.abs(small[..., 1].astype(int) - RAMP).mean() < 4


def beginning(width: int, height: int) -> bytes:
    """A PNG of grey pixels that ends where they should begin."""
    header = b"IHDR" + struct.pack(">II", width, height) + bytes([8, 0, 0, 0, 0])
    checked = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + checked + struct.pack(">I", 1000) + b"IDAT"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"hello", "it is not an image in a format that can be read"),
        (beginning(20_000, 6_000), "it has 20,000 x 6,000 pixels; at most 100,000,000 are read"),
        (beginning(60_000, 60_000), "it has far too many pixels"),
        (beginning(20, 20), "it is broken or truncated"),
    ],
)
def test_what_is_no_picture_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(pictures.PictureError, match=reason):
        pictures.read(tmp_path / "a.png")


def test_every_beginning_of_a_picture_is_refused_or_read(tmp_path: Path) -> None:
    whole = tmp_path / "whole.png"
    Image.fromarray(RAMP).save(whole)
    content = whole.read_bytes()
    refused = 0
    for length in range(len(content)):
        (tmp_path / "part.png").write_bytes(content[:length])
        try:
            assert np.array_equal(np.asarray(pictures.read(tmp_path / "part.png")), RAMP)
        except pictures.PictureError:
            refused += 1
    assert refused > len(content) / 2
