"""What a collection consists of and when it may appear. Plain."""

from dataclasses import dataclass, replace

from marketplace.core.labels import Label

MAX_TITLE, MAX_SUMMARY, MAX_BODY = 140, 400, 20_000
MAX_ITEM_TEXT = 1000
MAX_ITEMS = 40
FEWEST_ITEMS = 2
"""One entry alone is no collection."""


@dataclass(frozen=True)
class Item:
    """An entry by its slug, and a word on it."""

    slug: str
    text: str = ""


@dataclass(frozen=True)
class CollectionText:
    """All that a collection says."""

    title: str
    summary: str = ""
    body: str = ""
    items: tuple[Item, ...] = ()

    def moved(self, slug: str, by: int) -> "CollectionText":
        """The same with an item some places further down; nothing happens at the ends."""
        items = list(self.items)
        place = next((index for index, item in enumerate(items) if item.slug == slug), None)
        if place is None:
            return self
        items.insert(min(max(place + by, 0), len(items) - 1), items.pop(place))
        return replace(self, items=tuple(items))

    def without(self, slug: str) -> "CollectionText":
        """The same without an item."""
        return replace(self, items=tuple(item for item in self.items if item.slug != slug))

    def with_item(self, slug: str) -> "CollectionText":
        """The same with an entry at the end, unless it is there already."""
        if any(item.slug == slug for item in self.items):
            return self
        return replace(self, items=(*self.items, Item(slug)))


def problems_of(text: CollectionText) -> dict[str, str]:
    """What forbids to save it, by field, as German sentences."""
    problems: dict[str, str] = {}
    if not text.title.strip():
        problems["titel"] = Label("Bitte geben Sie einen Titel an.")
    for field, value, longest in (
        ("titel", text.title, MAX_TITLE),
        ("kurz", text.summary, MAX_SUMMARY),
        ("text", text.body, MAX_BODY),
    ):
        if len(value) > longest:
            problems[field] = Label("Das ist zu lang; höchstens %(longest)s Zeichen.", longest=longest)
    if len(text.items) > MAX_ITEMS:
        problems["eintraege"] = Label("Das sind zu viele Einträge; höchstens %(max_items)s.", max_items=MAX_ITEMS)
    for item in text.items:
        if len(item.text) > MAX_ITEM_TEXT:
            problems[f"text-{item.slug}"] = Label(
                "Das ist zu lang; höchstens %(max_item_text)s Zeichen.", max_item_text=MAX_ITEM_TEXT
            )
    return problems


def missing_for_publication(text: CollectionText) -> list[str]:
    """What must be there before readers see it, as German sentences."""
    found = {
        "Es fehlt die Kurzfassung: zwei Sätze, für wen das Paket gedacht ist.": not text.summary.strip(),
        f"Es fehlen Einträge: mindestens {FEWEST_ITEMS}.": len(text.items) < FEWEST_ITEMS,
        "Zu mindestens einem Eintrag fehlt, warum er hier steht.": any(not item.text.strip() for item in text.items),
    }
    return [sentence for sentence, is_missing in found.items() if is_missing]
