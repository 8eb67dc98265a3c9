"""The guides' desk, who stands in for whom, and how much waits for each."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts import covers
from marketplace.accounts.queries import list_remits
from marketplace.catalogue.remits import describe_remit
from marketplace.core.actor import GUIDE, SITE_ADMIN, Remit
from marketplace.core.errors import DomainError
from marketplace.curation import desk
from marketplace.curation.guiding import board
from marketplace.curation.guiding import tasks as _tasks  # noqa: F401 -- registers what the desk shows
from marketplace.curation.guiding.forms import CoverForm
from marketplace.web.access import current_actor, role
from marketplace.web.forms import choices
from marketplace.web.transaction import writes

blueprint = Blueprint("guiding", __name__)


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """What waits for somebody is kept by no cache."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("")
@role(GUIDE, SITE_ADMIN)
def tasks() -> str:
    """What is due within the remits of this person today, the oldest first."""
    actor = current_actor()
    chosen, remit = desk.find_source(request.args.get("art", "")), _chosen_remit()
    shown = board.make_board([remit] if remit else desk.remits_of(actor), chosen, _page_number())
    remits = actor.remits
    return render_template(
        "curation/desk.html",
        board=shown,
        chosen=chosen,
        remit=remit,
        remits=[(_value_of(each), describe_remit(each)) for each in remits] if len(remits) > 1 else [],
        covers=[each for each in covers.list_covers_around(actor.account_id or 0) if each.is_on],
        page_address=lambda number: _address(art=chosen.kind if chosen else None, seite=number if number > 1 else None),
        address=_address,
    )


def _value_of(remit: Remit) -> str:
    return f"{remit.area}-{remit.action_field}"


def _chosen_remit() -> Remit | None:
    """The one remit to which the page is narrowed, if it is one of the person's own."""
    wanted = request.args.get("gebiet", "")
    return next((remit for remit in current_actor().remits if _value_of(remit) == wanted), None)


def _page_number() -> int:
    typed = request.args.get("seite", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 1


def _address(*, art: str | None = None, seite: int | None = None) -> str:
    remit = _chosen_remit()
    return url_for("guiding.tasks", art=art, gebiet=_value_of(remit) if remit else None, seite=seite)


@blueprint.get("/auslastung")
@role(GUIDE, SITE_ADMIN)
def load() -> str:
    """How much waits for each guide."""
    guides = covers.list_guides()
    remits = covers.map_remits(guides)
    loads = board.list_loads([(guide.name, remits[guide.id or 0]) for guide in guides])
    return render_template(
        "curation/load.html",
        sources=desk.list_sources(),
        loads=loads,
        describe=describe_remit,
        unguided=board.count_unguided([remit for each in loads for remit in each.remits]),
    )


@blueprint.get("/vertretung")
@role(GUIDE, SITE_ADMIN)
def cover() -> str:
    """Who stands in for whom, and a form to be stood in for."""
    return _cover_page(_cover_form())


def _cover_form() -> CoverForm:
    form = CoverForm()
    people = covers.list_stand_ins(current_actor())
    form.stand_in.choices = choices(("", _("bitte wählen")), *((str(each.id), each.name) for each in people))
    return form


def _cover_page(form: CoverForm) -> str:
    account_id = current_actor().account_id or 0
    return render_template(
        "curation/cover.html",
        form=form,
        covers=covers.list_covers_around(account_id),
        account_id=account_id,
        has_remits=bool(list_remits(account_id)),
    )


@blueprint.post("/vertretung")
@role(GUIDE, SITE_ADMIN)
@writes
def do_cover() -> str | AnyResponse | tuple[str, int]:
    """Let another guide answer for one's own remits for some days."""
    form = _cover_form()
    if not form.validate_on_submit():
        return _cover_page(form)
    try:
        covers.arrange_cover(form.stand_in_id, form.first_day.data, form.last_day.data, actor=current_actor())
    except DomainError as error:
        form.add_error(form.last_day if form.stand_in_id else form.stand_in, error)
        return _cover_page(form), error.status
    flash(_("Die Vertretung ist eingetragen."))
    return redirect(url_for("guiding.cover"), 303)


@blueprint.post("/vertretung/<int:cover_id>/beenden")
@role(GUIDE, SITE_ADMIN)
@writes
def end_cover(cover_id: int) -> AnyResponse:
    """End a cover at once."""
    covers.end_cover(cover_id, actor=current_actor())
    flash(_("Die Vertretung ist beendet."))
    return redirect(url_for("guiding.cover"), 303)
