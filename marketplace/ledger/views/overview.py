"""Who reuses what: all of it, and for one entry; as a table and as a map."""

from collections.abc import Collection

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core.permissions import is_allowed
from marketplace.ledger import drawing, entry_part, queries, showing
from marketplace.ledger.drawing import Drawing, Pair
from marketplace.ledger.showing import ReuseRow
from marketplace.ledger.views.shared import blueprint, page_number
from marketplace.organisations.places import State
from marketplace.web.access import current_actor, public

_PATHS = f"any({', '.join(kind.path for kind in queries.REUSABLE)})"


@blueprint.get("/nachnutzungen")
@public
def overview() -> str:
    """All confirmed reuses, narrowed to an action field or a Land."""
    field = ActionField.find_value(request.args.get("feld", ""))
    state = State.find_value(request.args.get("land", ""))
    page, mapped = showing.list_page(page_number(), field, state), showing.list_for_map(field, state)
    return render_template(
        "ledger/overview.html",
        page=page, field=field, state=state, fields=list(ActionField), states=list(State),
        mapped=mapped, map=draw(mapped), outlines=drawing.OUTLINES, map_source=drawing.SOURCE,
        page_address=lambda number: url_for(
            "ledger.overview", feld=field.value if field else None, land=state.value if state else None,
            seite=number if number > 1 else None,
        ),
    )  # fmt: skip


@blueprint.get(f"/<{_PATHS}:path>/<slug>/nachnutzungen")
@public
def of_entry(path: str, slug: str) -> str | Response:
    """Who reuses one entry, with chains, with what has ended, and with what it cost."""
    entry = catalogue.get_current_entry(slug)
    if entry.slug != slug:
        return redirect(url_for("ledger.of_entry", path=Kind(entry.kind).path, slug=entry.slug), 301)
    kind = Kind(entry.kind)
    part = entry_part.of_entry(entry, entry_part.inhabitants_of(request.args.get("einwohner", ""), current_actor()))
    if part is None:
        abort(404)
    if path != kind.path:
        return redirect(url_for("ledger.of_entry", path=kind.path, slug=slug), 301)
    return render_template(
        "ledger/of_entry.html",
        entry=entry, kind=kind, part=part, map=draw([row for row in part.rows if row.reuse.is_counted]),
        outlines=drawing.OUTLINES, map_source=drawing.SOURCE,
        is_own=is_allowed("entry.revise", stake_of_entry(entry), actor=current_actor()),
    )  # fmt: skip


def draw(rows: Collection[ReuseRow]) -> Drawing:
    """The map of some rows."""
    places = showing.points_for(rows)
    points = {key: (point.latitude, point.longitude) for key, point in places.items()}
    middles = {key for key, point in places.items() if point.is_middle}
    return drawing.draw([Pair(row.reuse.giver_id, row.reuse.taker_id) for row in rows], points, middles)
