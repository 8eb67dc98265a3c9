"""Search among the pages under ``/wissen``: a few dozen, held in memory, with the words and rules of the big index.

They stand beside the entries and not among them: a page has no kind, no place and no state, so it takes no part in
filters, numbers and orders (ADR 0024). It is the same for every engine.
"""

import threading
from dataclasses import dataclass

from flask import Flask, current_app
from markupsafe import Markup

from marketplace.knowledge import queries
from marketplace.knowledge.models import KnowledgePage
from marketplace.search import suggestions
from marketplace.search.completion import Suggestion, SuggestionKind
from marketplace.search.documents import changed_of, plain_text
from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.port import SearchDocument, SearchEngine, SearchQuery, SearchUnavailableError
from marketplace.search.snippets import Highlighter

MOST = 3
"""Pages above the results; all of them stand under ``/wissen``."""


@dataclass(frozen=True)
class PageHit:
    """A page that has all words of a query. ``title`` and ``snippet`` are safe HTML."""

    slug: str
    title: Markup
    snippet: Markup


class PageIndex:
    """The pages of one process; read anew when a page, or the dictionary of compounds, is another one."""

    def __init__(self, main: SearchEngine) -> None:
        self._main = main
        self._state = ""
        self._pages: dict[int, KnowledgePage] = {}
        self._engine = MemoryEngine(main.synonyms)
        self._reading = threading.Lock()

    def find(self, text: str) -> list[PageHit]:
        """Pages with all the words, the best first; none while there is no usable index of the entries."""
        try:
            engine, pages = self._current()
        except SearchUnavailableError:
            return []
        found = engine.search(SearchQuery(text, page_size=MOST))
        highlighter = Highlighter(found.terms, found.dictionary)
        return [_hit(pages[hit.entry_id], highlighter) for hit in found.hits[: found.complete]]

    def _current(self) -> tuple[MemoryEngine, dict[int, KnowledgePage]]:
        dictionary = self._main.lexicon().dictionary
        state = f"{dictionary.version} {queries.current_state()}"
        with self._reading:
            if state != self._state:
                pages = {page.id or 0: page for page in queries.list_pages()}
                engine = MemoryEngine(self._main.synonyms)
                engine.rebuild([_document(page) for page in pages.values()], dictionary)
                self._engine, self._pages, self._state = engine, pages, state
            return self._engine, self._pages


def init_app(app: Flask) -> None:
    """Give the application its index, which is filled with the first search; suggest the pages to those who type."""
    app.extensions["page_index"] = PageIndex(app.extensions["search_engine"])
    suggestions.register(suggestions.Source(queries.current_state, _suggested))


def _suggested() -> list[Suggestion]:
    note = "Hintergrund"
    return [Suggestion(SuggestionKind.PAGE, page.title, note, f"/wissen/{page.slug}") for page in queries.list_pages()]


def find_pages(*texts: str) -> list[PageHit]:
    """Pages for the first of these texts that finds any, such as a query as it was typed and as it was meant."""
    index: PageIndex = current_app.extensions["page_index"]
    return next((found for text in dict.fromkeys(texts) if text.strip() and (found := index.find(text))), [])


def _document(page: KnowledgePage) -> SearchDocument:
    return SearchDocument(
        entry_id=page.id or 0,
        title=page.title,
        summary=page.summary,
        body=f"{plain_text(page.body)}\n{page.plain_summary}",
        facets={},
        published=0,
        changed=changed_of(page.updated_at),
        year=page.as_of,
    )


def _hit(page: KnowledgePage, highlighter: Highlighter) -> PageHit:
    elsewhere = None if highlighter.has_hit(page.summary) else highlighter.excerpt(plain_text(page.body))
    return PageHit(page.slug, highlighter.mark(page.title), elsewhere or highlighter.mark(page.summary))
