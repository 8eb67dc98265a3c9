"""Pages of places: the list with its search, one municipality or other organisation."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.catalogue import queries as catalogue
from marketplace.ledger import showing
from marketplace.organisations import queries
from marketplace.organisations.places import OrganisationKind, State
from marketplace.reuse import queries as reuse
from marketplace.reuse.statistics import find_answering
from marketplace.web.access import public
from marketplace.web.rate_limit import limited_search

blueprint = Blueprint("organisations", __name__)

_OTHER_KINDS = tuple(kind for kind in OrganisationKind if kind not in queries.MUNICIPAL_KINDS)


@blueprint.get("")
@public
@limited_search("q")
def places() -> str:
    """Municipalities: those with entries, or on request and in a search all of the register."""
    text = _clean(request.args.get("q", ""))
    state = State.find_value(request.args.get("land", ""))
    with_all = bool(text) or request.args.get("alle") == "ja"
    counts = catalogue.count_by_organisation()
    page = queries.list_places(
        text, state, request.args.get("seite", 1, type=_page_number), only_ids=None if with_all else counts.keys()
    )
    others = queries.list_places(text, state, kinds=_OTHER_KINDS, only_ids=counts.keys()) if page.page == 1 else None
    return render_template(
        "organisations/places.html",
        text=text, state=state, states=list(State), with_all=with_all, page=page, others=others, counts=counts,
        page_address=lambda number: url_for(
            "organisations.places",
            q=text or None, land=state.value if state else None, alle=request.args.get("alle"), seite=number,
        ),
    )  # fmt: skip


@blueprint.get("/<key>")
@public
def place(key: str) -> str | Response:
    """One municipality or other organisation with its entries; an old key redirects to the present one."""
    organisation = queries.get_by_key(key)
    if organisation.key != key:
        return redirect(url_for("organisations.place", key=organisation.key), 301)
    return render_template(
        "organisations/place.html",
        organisation=organisation,
        facts=queries.place_facts(organisation),
        entries=catalogue.list_of_organisation(organisation.id or 0),
        taken=showing.list_taken_by(organisation.id or 0),
        given=showing.list_given_by(organisation.id or 0),
        most_reuses=showing.MOST_OF_PLACE,
        answering=find_answering(organisation.id or 0),
        absence=reuse.find_present_absence(organisation.id),
        taken_part=catalogue.list_with_participant(organisation.id or 0),
    )


def _clean(text: str) -> str:
    """What somebody typed, without what no page can show, cut to what the search looks at."""
    printable = "".join(char if char.isprintable() else " " for char in text[: 2 * queries.MAX_TEXT])
    return " ".join(printable.split())[: queries.MAX_TEXT]


def _page_number(text: str) -> int:
    """A page from an address; a ValueError lets the default stand. More digits than pages exist mean the last one."""
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(text)
    return int(text[:6])
