"""tantivy, the Rust library, through its Python binding; as its manual shows it, with facets as aggregations."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy

from bench.peers import BOOSTS
from bench.task import FACETS, TOP, Answer, chosen_of, values_of, without
from marketplace.search.compounds import Dictionary
from marketplace.search.port import Facet, SearchDocument, SearchQuery

EXCERPT_LENGTH = 240
_MOST_VALUES = 40
_HEAP = 512 * 1024**2


@dataclass
class Tantivy:
    """Its own German analysis, ranking and excerpts; facets are fast fields of raw text, counted by aggregations."""

    path: Path
    name: str = "tantivy-py"

    @cached_property
    def _index(self) -> Any:
        schema = tantivy.SchemaBuilder().add_unsigned_field("id", stored=True, indexed=True)
        for name in BOOSTS:
            schema.add_text_field(name, stored=True, tokenizer_name="german")
        for facet in FACETS:
            schema.add_text_field(facet.value, fast=True, tokenizer_name="raw", index_option="basic")
        index = tantivy.Index(schema.build(), str(self.path))
        analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
        index.register_tokenizer("german", analyser.filter(tantivy.Filter.stemmer("german")).build())
        return index

    @cached_property
    def _searcher(self) -> Any:
        return self._index.searcher()

    def build(self, documents: Iterable[SearchDocument], _dictionary: Dictionary) -> None:
        """Write everything; not with this object's index, so that it can still be sent to other processes."""
        self.path.mkdir()
        index = Tantivy(self.path)._index
        writer = index.writer(_HEAP)
        for document in documents:
            values = {facet.value: list(values_of(document, facet)) for facet in FACETS}
            texts = {"title": document.title, "summary": document.summary, "body": document.body}
            entry = tantivy.Document(**texts, **values)
            entry.add_unsigned("id", document.entry_id)
            writer.add_document(entry)
        writer.commit()
        writer.wait_merging_threads()

    def size(self) -> float:
        """Megabytes on disk."""
        return sum(path.stat().st_size for path in self.path.iterdir()) / 1024**2

    def answer(self, asked: SearchQuery) -> Answer:
        """Do the whole task."""
        words = self._index.parse_query(asked.text, list(BOOSTS), field_boosts=BOOSTS, conjunction_by_default=True)
        chosen = chosen_of(asked)
        wanted = self._within(words, chosen)
        found = self._searcher.search(wanted, TOP)
        facets = self._count(wanted, [facet for facet in FACETS if facet not in chosen])
        for facet in chosen:
            facets |= self._count(self._within(words, without(chosen, facet)), [facet])
        return Answer(found.count, facets, self._excerpts(words, found))

    def _within(self, words: Any, chosen: dict[Facet, list[str]]) -> Any:
        schema = self._index.schema
        filters = [
            tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema, facet.value, values), 0.0)
            for facet, values in chosen.items()
        ]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in (words, *filters)])

    def _count(self, wanted: Any, facets: list[Facet]) -> dict[Facet, dict[str, int]]:
        asked = {facet.value: {"terms": {"field": facet.value, "size": _MOST_VALUES}} for facet in facets}
        found = self._searcher.aggregate(wanted, asked)
        return {
            facet: {bucket["key"]: bucket["doc_count"] for bucket in found[facet.value]["buckets"]} for facet in facets
        }

    def _excerpts(self, words: Any, found: Any) -> list[str]:
        schema = self._index.schema
        title, body = (
            tantivy.SnippetGenerator.create(self._searcher, words, schema, name) for name in ("title", "body")
        )
        body.set_max_num_chars(EXCERPT_LENGTH)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        return [title.snippet_from_doc(each).to_html() + body.snippet_from_doc(each).to_html() for each in documents]
