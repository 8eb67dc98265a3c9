"""ZIP files that no office program writes are refused before anything is unpacked."""

import io
import time
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.zip_safety import UnsafeZipError, ZipLimits, open_zip
from tests.support.office import overlapping_zip, real_xlsx, with_false_sizes, zipped


def test_reads_what_others_wrote() -> None:
    data = real_xlsx()
    opened = open_zip(data)
    opened.verify()
    with zipfile.ZipFile(io.BytesIO(data)) as theirs:
        assert set(opened.parts) == set(theirs.namelist())
        for name in theirs.namelist():
            assert opened.read(name, limit=100_000) == theirs.read(name)


def test_reads_files_that_were_written_without_going_back() -> None:
    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, chunk: bytes) -> int:  # type: ignore[override]
            self.data += bytes(chunk)
            return len(chunk)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", "a" * 1000)
        archive.writestr("b.xml", "")
    opened = open_zip(stream.data)
    assert opened.read("a.xml", limit=2000) == b"a" * 1000


def test_a_bomb_is_refused_without_unpacking_it() -> None:
    bomb = zipped({"a": b"\0" * 60_000_000, "b": b"\0" * 60_000_000})
    assert len(bomb) < 200_000
    tracemalloc.start()
    with pytest.raises(UnsafeZipError, match="größer als 100 MB"):
        open_zip(bomb)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


def test_a_part_that_is_far_larger_than_its_bytes_is_refused() -> None:
    with pytest.raises(UnsafeZipError, match="größer"):
        open_zip(zipped({"a": b"\0" * 5_000_000}))


def test_a_directory_that_lies_about_sizes_unpacks_no_more_than_it_says() -> None:
    lying = with_false_sizes(zipped({"a": b"\0" * 50_000_000}), "a", 1000)
    opened = open_zip(lying)
    tracemalloc.start()
    with pytest.raises(UnsafeZipError):
        opened.verify()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


def test_overlapping_parts_are_refused() -> None:
    bomb = overlapping_zip(100, 900_000)
    assert len(bomb) < 10_000
    with pytest.raises(UnsafeZipError, match="Büroprogramm"):
        open_zip(bomb)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "a/../../b",
        "C:/windows",
        "a\\b",
        "a//b",
        "./a",
        "a\nb",
        "a\u202eb",
        "x" * 300,
    ],
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(UnsafeZipError):
        open_zip(zipped({"a.xml": "x", name: "y"}))


def test_the_same_name_twice_is_refused() -> None:
    with pytest.raises(UnsafeZipError):
        open_zip(zipped({"a.xml": "x", "A.xml": "y"}))


def test_too_many_parts_are_refused_quickly() -> None:
    data = zipped({f"p{number}": "" for number in range(4000)})
    begin = time.perf_counter()
    with pytest.raises(UnsafeZipError, match="3000 Teilen"):
        open_zip(data)
    assert time.perf_counter() - begin < 0.1


@pytest.mark.parametrize("front", [b"%PDF-1.7\n", b"MZ", b"\0"])
def test_a_second_file_in_front_is_refused(front: bytes) -> None:
    with pytest.raises(UnsafeZipError):
        open_zip(front + zipped({"a": "x"}))


def test_a_second_file_behind_or_in_the_comment_is_refused() -> None:
    data = zipped({"a": "x"})
    with pytest.raises(UnsafeZipError):
        open_zip(data + b"<script>")
    with pytest.raises(UnsafeZipError):
        open_zip(data[:-2] + b"\x08\x00<script>")


def test_an_encrypted_part_is_refused_with_what_to_do() -> None:
    data = bytearray(zipped({"a": "x"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    with pytest.raises(UnsafeZipError, match="Kennwort"):
        open_zip(bytes(data))


def test_a_damaged_part_is_refused() -> None:
    data = bytearray(zipped({"a": "Beispiel" * 100}, stored=("a",)))
    data[200] ^= 1
    with pytest.raises(UnsafeZipError, match="beschädigt"):
        open_zip(bytes(data)).verify()


def test_limits_can_be_narrower() -> None:
    with pytest.raises(UnsafeZipError, match="größer als 1 MB"):
        open_zip(zipped({"a": b"0123456789" * 200_000}), ZipLimits(total=1024 * 1024))


@given(st.data())
def test_a_cut_or_changed_file_is_read_or_refused(data: st.DataObject) -> None:
    good = zipped({"a.xml": "Beispiel" * 20, "b.xml": "x"})
    cut = data.draw(st.integers(0, len(good)))
    changed = bytearray(good[:cut] if data.draw(st.booleans()) else good)
    for place in data.draw(st.lists(st.integers(0, len(good) - 1), max_size=4)):
        if place < len(changed):
            changed[place] = data.draw(st.integers(0, 255))
    # Whatever else is raised fails the test: the page would answer with an error of the server.
    with suppress(UnsafeZipError):
        open_zip(bytes(changed)).verify()
