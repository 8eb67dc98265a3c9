"""Feeds of searches: the newest entries that fit a search wholly, as a feed reader wants them."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import current_app
from markupsafe import Markup

from marketplace.catalogue.cards import EntryCard
from marketplace.catalogue.models import Entry
from marketplace.catalogue.queries import list_cards
from marketplace.config import Settings
from marketplace.core.labels import in_german
from marketplace.mail.compose import on_this_site
from marketplace.search.port import SearchQuery
from marketplace.search.scope import apply_scope
from marketplace.subscriptions import atom, queries
from marketplace.subscriptions.atom import Feed, FeedEntry
from marketplace.subscriptions.matching import list_matching
from marketplace.subscriptions.stored import digest_of, store
from marketplace.subscriptions.wording import words_of

LIMIT = 50
"""Entries of a feed: the newest. Older ones stand on the search page."""

_NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without any entry was changed: before there was one."""


def feed_of(query: SearchQuery, *, self_path: str, page_path: str, hints: list[str]) -> Feed:
    """The feed of a search; raises SearchUnavailableError. ``hints`` say what of the address could not be followed."""
    query, scope = apply_scope(query)
    settings: Settings = current_app.config["SETTINGS"]
    words = words_of(query, scope)
    entry_ids = list_matching(query, limit=LIMIT) or []
    entries = queries.map_entries(entry_ids)
    items = [_item(card, entries[card.entry_id]) for card in list_cards(entry_ids) if card.entry_id in entries]
    explained = in_german("Die neuesten %(number)s Einträge zu dieser Suche.", number=LIMIT)
    return Feed(
        id=atom.tag(_host(), f"suche:{digest_of(store(query))[:32]}"),
        title=in_german("Blaupause: %(search)s", search=words.title),
        subtitle=" ".join([explained, *hints, *scope.hints]),
        author=settings.operator_name,
        self_address=on_this_site(self_path),
        page_address=on_this_site(page_path),
        updated=max((item.updated for item in items), default=_NEVER),
        entries=items,
    )


def _item(card: EntryCard, entry: Entry) -> FeedEntry:
    settings: Settings = current_app.config["SETTINGS"]
    whose = card.organisation.name if card.organisation else settings.operator_name
    about = [card.kind.label, *([card.organisation.name] if card.organisation else [])]
    about.append(in_german("Stand der Angaben: %(year)s", year=card.as_of))
    address = on_this_site(card.path)
    content = Markup('<p>{}</p><p>{}</p><p><a href="{}">{}</a></p>').format(
        card.summary, " · ".join(about), address, in_german("Zum Eintrag")
    )
    return FeedEntry(
        id=atom.tag(_host(), f"eintrag:{card.slug}"),
        title=card.title,
        address=address,
        published=card.published_at or entry.created_at,
        updated=max(entry.updated_at, card.published_at or entry.created_at),
        author=whose,
        summary=card.summary,
        content=str(content),
        language=entry.language,
        categories=[(card.kind.value, card.kind.label), *((field.value, field.label) for field in card.action_fields)],
    )


def _host() -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return urlsplit(settings.base_url).hostname or "localhost"
