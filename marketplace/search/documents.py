"""An entry as the engines see it: its texts, derived from the schemas in ``kinds.py``, and what it is filtered by."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic.fields import FieldInfo

from marketplace.catalogue.completeness import completeness_of
from marketplace.catalogue.kinds import Kind, SharedFields
from marketplace.catalogue.models import Entry
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import State
from marketplace.search.facets import label_of
from marketplace.search.port import Facet, SearchDocument

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Texts of strangers: whatever is looked for has an end, and no sign is looked at anew from every place before it.
_LINK = re.compile(r"!?\[([^\]]{0,500})\]\([^)\s]{0,2000}+(?:\s{1,9}\"[^\"]{0,500}\")?\)")
_BARE_ADDRESS = re.compile(r"<?https?://\S+>?")
_BLOCK_MARKUP = re.compile(
    r"\{:?[^}]{0,300}\}|\[\^[^\]]{0,100}\]:?"  # attribute lists and footnotes
    r"|^[^\S\n]*+(?:#{1,6}|>|[-*+]|\d{1,9}\.|!!![^\S\n]*+\w++)\s+"  # headings, quotations, list items, notes
    r"|\|",
    re.MULTILINE,
)
_INLINE_MARKUP = re.compile(r"[`*]|(?<![^\W_])_|_(?![^\W_])")
_HEADING = re.compile(r"^[^\S\n]*+#{1,6}[^\S\n]++([^\n]*?[^\s:.?!])[^\S\n]*+$", re.MULTILINE)
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Soft hyphens and the like, which come with what is pasted and would cut words in two."""

_MAY_BE_MARKUP = re.compile(r"[\[#`*_{>|]|https?://|^[^\S\n]*+(?:[-+:=]|\d{1,9}\.|!!!)", re.MULTILINE)
"""Without any of this a text has no markup; most fields beside the body have none."""

_TABLE_ROW = re.compile(r"^[^\S\n]*+\|([^\n]*\|)[^\S\n]*+$", re.MULTILINE)
_RULE = re.compile(r"^[ \t\r\f\v|:=-]++$", re.MULTILINE)


def document_of(entry: Entry, organisations: Mapping[int, Organisation], further: Sequence[str] = ()) -> SearchDocument:
    """The search document of a saved entry; ``organisations`` are at least those that the entry names, by their ids.

    ``further`` are texts that other features show on its page (``further_texts.py``).
    """
    own = organisations.get(entry.organisation_id or 0)
    others = [organisations[row.organisation_id] for row in entry.participants if row.organisation_id in organisations]
    states = _states(entry, [own, *others] if own else others)
    facets = _facets(entry, own, states)
    names = [name for organisation in ([own] if own else []) + others for name in _names(organisation)]
    labels = [
        label_of(facet, value) for facet in (Facet.KIND, Facet.ACTION_FIELD, Facet.STATE) for value in facets[facet]
    ]
    return replace(
        head_of(entry),
        search_words="\n".join(entry.search_words).translate(_INVISIBLE),
        body="\n".join([*texts_of(entry), *further, *names, *labels]).translate(_INVISIBLE),
        facets=facets,
        published=int((entry.published_at or entry.created_at).timestamp()),
        nationwide=not states and not entry.country,
        changed=changed_of(entry.updated_at),
        year=entry.as_of,
        completeness=completeness_of(Kind(entry.kind), entry.details),
        reuses=entry.confirmed_reuses,
        unconfirmed=entry.unconfirmed_since is not None,
    )


def head_of(entry: Entry) -> SearchDocument:
    """Of an entry what tells what it is about: all that is needed to find others like it."""
    return SearchDocument(
        entry_id=entry.id or 0,
        title=entry.title.translate(_INVISIBLE),
        summary=entry.summary.translate(_INVISIBLE),
        tags="\n".join(tag.value for tag in entry.tags).translate(_INVISIBLE),
        body="",
        facets={Facet.ACTION_FIELD: tuple(row.value for row in entry.action_fields)},
        published=0,
    )


def changed_of(moment: datetime) -> int:
    """Moment of the last change as the index keeps it."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def texts_of(entry: Any) -> list[str]:
    """All that an entry (or a row with the columns of ``TEXT_COLUMNS``) says beside title and summary, prose first."""
    fields = Kind(entry.kind).schema.model_fields
    details = [entry.details.get(name) for name in _searchable(fields)]
    shared = [getattr(entry, name) for name in _searchable(SharedFields.model_fields)]
    return [text for value in (entry.body, *details, *shared) for part in _strings(value) if (text := plain_text(part))]


def plain_text(text: str) -> str:
    """The words of a Markdown text. Converting to HTML first would be exact, but takes fifty times as long."""
    if not _MAY_BE_MARKUP.search(text):
        return " ".join(text.split())
    text = _RULE.sub(" ", text)
    text = _BARE_ADDRESS.sub(" ", _LINK.sub(r"\1", _HEADING.sub(r"\1:", _TABLE_ROW.sub(_row_in_words, text))))
    text = _INLINE_MARKUP.sub("", _BLOCK_MARKUP.sub(" ", text))
    return " ".join(text.split())


def _row_in_words(row: re.Match[str]) -> str:
    """A row of a table as people would say it; otherwise its cells would run into each other."""
    return " – ".join(cell.strip() for cell in row[1].split("|") if cell.strip()) + ";"


def _searchable(fields: Mapping[str, FieldInfo]) -> list[str]:
    return [
        name
        for name, field in fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("searchable")
    ]


TEXT_COLUMNS = ("kind", "body", "details", *_searchable(SharedFields.model_fields))
"""Columns of an entry from which ``texts_of`` takes its texts."""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _states(entry: Entry, organisations: Iterable[Organisation]) -> list[State]:
    """Länder named in the entry, else those of its organisations; none means nationwide."""
    named = [state for row in entry.states if (state := State.find_value(row.value))]
    return named or list(dict.fromkeys(state for organisation in organisations if (state := organisation.state)))


def _facets(entry: Entry, own: Organisation | None, states: list[State]) -> dict[Facet, tuple[str, ...]]:
    size = own.size_class if own else None
    return {
        Facet.KIND: (entry.kind,),
        Facet.ACTION_FIELD: tuple(row.value for row in entry.action_fields),
        Facet.STATE: tuple(state.value for state in states),
        Facet.SIZE: (size.value,) if size else (),
        Facet.PHASE: (entry.phase,) if entry.phase else (),
        Facet.MATURITY: (entry.maturity,) if entry.maturity else (),
        Facet.CHALLENGE: tuple(row.value for row in entry.challenges),
        Facet.LICENCE: (entry.licence,) if entry.licence else (),
    }


def _names(organisation: Organisation) -> list[str]:
    return list(dict.fromkeys(name for name in (organisation.name, organisation.official_name) if name))
