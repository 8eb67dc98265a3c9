"""What it really cost: the form of the taking side, and the look of a guide at cases without a name."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.catalogue.kinds import Kind
from marketplace.core import clock
from marketplace.core.actor import GUIDE, SITE_ADMIN
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.ledger import queries, telling
from marketplace.ledger.costs import MAX_TEXT, Again, CostMoment, CostState, moment_of
from marketplace.ledger.forms import CostsForm, ReasonForm
from marketplace.ledger.models import Reuse
from marketplace.ledger.telling import FIGURES, CostsRefusedError, CostTask
from marketplace.ledger.views.shared import blueprint
from marketplace.web.access import current_actor, role, signed_in
from marketplace.web.transaction import writes


@blueprint.get("/nachnutzungen/<public_id>/kosten")
@signed_in
def tell_costs(public_id: str) -> str:
    """Five questions and two sentences, filled with what was told before."""
    found = _get(public_id)
    known = telling.find_told(found, moment_of(found.live_from, clock.today()))
    data = {name: getattr(known, name) for name in FIGURES} | {"without_name": not known.is_named} if known else {}
    return _page(found, CostsForm(data=data))


def _get(public_id: str) -> Reuse:
    found = queries.get_reuse(public_id)
    authorize("ledger.tell_costs", queries.sides_of(found), actor=current_actor())
    return found


def _page(found: Reuse, form: CostsForm) -> str:
    entry = queries.entry_of(found)
    return render_template(
        "ledger/tell_costs.html",
        reuse=found, entry=entry, kind=Kind(entry.kind), form=form, told=telling.list_told(found), Again=Again,
        CostMoment=CostMoment, CostState=CostState, max_text=MAX_TEXT, is_live=found.live_from is not None,
    )  # fmt: skip


@blueprint.post("/nachnutzungen/<public_id>/kosten")
@signed_in
@writes
def do_tell_costs(public_id: str) -> str | Response | tuple[str, int]:
    """Take the answers."""
    found, form = _get(public_id), CostsForm()
    if not form.validate_on_submit():
        return _page(found, form), 400
    try:
        told = telling.tell(found, form.figures(), is_named=not form.without_name.data, actor=current_actor())
    except CostsRefusedError as error:
        for name, message in error.problems.items():
            form.add_error(form[name], DomainError(message))
        return _page(found, form), error.status
    except ForbiddenError:
        raise
    except DomainError as error:
        form.add_error(form.one_off, error)
        return _page(found, form), error.status
    if told.state == CostState.PUBLISHED:
        flash(_("Vielen Dank. Ihre Angaben stehen am Eintrag, sobald beide Seiten die Nachnutzung bestätigt haben."))
    else:
        flash(_("Vielen Dank. Eine Lotsin oder ein Lotse sieht nach, ob die Angaben Ihren Namen verraten."))
    return redirect(url_for("ledger.reuse", public_id=public_id), 303)


@blueprint.get("/lotsen/kosten/<public_id>")
@role(GUIDE, SITE_ADMIN)
def cost_case(public_id: str) -> str:
    """A case that is to be read without a name."""
    return _case_page(telling.get_task(public_id), ReasonForm(formdata=None))


def _case_page(task: CostTask, form: ReasonForm) -> str:
    sides = queries.sides_of(task.reuse)
    authorize("ledger.see", sides, actor=current_actor())
    return render_template(
        "ledger/cost_case.html",
        task=task, form=form, Again=Again, moment=CostMoment(task.costs.moment), state=CostState(task.costs.state),
        is_open=task.costs.state == CostState.WAITING,
        may_decide=is_allowed("ledger.release_costs", sides, actor=current_actor()),
    )  # fmt: skip


@blueprint.post("/lotsen/kosten/<public_id>/freigeben")
@role(GUIDE, SITE_ADMIN)
@writes
def do_release_costs(public_id: str) -> Response:
    """Let it be read."""
    telling.release(telling.get_task(public_id), actor=current_actor())
    flash(_("Die Angaben stehen jetzt ohne Namen am Eintrag."))
    return redirect(url_for("ledger.cost_case", public_id=public_id), 303)


@blueprint.post("/lotsen/kosten/<public_id>/zurueckgeben")
@role(GUIDE, SITE_ADMIN)
@writes
def do_return_costs(public_id: str) -> str | Response | tuple[str, int]:
    """Give it back with a word."""
    task, form = telling.get_task(public_id), ReasonForm()
    try:
        telling.give_back(task, form.reason.data or "", actor=current_actor())
    except ForbiddenError:
        raise
    except DomainError as error:
        form.add_error(form.reason, error)
        return _case_page(task, form), error.status
    flash(_("Die Angaben sind zurückgegeben."))
    return redirect(url_for("ledger.cost_case", public_id=public_id), 303)
