"""Pages of the catalogue: one entry, the list of a kind, the action fields."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.catalogue import figures, queries
from marketplace.catalogue.drafts import queries as drafts
from marketplace.catalogue.kinds import Kind, find_kind_of_path
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.presentation import age_in_words, is_old, present
from marketplace.catalogue.views.showing_files import files_of_entry
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import clock
from marketplace.core.permissions import is_allowed
from marketplace.curation import queries as curation
from marketplace.curation.collections import queries as collections
from marketplace.curation.links import queries as addresses
from marketplace.knowledge import queries as knowledge
from marketplace.ledger import entry_part, showing
from marketplace.questions import queries as questions
from marketplace.reuse import queries as reuse
from marketplace.search import service as search
from marketplace.web.access import current_actor, public

blueprint = Blueprint("catalogue", __name__)

_KIND_PATHS = f"any({', '.join(kind.path for kind in Kind)})"
_SHOWN_PER_KIND = 12
_SIMILAR = 3


@blueprint.get(f"/<{_KIND_PATHS}:path>")
@public
def kind_list(path: str) -> Response:
    """All entries of a kind are a search with one filter."""
    kind = find_kind_of_path(path)
    return redirect(url_for("search.results", art=kind.value if kind else None), 302)


@blueprint.get(f"/<{_KIND_PATHS}:path>/<slug>")
@public
def entry(path: str, slug: str) -> str | Response:
    """One entry; under the path of another kind it redirects to the right one."""
    found = queries.get_current_entry(slug)
    if found.slug != slug:
        return redirect(url_for("catalogue.entry", path=Kind(found.kind).path, slug=found.slug), 301)
    kind = Kind(found.kind)
    if path != kind.path:
        return redirect(url_for("catalogue.entry", path=kind.path, slug=slug), 301)
    this_year, actor, stake = clock.today().year, current_actor(), drafts.stake_of_entry(found)
    links = queries.list_links(found)
    linked_ids = {queries.other_end(link, found) for link in links}
    similar_ids = search.similar_ids(found, limit=_SIMILAR, without=linked_ids)
    cards = queries.cards_beside(found, [*linked_ids, *similar_ids])
    return render_template(
        "catalogue/entry.html",
        entry=found,
        kind=kind,
        card=cards[found.id or 0],
        shown=present(found),
        files=files_of_entry(found),
        participants=queries.list_participants(found),
        links=queries.group_links(found, links, cards),
        collections=collections.list_with_entry(found.id or 0),
        background=knowledge.list_for_entry(found.id or 0),
        similar=[cards[entry_id] for entry_id in similar_ids if entry_id in cards],
        age=age_in_words(found.as_of, this_year),
        is_old=is_old(found.as_of, this_year),
        is_archived=found.status == Status.ARCHIVED,
        standing=curation.get_standing(found),
        link_notes=addresses.notes_of(found),
        reuses=entry_part.of_entry(found, entry_part.inhabitants_of(request.args.get("einwohner", ""), actor)),
        questions=questions.list_published(found.id or 0),
        used_solutions=reuse.list_used_solutions(found) if kind is Kind.PROJECT else [],
        may_see_versions=actor.is_signed_in and is_allowed("entry.history", stake, actor=actor),
        may_confirm=found.is_published and is_allowed("entry.confirm", stake, actor=actor),
    )


@blueprint.get("/handlungsfelder")
@public
def action_fields() -> str:
    """All action fields with the number of entries of each kind."""
    return render_template("catalogue/action_fields.html", counts=figures.current().by_action_field, kinds=list(Kind))


@blueprint.get("/handlungsfelder/<value>")
@public
def action_field(value: str) -> str:
    """Entries of one action field, grouped by kind."""
    field = ActionField.find_value(value) or abort(404)
    counts = figures.current().by_action_field[field]
    cards = queries.list_of_action_field(field, [kind for kind in counts if counts[kind]], _SHOWN_PER_KIND)
    groups = [(kind, counts[kind], found) for kind, found in cards.items()]
    return render_template(
        "catalogue/action_field.html", field=field, groups=groups, reuses=showing.count_of_field(field)
    )
