"""Pages of collections: for readers, and for guides who make them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.cards import EntryCard
from marketplace.catalogue.drafts.queries import map_entry_ids, titles_of
from marketplace.catalogue.drafts.typed import clean
from marketplace.core import markdown
from marketplace.core.actor import GUIDE, SITE_ADMIN
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label
from marketplace.curation.collections import library as _library  # noqa: F401 -- registers the part of content/
from marketplace.curation.collections import personal_data as _personal_data  # noqa: F401 -- registers the table
from marketplace.curation.collections import queries, service
from marketplace.curation.collections.models import Collection
from marketplace.curation.collections.rules import (
    MAX_ITEM_TEXT,
    MAX_ITEMS,
    MAX_SUMMARY,
    MAX_TITLE,
    CollectionText,
    Item,
    missing_for_publication,
    problems_of,
)
from marketplace.extensions import csrf
from marketplace.search import service as search
from marketplace.search.port import SearchQuery, SearchUnavailableError
from marketplace.web.access import current_actor, public, role
from marketplace.web.forms import one_line
from marketplace.web.language import shown
from marketplace.web.rate_limit import limited_search
from marketplace.web.transaction import writes

blueprint = Blueprint("collections", __name__)

MAX_FORM = 512 * 1024
"""Bytes of the form: a text and forty words on entries, however they are written."""
_FOUND = 6


@blueprint.get("/sammlungen")
@public
def collections() -> str:
    """All collections that anybody may read."""
    return render_template("curation/collections.html", collections=queries.list_published())


@blueprint.get("/sammlungen/<slug>")
@public
def collection(slug: str) -> str:
    """One collection: its text and its entries in order."""
    found = queries.get_readable(slug)
    return render_template(
        "curation/collection.html",
        collection=found,
        steps=queries.list_steps(found),
        text=markdown.render(found.body, id_prefix="text-").html,
    )


@blueprint.get("/lotsen/sammlungen")
@role(GUIDE, SITE_ADMIN)
def manage() -> str:
    """All collections, and the way to a new one."""
    return render_template("curation/manage_collections.html", collections=queries.list_all(), title="", problem="")


@blueprint.post("/lotsen/sammlungen")
@role(GUIDE, SITE_ADMIN)
@writes
def begin() -> str | Response | tuple[str, int]:
    """Begin a collection."""
    title = one_line(request.form.get("titel"))
    try:
        collection = service.begin_collection(title, actor=current_actor())
    except DomainError as error:
        rows = queries.list_all()
        page = render_template("curation/manage_collections.html", collections=rows, title=title, problem=error.message)
        return page, error.status
    return redirect(url_for("collections.edit", slug=collection.slug), 303)


@blueprint.get("/lotsen/sammlungen/<slug>")
@role(GUIDE, SITE_ADMIN)
@limited_search("suche")
def edit(slug: str) -> str:
    """The form of one collection."""
    found = queries.get_collection(slug)
    return _form_page(found, queries.text_of(found), one_line(request.args.get("suche"))[:200])


def _form_page(
    found: Collection, text: CollectionText, wanted: str = "", problems: dict[str, str] | None = None
) -> str:
    slugs = [item.slug for item in text.items]
    cards = {card.entry_id: card for card in catalogue.list_cards(list(map_entry_ids(slugs).values()))}
    by_slug = {slug: cards.get(entry_id) for slug, entry_id in map_entry_ids(slugs).items()}
    return render_template(
        "curation/edit_collection.html",
        collection=found,
        text=text,
        cards=by_slug,
        titles=titles_of(slugs),
        wanted=wanted,
        found=[card for card in _find(wanted) if card.path.rpartition("/")[2] not in slugs],
        problems=problems or {},
        missing=missing_for_publication(text),
        limits={"titel": MAX_TITLE, "kurz": MAX_SUMMARY, "eintrag": MAX_ITEM_TEXT, "eintraege": MAX_ITEMS},
    )


def _find(wanted: str) -> list[EntryCard]:
    if not wanted:
        return []
    try:
        return [item.card for item in search.search(SearchQuery(wanted, page_size=_FOUND)).items]
    except SearchUnavailableError:
        return []


@csrf.exempt  # type: ignore[untyped-decorator]  # asked below, once the request may be as large as it is
@blueprint.post("/lotsen/sammlungen/<slug>")
@role(GUIDE, SITE_ADMIN)
@writes
def save(slug: str) -> str | Response | tuple[str, int]:
    """Save what was typed, after doing to the entries what the pressed button says."""
    request.max_content_length = request.max_form_memory_size = MAX_FORM
    csrf.protect()
    found, text = queries.get_collection(slug), _typed()
    wanted, step = one_line(request.form.get("suche"))[:200], request.form.get("schritt", "")
    text = _moved(text, step)
    problems = problems_of(text)
    if problems:
        return _form_page(found, text, wanted, problems), 400
    try:
        service.save_collection(found, text, seen_version=_seen_version(), actor=current_actor())
    except DomainError as error:
        return _form_page(found, text, wanted, {"alles": error.message}), error.status
    if step == "suchen" or wanted:
        return redirect(url_for("collections.edit", slug=slug, suche=wanted or None, _anchor="aufnehmen"), 303)
    if step:
        return redirect(url_for("collections.edit", slug=slug, _anchor="eintraege"), 303)
    flash(_("Gespeichert."))
    return redirect(url_for("collections.edit", slug=slug), 303)


def _typed() -> CollectionText:
    slugs = list(dict.fromkeys(request.form.getlist("eintrag")))[: MAX_ITEMS + 1]
    return CollectionText(
        title=one_line(clean(request.form.get("titel", ""))),
        summary=one_line(clean(request.form.get("kurz", ""))),
        body=clean(request.form.get("text", "")).strip(),
        items=tuple(Item(slug, clean(request.form.get(f"text-{slug}", "")).strip()) for slug in slugs),
    )


def _moved(text: CollectionText, step: str) -> CollectionText:
    what, _colon, slug = step.partition(":")
    if what == "hoch":
        return text.moved(slug, -1)
    if what == "runter":
        return text.moved(slug, 1)
    if what == "entfernen":
        return text.without(slug)
    if what == "aufnehmen" and titles_of([slug]):
        return text.with_item(slug)
    return text


def _seen_version() -> int:
    typed = request.form.get("fassung", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


_STEPS = {
    "veroeffentlichen": (service.publish_collection, Label("Das Einstiegspaket ist veröffentlicht.")),
    "herausnehmen": (service.withdraw_collection, Label("Das Einstiegspaket wird nicht mehr gezeigt.")),
}


@blueprint.post(f"/lotsen/sammlungen/<slug>/<any({', '.join(_STEPS)}):step>")
@role(GUIDE, SITE_ADMIN)
@writes
def move(slug: str, step: str) -> Response:
    """Let a collection appear, or take it back."""
    act, sentence = _STEPS[step]
    act(queries.get_collection(slug), actor=current_actor())
    flash(shown(sentence))
    return redirect(url_for("collections.edit", slug=slug), 303)


@blueprint.post("/lotsen/sammlungen/<slug>/loeschen")
@role(GUIDE, SITE_ADMIN)
@writes
def delete(slug: str) -> Response:
    """Delete a collection that never appeared."""
    service.delete_collection(queries.get_collection(slug), actor=current_actor())
    flash(_("Der Entwurf ist gelöscht."))
    return redirect(url_for("collections.manage"), 303)
