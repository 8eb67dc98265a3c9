"""How the index stands on disk: Whoosh's segments, dictionary and columns, with postings as plain arrays.

Whoosh pickles and compresses postings in small blocks; stored as arrays they are written and read many times faster.
The extension points used here (codec, postings writer, pool) are the same in Whoosh 2.7.4.
"""

# mypy: allow-untyped-calls
# Whoosh's codec classes carry no annotations.

import itertools
from array import array
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo, W3TermsReader
from whoosh.matching.mcore import ListMatcher

from marketplace.search.compounds import Dictionary
from marketplace.search.engines.array_document import RECORD_TYPE, prepare
from marketplace.search.engines.whoosh_extents import ENDING as EXTENTS_ENDING
from marketplace.search.engines.whoosh_extents import ExtentsWriter
from marketplace.search.engines.whoosh_files import sums_of
from marketplace.search.port import SearchDocument
from marketplace.search.weighing import EXACT_MARK

TEXT, RECORD, WORDS, TITLE = "text", "record", "words", "title"

ID_TYPE = np.dtype("<u4")
WEIGHT_TYPE = np.dtype("<f4")
POSTING_SIZE = ID_TYPE.itemsize + WEIGHT_TYPE.itemsize
TermPostings: TypeAlias = "tuple[str, bytes, NDArray[np.uint32], NDArray[np.float32]]"
"""Field, term, numbers of the documents that have it, its weight in each."""


class WeightedTerms(fields.FieldType):
    """A field whose value is already analysed: ``{term: weight}``."""

    format = formats.Existence()
    scorable = False
    stored = False

    def __init__(self) -> None:
        """Nothing to set up; the constructor of Whoosh asks for an analyser."""

    def index(self, value: Any, **_options: Any) -> Generator[tuple[bytes, int, float, Any], Any, None]:
        """All terms of a document in one piece, for ``ArrayPool``; one by one they would take twice as long."""
        yield b"", 1, 1.0, value


def make_schema() -> fields.Schema:
    """The fields of the index."""
    return fields.Schema(
        **{
            TEXT: WeightedTerms(),
            RECORD: fields.COLUMN(columns.FixedBytesColumn(RECORD_TYPE.itemsize)),
            WORDS: fields.COLUMN(columns.VarBytesColumn()),
            TITLE: fields.COLUMN(columns.VarBytesColumn()),
        }
    )


def fields_of(document: SearchDocument, dictionary: Dictionary) -> dict[str, Any]:
    """A document as fields of the schema."""
    ready = prepare(document, dictionary)
    return {
        TEXT: ready.weights,
        RECORD: ready.record,
        WORDS: ready.words,
        TITLE: ready.title.encode() or b"\0",
    }


class ArrayCodec(W3Codec):
    """Whoosh's newest codec with postings as two arrays: document numbers, then weights."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> "ArrayFieldWriter":
        """Writer of dictionary and postings."""
        return ArrayFieldWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> "ArrayPostingsWriter":
        """Writer of the postings of one field."""
        return ArrayPostingsWriter(dbfile)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> ListMatcher:
        """Postings as Whoosh reads them when it merges segments."""
        ids, weights = split_postings(dbfile.get(*_extent_of(terminfo)))
        return ListMatcher(ids.tolist(), weights.tolist(), None, format_, scorer, term=term, terminfo=terminfo)

    def terms_reader(self, storage: Any, segment: Any) -> "ArrayTermsReader":
        """Reader of dictionary and postings."""
        name = segment.make_filename(self.TERMS_EXT)
        postings = segment.open_file(storage, self.POSTS_EXT)
        return ArrayTermsReader(self, storage.open_file(name), storage.file_length(name), postings)


class ArrayPostingsWriter:
    """Writes the postings of one term after the other."""

    def __init__(self, dbfile: Any) -> None:
        self._file = dbfile
        self._info = W3TermInfo()

    def start_postings(self, _format: Any, _terminfo: Any) -> None:
        """Begin a term."""

    def add_arrays(self, ids: NDArray[np.uint32], weights: NDArray[np.float32]) -> int:
        """All postings of the term at once; returns where they begin."""
        offset: int = self._file.tell()
        self._file.write(ids.tobytes())
        self._file.write(weights.tobytes())
        # What Whoosh would score by is not needed.
        self._info = W3TermInfo(weight=1.0, df=len(ids), maxweight=1.0, minid=int(ids[0]), maxid=int(ids[-1]))
        self._info.set_extent(offset, ids.nbytes + weights.nbytes)
        return offset

    def finish_postings(self) -> W3TermInfo:
        """What the dictionary keeps of the term."""
        return self._info


class ArrayFieldWriter(W3FieldWriter):
    """Takes the postings of a term together, as ``ArrayPool`` gives them, and notes where each stands."""

    def __init__(self, codec: "ArrayCodec", storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._extents = ExtentsWriter()

    def add_postings(self, schema: Any, _lengths: Any, items: "Iterable[TermPostings]") -> None:
        """Write all terms; they come sorted by field and term."""
        current = None
        for field, term, ids, weights in items:
            if field != current:
                if current is not None:
                    self.finish_field()
                self.start_field(field, schema[field])
                current = field
            self.start_term(term)
            writer: Any = self._postwriter
            self._extents.add(term, writer.add_arrays(ids, weights), len(ids))
            self.finish_term()
        if current is not None:
            self.finish_field()

    def close(self) -> None:
        """Finish the segment. This is the last step: all its files are complete, so they can get their checksums."""
        super().close()
        file = self._create_file(EXTENTS_ENDING)
        file.write(self._extents.dumps())
        file.close()
        self._segment.sums = sums_of(self._storage, self._segment)


class ArrayPool:
    """Collects the postings of the text field of a segment in memory."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(itertools.count().__next__)
        """A number for each term, in the order in which they come."""
        self._terms = array("I")
        self._documents = array("I")
        self._weights = array("f")

    def add(self, item: tuple[str, bytes, int, float, Any]) -> None:
        """Take all postings of a document; or a single one, when segments are merged."""
        _, term, document, weight, weights = item
        if term:
            weights = {term.decode(): weight}
        self._terms.extend(map(self._numbers.__getitem__, weights))
        self._documents.extend(itertools.repeat(document, len(weights)))
        self._weights.extend(weights.values())

    def iter_postings(self) -> "Iterator[TermPostings]":
        """All terms in order, each with its documents, which come in the order of their numbers, and weights."""
        terms = np.frombuffer(self._terms, np.uint32)
        order = np.argsort(terms, kind="stable")
        documents = np.frombuffer(self._documents, ID_TYPE)[order]
        weights = np.frombuffer(self._weights, WEIGHT_TYPE)[order]
        ends = np.cumsum(np.bincount(terms, minlength=len(self._numbers))).tolist()
        starts = [0, *ends]
        for term in sorted(self._numbers):
            number = self._numbers[term]
            part = slice(starts[number], ends[number])
            yield TEXT, term.encode(), documents[part], weights[part]

    def cleanup(self) -> None:
        """Forget everything."""
        self.__init__()  # type: ignore[misc]


class ArrayTermsReader(W3TermsReader):
    """Also lists terms as they are asked for here."""

    def list_terms(self, prefix: bytes, limit: int) -> list[bytes]:
        """The first terms of the text field that begin with a prefix. Not safe in several threads at once."""
        found: list[bytes] = []
        for field, term in self.terms_from(TEXT, prefix):
            if field != TEXT or not term.startswith(prefix) or len(found) == limit:
                break
            found.append(term)
        return found

    def list_forms(self) -> Iterator[tuple[bytes, int]]:
        """Folded forms of words, with the number of documents that have each. Not safe in several threads at once."""
        mark = EXACT_MARK.encode()
        for (field, term), info in self.items_from(TEXT, mark):
            if field != TEXT or not term.startswith(mark):
                break
            yield term[len(mark) :], info.doc_frequency()


def _extent_of(info: W3TermInfo) -> tuple[int, int]:
    """Offset and length in bytes. The length that Whoosh itself gives back is no number, in all its versions."""
    offset: int = info.extent()[0]
    return offset, info.doc_frequency() * POSTING_SIZE


def column_ending(column: str) -> str:
    """Last part of the name of the file that holds a column."""
    return f".{column}{ArrayCodec.COLUMN_EXT}"


def split_postings(data: bytes) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Document numbers and weights out of the bytes of a posting list."""
    number = len(data) // POSTING_SIZE
    return np.frombuffer(data, ID_TYPE, number), np.frombuffer(data, WEIGHT_TYPE, number, number * ID_TYPE.itemsize)
