"""Images are never kept as they were sent: decoded, turned upright, made smaller if need be, and written anew.

What is not picture falls away with that: place and time of a photo, the camera's number, previews, comments, and
whatever somebody hid behind the picture.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from marketplace.attachments.formats import MAX_BYTES, Format, RefusedFileError
from marketplace.core.labels import Label

MAX_PIXELS = 50_000_000
"""More is refused before anything is decoded; cameras of phones have 12 to 50 million."""

MAX_EDGE = 2400
"""Pixels of the longer side of a kept image: sharp on a page and on paper up to 20 cm."""

_NAMES = {Format.PNG: "PNG", Format.JPEG: "JPEG", Format.WEBP: "WEBP"}
_OPTIONS: dict[Format, dict[str, int | bool]] = {
    Format.PNG: {"optimize": False, "compress_level": 9},
    Format.JPEG: {"quality": 85, "optimize": True, "progressive": True},
    Format.WEBP: {"quality": 88, "method": 4},
}
_DEEP_MODES = ("I", "I;16", "I;16B", "F")

_DAMAGED = Label(
    "Das Bild ist beschädigt oder unvollständig. Bitte speichern Sie es neu und laden Sie es noch einmal hoch."
)
_TOO_MANY_PIXELS = Label(
    "Das Bild hat mehr als 50 Millionen Bildpunkte. Bitte verkleinern Sie es, zum Beispiel auf 2.400 Punkte Breite."
)
_ANIMATED = Label("Bewegte Bilder nehmen wir nicht an. Bitte speichern Sie ein einzelnes Bild als PNG oder JPEG.")
_STILL_TOO_LARGE = Label("Das Bild ist auch verkleinert größer als 10 MB. Bitte speichern Sie es als JPEG.")

# Pillow's own alarm for those who forget to look; ours comes first and has a sentence.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


@dataclass(frozen=True)
class WrittenImage:
    """An image as it is kept; size in pixels."""

    content: bytes
    width: int
    height: int


def rewrite(data: bytes, format_: Format) -> WrittenImage:
    """The picture of an image file in a new file of the same format; raises RefusedFileError."""
    try:
        with Image.open(io.BytesIO(data), formats=[_NAMES[format_]]) as opened:
            _check(opened)
            picture = _prepare(opened, format_)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise RefusedFileError(_TOO_MANY_PIXELS) from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, ZeroDivisionError):
        # Pillow's readers raise all of these for files that are cut off or made up.
        raise RefusedFileError(_DAMAGED) from None
    target = io.BytesIO()
    picture.save(target, _NAMES[format_], **_OPTIONS[format_])
    if target.tell() > MAX_BYTES:
        raise RefusedFileError(_STILL_TOO_LARGE)
    return WrittenImage(target.getvalue(), *picture.size)


def _check(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise RefusedFileError(_TOO_MANY_PIXELS)
    # Some phones keep a second view of the same photo in a JPEG file (MPO); the first one is the photo.
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        raise RefusedFileError(_ANIMATED)


def _prepare(image: Image.Image, format_: Format) -> Image.Image:
    if format_ is Format.JPEG:
        # JPEG can be read at half or a quarter of its size, which spares most of the memory.
        image.draft(None, (MAX_EDGE, MAX_EDGE))
    image.load()
    plain = _in_plain_colours(image, format_)
    plain.thumbnail((MAX_EDGE, MAX_EDGE), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(plain)
    # A new picture of the same points: nothing that hung on the old one comes along.
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    return clean


def _in_plain_colours(image: Image.Image, format_: Format) -> Image.Image:
    """Red, green, blue (sRGB), with transparency where the format has it."""
    if image.mode in _DEEP_MODES:
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        image = _to_srgb(image, profile)
    if format_ is not Format.JPEG and image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image
