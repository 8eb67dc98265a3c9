"""Whether a ZIP file from a stranger may be opened: nothing is unpacked before its directory was found harmless.

DOCX, XLSX, ODT and the like are ZIP files. One of 40 KB can claim terabytes, name parts that lead out of a folder, let
parts overlap or hold a second file in front of itself. ``open_zip`` reads the directory alone and refuses all that;
``SafeZip.chunks`` unpacks one part, piece by piece, and never more than the directory says; ``SafeZip.verify`` does so
with all of them. What the parts mean is for ``office_files`` to judge (macros, embedded objects, the kind of document).

To read a table that somebody uploaded::

    check_office_file(data, expected=OfficeFormat.XLSX)      # from marketplace.core.office_files
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)

Sources: PKWARE APPNOTE 6.3.10; David Fifield, "A better zip bomb" (WOOT 2019) for overlapping parts.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.core.errors import DomainError
from marketplace.core.labels import Label

CHUNK = 64 * 1024
"""Bytes that are unpacked at a time."""

_END, _ENTRY, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_END_FORM, _ENTRY_FORM, _LOCAL_FORM = "<4s4H2LH", "<4s6H3L5H2L", "<4s5H3L2H"
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x1 | 0x40 | 0x2000, 0x8, 0x800
_STORED, _DEFLATED = 0, 8
_AFTER_PART = (0, 12, 16, 20, 24)
"""Bytes that a data descriptor takes: with or without signature, with 4 or 8 bytes for each size."""


class UnsafeZipError(DomainError):
    """The file may not be opened; the message says why and what to do, in German."""


_BROKEN = Label(
    "Die Datei ist beschädigt oder unvollständig. Bitte speichern Sie sie neu und laden Sie sie noch einmal hoch."
)
_TRICK = Label(
    "Die Datei ist nicht so aufgebaut, wie ein Büroprogramm sie speichert. Bitte speichern Sie sie dort neu."
)


@dataclass(frozen=True)
class ZipLimits:
    """How much a file may hold; the defaults are far above what a report or a table of a municipality has."""

    parts: int = 3000
    total: int = 100 * 1024 * 1024
    """Bytes of all parts together when unpacked."""
    ratio: int = 200
    """How many times larger than packed a part of more than 1 MB may be; XML of large tables comes to 20 to 60."""
    name: int = 250


@dataclass(frozen=True)
class ZipPart:
    """A part as the directory describes it; ``begin`` is where its packed bytes start in the file."""

    name: str
    begin: int
    packed: int
    size: int
    crc: int
    method: int
    header: int
    flags: int


class SafeZip:
    """A ZIP file whose directory was found harmless."""

    def __init__(self, data: bytes, parts: dict[str, ZipPart]) -> None:
        self._data = data
        self.parts = parts

    @property
    def total(self) -> int:
        """Bytes of all parts together when unpacked."""
        return sum(part.size for part in self.parts.values())

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack a part piece by piece; raises UnsafeZipError when it is not as the directory says."""
        part = self.parts[name]
        packed = memoryview(self._data)[part.begin : part.begin + part.packed]
        size, crc = 0, 0
        for chunk in _stored(packed) if part.method == _STORED else _inflated(packed):
            size, crc = size + len(chunk), zlib.crc32(chunk, crc)
            if size > part.size:
                raise UnsafeZipError(_TRICK)
            yield chunk
        if size != part.size or crc != part.crc:
            raise UnsafeZipError(_BROKEN)

    def read(self, name: str, *, limit: int) -> bytes:
        """A whole part of at most ``limit`` bytes."""
        if self.parts[name].size > limit:
            raise UnsafeZipError(_TRICK)
        return b"".join(self.chunks(name))

    def verify(self) -> None:
        """Unpack everything once, keeping nothing."""
        for name in self.parts:
            for _chunk in self.chunks(name):
                pass


def open_zip(data: bytes, limits: ZipLimits | None = None) -> SafeZip:
    """Read the directory of a ZIP file and nothing else; raises UnsafeZipError for what no office program saves."""
    limits = limits or ZipLimits()
    count, start, end = _find_directory(data, limits)
    listed = [_with_local_header(data, part) for part in _read_directory(data, count, start, end)]
    _check_names(listed, limits)
    _check_sizes(listed, limits)
    _check_places(listed, start)
    return SafeZip(data, {part.name: part for part in listed})


def _find_directory(data: bytes, limits: ZipLimits) -> tuple[int, int, int]:
    """Number of parts, begin and end of the directory. The file starts with a part and ends with the directory's end:
    whatever stood before or behind would make it two files in one.
    """
    size = struct.calcsize(_END_FORM)
    if not data.startswith(_LOCAL) or len(data) < size:
        raise UnsafeZipError(_BROKEN)
    end = len(data) - size
    signature, disk, first_disk, here, count, length, start, comment = struct.unpack_from(_END_FORM, data, end)
    if signature != _END:
        # Cut off, or with a comment in which something else could stand.
        raise UnsafeZipError(_TRICK if _END in data[-70_000:] else _BROKEN)
    if disk or first_disk or comment or here != count or start + length != end:
        raise UnsafeZipError(_TRICK)
    if not 0 < count <= limits.parts:
        raise UnsafeZipError(
            Label("Die Datei besteht aus mehr als %(parts)s Teilen. Bitte vereinfachen Sie sie.", parts=limits.parts)
        )
    return count, start, end


def _read_directory(data: bytes, count: int, position: int, end: int) -> Iterator[ZipPart]:
    fixed = struct.calcsize(_ENTRY_FORM)
    for _ in range(count):
        if position + fixed > end:
            raise UnsafeZipError(_BROKEN)
        (signature, _made, _needed, flags, method, _time, _date, crc, packed, size, name_length, extra, comment,
         _disk, _internal, _external, header) = struct.unpack_from(_ENTRY_FORM, data, position)  # fmt: skip
        name = data[position + fixed : position + fixed + name_length]
        position += fixed + name_length + extra + comment
        if signature != _ENTRY or position > end:
            raise UnsafeZipError(_BROKEN)
        if flags & _ENCRYPTED:
            raise UnsafeZipError("Die Datei ist mit einem Kennwort geschützt. Bitte entfernen Sie den Schutz.")
        if method not in (_STORED, _DEFLATED) or (method == _STORED and packed != size):
            raise UnsafeZipError(_TRICK)
        yield ZipPart(_decode(name, flags), 0, packed, size, crc, method, header, flags)
    if position != end:
        raise UnsafeZipError(_TRICK)


def _decode(name: bytes, flags: int) -> str:
    try:
        return name.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise UnsafeZipError(_BROKEN) from None


def _with_local_header(data: bytes, part: ZipPart) -> ZipPart:
    """The part with the begin of its bytes. Programs that read from the front must see the same as we do."""
    fixed = struct.calcsize(_LOCAL_FORM)
    if part.header + fixed > len(data):
        raise UnsafeZipError(_BROKEN)
    signature, _needed, flags, method, _time, _date, _crc, packed, size, name_length, extra = struct.unpack_from(
        _LOCAL_FORM, data, part.header
    )
    if signature != _LOCAL:
        raise UnsafeZipError(_BROKEN)
    begin = part.header + fixed + name_length + extra
    name = _decode(data[part.header + fixed : part.header + fixed + name_length], flags)
    # With a data descriptor the sizes stand behind the part; 0xFFFFFFFF says that they stand in the extra field.
    told = {0, 0xFFFFFFFF} if flags & _DESCRIPTOR else {0xFFFFFFFF}
    agrees = (packed == part.packed or packed in told) and (size == part.size or size in told)
    if name != part.name or method != part.method or not agrees or (flags ^ part.flags) & (_ENCRYPTED | _DESCRIPTOR):
        raise UnsafeZipError(_TRICK)
    return ZipPart(part.name, begin, part.packed, part.size, part.crc, part.method, part.header, part.flags)


def _check_names(parts: list[ZipPart], limits: ZipLimits) -> None:
    """Names lead nowhere else, and no two mean the same part for a program that ignores capitals."""
    for part in parts:
        steps = part.name.rstrip("/").split("/")
        is_bad = not part.name.isprintable() or len(part.name) > limits.name or "\\" in part.name or ":" in part.name
        if is_bad or any(step in ("", ".", "..") for step in steps):
            raise UnsafeZipError(_TRICK)
    if len({part.name.casefold() for part in parts}) != len(parts):
        raise UnsafeZipError(_TRICK)


def _check_sizes(parts: list[ZipPart], limits: ZipLimits) -> None:
    too_large = UnsafeZipError(
        Label(
            "Die Datei ist entpackt größer als %(most)s MB. Bitte verkleinern Sie sie oder teilen Sie sie auf.",
            most=limits.total // (1024 * 1024),
        )
    )
    if sum(part.size for part in parts) > limits.total:
        raise too_large
    for part in parts:
        if part.size > 1024 * 1024 and part.size > part.packed * limits.ratio:
            raise too_large


def _check_places(parts: list[ZipPart], directory: int) -> None:
    """Parts lie one behind the other, without overlap and without gaps in which something could hide."""
    ordered = sorted(parts, key=lambda part: part.header)
    if ordered[0].header != 0:
        raise UnsafeZipError(_TRICK)
    for part, following in zip(ordered, [*(each.header for each in ordered[1:]), directory], strict=True):
        gap = following - (part.begin + part.packed)
        if gap not in (_AFTER_PART if part.flags & _DESCRIPTOR else (0,)):
            raise UnsafeZipError(_TRICK)


def _stored(packed: memoryview) -> Iterator[bytes]:
    for begin in range(0, len(packed), CHUNK):
        yield bytes(packed[begin : begin + CHUNK])


def _inflated(packed: memoryview) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    position, waiting = 0, b""
    try:
        while not unpacker.eof:
            if not waiting:
                waiting, position = bytes(packed[position : position + CHUNK]), position + CHUNK
            chunk = unpacker.decompress(waiting, CHUNK)
            if not chunk and not waiting:
                raise UnsafeZipError(_BROKEN)
            waiting = unpacker.unconsumed_tail
            if chunk:
                yield chunk
    except zlib.error:
        raise UnsafeZipError(_BROKEN) from None
    if unpacker.unused_data or position < len(packed):
        raise UnsafeZipError(_TRICK)
