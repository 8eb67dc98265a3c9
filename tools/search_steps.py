"""The steps that make the search good, each of which can be left out: what ``--steps`` of the search quality measures.

The plain engine of the tests gives the same answers as the others, score by score, and shows its parts; here some of
them are missing. Everything else (documents, service, judgements) is what the site has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

from marketplace.search.compounds import PLAIN, Dictionary
from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.engines.memory_match import Idea, Matched, Matcher, Scores
from marketplace.search.port import SearchDocument
from marketplace.search.query_words import Clause, QueryWords
from marketplace.search.ranking import Way
from marketplace.search.synonyms import SynonymSource, no_synonyms
from marketplace.search.weighing import WeighedDocument


@dataclass(frozen=True)
class Steps:
    """Which steps are taken, in the order in which one would add them to a plain full-text search."""

    some_words: bool = True
    places: bool = True
    compounds: bool = True
    families: bool = True
    synonyms: bool = True
    spelling: bool = True
    fillers: bool = True
    boosts: bool = True

    @classmethod
    def names(cls) -> list[str]:
        """Their names in order."""
        return [field.name for field in fields(cls)]

    @classmethod
    def up_to(cls, number: int) -> "Steps":
        """The first ones only."""
        return cls(**{name: place < number for place, name in enumerate(cls.names())})

    def without(self, name: str) -> "Steps":
        """All of these but one."""
        return replace(self, **{name: False})


LABELS = {
    "some_words": "Treffer mit einem Teil der Wörter, nach Seltenheit gewichtet",
    "places": "Titel vor Kurzfassung vor Text, genaue Form vor gebeugter",
    "compounds": "Zusammensetzungen von beiden Seiten",
    "families": "Wortfamilien, zwei Wörter als eines",
    "synonyms": "Synonyme",
    "spelling": "Korrektur von Tippfehlern",
    "fillers": "Fragewörter als Beiwerk",
    "boosts": "Zuschläge für Stand und Vollständigkeit",
}
"""What the tables call each step."""


class WholeWords(Dictionary):
    """Takes no word apart."""

    def parts(self, word: str) -> tuple[str, ...]:
        """None."""
        return ()

    def main_parts(self, word: str) -> tuple[str, ...]:
        """None."""
        return ()


class SteppedMatcher(Matcher):
    """Finds documents without the steps that are left out."""

    def __init__(
        self, documents: Mapping[int, SearchDocument], weighed: Mapping[int, WeighedDocument], steps: Steps
    ) -> None:
        super().__init__(documents, weighed)
        self._steps = steps

    def match(self, words: QueryWords, *, is_blank: bool) -> Matched:
        """Documents that the words find."""
        required = words.required if self._steps.fillers else (*words.required, *words.optional)
        words = QueryWords(
            tuple(map(self._reduce, required)), words.excluded, words.optional if self._steps.fillers else ()
        )
        return super().match(words, is_blank=is_blank)

    def _reduce(self, clause: Clause) -> Clause:
        ways = clause.alternatives
        if not self._steps.places:
            ways = tuple(replace(way, exact=()) for way in ways)
        if not self._steps.families:
            ways = tuple(way for way in ways if way.way not in (Way.FAMILY, Way.TOGETHER))
        return replace(clause, alternatives=ways)

    def _find_partly(self, clauses: Iterable[Clause], ideas: Iterable[Idea]) -> Scores:
        return super()._find_partly(list(clauses), list(ideas)) if self._steps.some_words else {}

    def _boost(self, entry_id: int) -> float:
        return super()._boost(entry_id) if self._steps.boosts else 1.0


class SteppedEngine(MemoryEngine):
    """The plain engine without the steps that are left out."""

    def __init__(self, steps: Steps, synonyms: SynonymSource) -> None:
        super().__init__(synonyms if steps.synonyms else no_synonyms)
        self.steps = steps

    @property
    def _matcher(self) -> SteppedMatcher:
        return SteppedMatcher(self._documents, self._weighed, self.steps)

    def rebuild(self, documents: Iterable[SearchDocument], dictionary: Dictionary = PLAIN) -> None:
        """Build everything anew."""
        if not self.steps.places:
            documents = (_in_one_place(document) for document in documents)
        super().rebuild(documents, dictionary if self.steps.compounds else WholeWords({}))


def _in_one_place(document: SearchDocument) -> SearchDocument:
    """A document whose title and summary are text like any other."""
    texts = (document.title, document.summary, document.tags, document.body)
    return replace(document, title="", summary="", tags="", body="\n".join(texts))
