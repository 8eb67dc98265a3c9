"""What the link of a mail asks, answered without an account; opening it changes nothing."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.links import StaleLinkError
from marketplace.core.errors import DomainError
from marketplace.ledger import queries, service
from marketplace.ledger.forms import ReasonForm
from marketplace.ledger.rules import ACTS, MAX_REASON
from marketplace.ledger.views.shared import blueprint
from marketplace.web.access import public
from marketplace.web.language import translate as _
from marketplace.web.rate_limit import limiter
from marketplace.web.transaction import writes

_LIMIT = "120 per minute"
_STEPS = {"stimmt": "confirm", "stimmt-nicht": "deny", "beendet": "stop"}


@blueprint.get("/nachnutzung-bestaetigen/<token>")
@public
def question(token: str) -> str | tuple[str, int]:
    """The question; mail scanners open links too."""
    return _page(token, ReasonForm(formdata=None))


def _page(token: str, form: ReasonForm) -> str | tuple[str, int]:
    try:
        asked = queries.get_asked(token)
    except StaleLinkError as error:
        return render_template("ledger/stale_link.html"), error.status
    return render_template("ledger/question.html", token=token, asked=asked, form=form, max_reason=MAX_REASON)


@blueprint.post("/nachnutzung-bestaetigen/<token>")
@limiter.limit(_LIMIT)
@public
@writes
def do_answer(token: str) -> str | Response | tuple[str, int]:
    """Take the answer."""
    name, form = _STEPS.get(request.form.get("antwort", "")) or abort(400), ReasonForm()
    try:
        reuse = service.answer(token, name, form.reason.data or "")
    except StaleLinkError as error:
        return render_template("ledger/stale_link.html"), error.status
    except DomainError as error:
        form.add_error(form.reason, error)
        page = _page(token, form)
        return page if isinstance(page, tuple) else (page, error.status)
    if reuse is None:
        flash(_("Diese Frage ist schon beantwortet. Es hat sich nichts geändert."))
    else:
        flash(_("Vielen Dank. %(what)s.", what=ACTS[name].past))
    return redirect(url_for("ledger.question", token=token), 303)
