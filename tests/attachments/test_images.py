"""Images are written anew: upright, without a word about where and with what they were taken, not too large."""

import io
import time
import tracemalloc

import pytest
from PIL import Image

from marketplace.attachments.checking import check_file
from marketplace.attachments.formats import Format, RefusedFileError
from marketplace.attachments.images import MAX_EDGE, rewrite
from tests.support.files import animated, image, photo, png_header


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def test_place_camera_and_comment_are_gone() -> None:
    sent = photo()
    assert b"Geheimkamera" in sent
    assert b"Erika" in sent
    kept = check_file(sent).content
    assert b"Geheimkamera" not in kept
    assert b"Erika" not in kept
    assert not opened(kept).getexif()
    assert "comment" not in opened(kept).info


def test_a_photo_stands_upright() -> None:
    """The camera noted „turn right“: what was left is then on top."""
    kept = check_file(photo(size=(40, 30)))
    assert (kept.width, kept.height) == (30, 40)
    picture = opened(kept.content).convert("RGB")
    assert picture.getpixel((15, 3))[0] > 200
    assert picture.getpixel((15, 36))[2] > 200


@pytest.mark.parametrize(("name", "format_"), [("PNG", Format.PNG), ("WEBP", Format.WEBP)])
def test_words_in_other_formats_are_gone_too(name: str, format_: Format) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Geheimkamera"
    sent = image(name, exif=exif.tobytes())
    assert b"Geheimkamera" in sent
    assert b"Geheimkamera" not in rewrite(sent, format_).content


def test_transparency_stays_where_the_format_has_it() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(target, "PNG")
    assert opened(rewrite(target.getvalue(), Format.PNG).content).getpixel((5, 5)) == (255, 0, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_a_picture(mode: str) -> None:
    target = io.BytesIO()
    Image.new(mode, (10, 10)).save(target, "PNG")
    assert opened(rewrite(target.getvalue(), Format.PNG).content).size == (10, 10)


def test_deep_greys_keep_their_brightness() -> None:
    target = io.BytesIO()
    Image.new("I;16", (10, 10), 32768).save(target, "PNG")
    assert opened(rewrite(target.getvalue(), Format.PNG).content).getpixel((5, 5)) == 128


def test_colours_of_the_printers_become_those_of_the_screen() -> None:
    target = io.BytesIO()
    Image.new("CMYK", (10, 10), (0, 255, 255, 0)).save(target, "JPEG")
    picture = opened(rewrite(target.getvalue(), Format.JPEG).content)
    assert picture.mode == "RGB"
    assert picture.getpixel((5, 5))[0] > 200


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
def test_a_large_image_becomes_smaller(format_: str) -> None:
    kept = check_file(image(format_, (5000, 1000)))
    assert (kept.width, kept.height) == (MAX_EDGE, MAX_EDGE // 5)


@pytest.mark.parametrize("size", [(7072, 7071), (50_000, 1001), (60_000, 60_000)])
def test_more_than_fifty_million_points_are_refused_before_decoding(size: tuple[int, int]) -> None:
    begin = time.perf_counter()
    tracemalloc.start()
    with pytest.raises(RefusedFileError, match="50 Millionen"):
        check_file(png_header(*size))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2_000_000
    assert time.perf_counter() - begin < 1


def test_a_picture_that_is_not_what_its_head_says_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="beschädigt"):
        check_file(png_header(6000, 6000))


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_moving_pictures_are_refused(format_: str) -> None:
    with pytest.raises(RefusedFileError, match="Bewegte Bilder"):
        check_file(animated(format_))


def test_of_the_two_views_of_a_phone_the_first_is_kept() -> None:
    kept = check_file(animated("MPO"))
    assert kept.format is Format.JPEG
    assert opened(kept.content).convert("RGB").getpixel((10, 10))[0] > 200
