# mypy: allow-untyped-calls
# Whoosh's storage carries no annotations.
"""The files of an index: which were opened, whether they are still as they were written, which nobody needs.

Whoosh knows no checksums. Here every file of a segment has one in the table of contents, and the table its own at its
end: a file that was cut off, exchanged or changed in the wrong place is noticed before anything is read from it.
"""

import os
import re
import shutil
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage

from marketplace.search.engines.array_snapshot import CorruptIndexError

DICTIONARY_NAME = "dictionary"
INDEX_NAME = "MAIN"
_TOC_NAME = re.compile(rf"_{INDEX_NAME}_(\d+)\.toc")
_CHUNK = 1024 * 1024
_SUM_SIZE = 4


class IndexFiles(FileStorage):
    """A directory that knows which of its files were opened; Whoosh forgets to close them when it meets an error.

    Tables of contents get their checksum when they are put in place, and are read only if it is right.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(str(directory))
        self._opened: list[Any] = []
        self._locks: list[Any] = []

    def create_file(self, name: str, *args: Any, **options: Any) -> Any:
        """Open a file for writing."""
        file = super().create_file(name, *args, **options)
        self._opened.append(file)
        return file

    def open_file(self, name: str, **options: Any) -> Any:
        """Open a file for reading."""
        if _TOC_NAME.fullmatch(name):
            read_sealed(Path(self.folder) / name)
        file = super().open_file(name, **options)
        self._opened.append(file)
        return file

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Put a file that is complete in its place."""
        if _TOC_NAME.fullmatch(newname):
            path = Path(self.folder) / oldname
            write_sealed(path, path.read_bytes())
        super().rename_file(oldname, newname, safe)

    def lock(self, name: str) -> Any:
        """A lock that is given back with the files at the latest; a writer that failed may keep it."""
        lock = super().lock(name)
        self._locks.append(lock)
        return lock

    def temp_storage(self, name: str | None = None) -> "IndexFiles":
        """A directory within this one; its files are closed with those of this one."""
        inner = IndexFiles(Path(super().temp_storage(name).folder))
        inner._opened = self._opened
        return inner

    def __enter__(self) -> "IndexFiles":
        return self

    def __exit__(self, *_: object) -> None:
        self.close_all()

    def close_all(self) -> None:
        """Close what is open. ``close`` does nothing, as in Whoosh, whose readers call it while others still read.

        On a full disk the last bytes of one may be lost, and with them it is worth nothing.
        """
        for file in self._opened:
            with suppress(OSError):
                file.raw_file().close()
        for lock in self._locks:
            if lock.fd is not None:
                lock.release()
        self._opened.clear()
        self._locks.clear()


class SegmentFile:
    """A file of a segment, opened once and checked before it is read."""

    def __init__(self, storage: IndexFiles, segment: Any, ending: str) -> None:
        name = segment.make_filename(ending)
        self.file = storage.open_file(name)
        self.length: int = storage.file_length(name)
        self._name = name
        self._expected: int = segment.sums[name]
        self._checked: tuple[int, int] | None = None

    def check(self) -> None:
        """Raise CorruptIndexError unless the file is as it was written. Reads it once and again when it was touched."""
        status = os.fstat(self.descriptor)
        state = (status.st_size, status.st_mtime_ns)
        if state != self._checked:
            if _sum_of(self.descriptor) != self._expected:
                raise CorruptIndexError(f"{self._name} is not as it was written")
            self._checked = state

    @property
    def descriptor(self) -> int:
        """The open file."""
        number: int = self.file.raw_file().fileno()
        return number

    def read(self, start: int, length: int) -> bytes:
        """Bytes from a place in the file; does not check."""
        data = os.pread(self.descriptor, length, start)
        if len(data) != length:
            raise CorruptIndexError(f"{self._name} ends too early")
        return data


def sums_of(storage: FileStorage, segment: Any) -> dict[str, int]:
    """Checksums of all files of a segment, as they are on disk."""
    return {name: _sum_of_path(Path(storage.folder) / name) for name in segment.list_files(storage)}


def check_sums(directory: Path, sums: dict[str, int]) -> None:
    """Raise CorruptIndexError unless all files on disk are as they were written."""
    for name, expected in sums.items():
        if _sum_of_path(directory / name) != expected:
            raise CorruptIndexError(f"{name} is not as it was written")


def _sum_of_path(path: Path) -> int:
    with path.open("rb") as file:
        return _sum_of(file.fileno())


def _sum_of(descriptor: int) -> int:
    total, place = 0, 0
    while part := os.pread(descriptor, _CHUNK, place):
        total = zlib.crc32(part, total)
        place += len(part)
    return total


def write_sealed(path: Path, data: bytes) -> None:
    """Write a small file with its checksum at the end."""
    path.write_bytes(data + zlib.crc32(data).to_bytes(_SUM_SIZE, "big"))


def read_sealed(path: Path) -> bytes:
    """What ``write_sealed`` wrote; raises CorruptIndexError if it is not that."""
    data = path.read_bytes()
    body = data[:-_SUM_SIZE]
    if zlib.crc32(body).to_bytes(_SUM_SIZE, "big") != data[-_SUM_SIZE:]:
        raise CorruptIndexError(f"{path.name} is not as it was written")
    return body


def newest_generation(directory: Path) -> int:
    """Number of the newest table of contents in a directory; -1 if there is none."""
    with suppress(FileNotFoundError):
        names = [path.name for path in directory.iterdir()]
        return max((int(found[1]) for name in names if (found := _TOC_NAME.fullmatch(name))), default=-1)
    return -1


def remove_unused(directory: Path, generation: int, segments: set[str]) -> None:
    """Remove what interrupted writers left; Whoosh itself overlooks some of it. Only for whoever may write."""
    for path in [*directory.glob(f"{INDEX_NAME}*"), *directory.glob(f"_{INDEX_NAME}*")]:
        found = _TOC_NAME.fullmatch(path.name)
        is_used = int(found[1]) == generation if found else path.name.split(".")[0] in segments
        if is_used or path.name.endswith("_WRITELOCK"):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def sync(directory: Path) -> None:
    """Have the disk keep what was written; Whoosh itself never asks for it."""
    for path in [*directory.iterdir(), directory]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
