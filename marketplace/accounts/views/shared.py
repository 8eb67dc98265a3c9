"""What the views of accounts share: the blueprint, who asks, and where to go next."""

import logging

from flask import Blueprint, Response, current_app, g, request

from marketplace.accounts import queries, signals, throttle
from marketplace.accounts.models import Account
from marketplace.accounts.signals import Announced
from marketplace.core.errors import DomainError
from marketplace.web.access import current_actor

blueprint = Blueprint("accounts", __name__)
_log = logging.getLogger("blaupause.security")


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """Pages with forms, links from mails and own data are kept by no cache, and no address goes on in a referrer."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def client() -> str:
    """What counts as the client of this request, for throttling only."""
    return throttle.client_key(request.remote_addr)


def note_refusal(step: str, error: DomainError) -> None:
    """Tell the log that somebody was not let in, and why; not who, and not from where."""
    facts = {"request_id": g.get("request_id", ""), "step": step, "reason": type(error).__name__}
    _log.warning("not let in", extra={"facts": facts})


def own_account() -> Account:
    """The account of the person who is signed in."""
    return queries.get_account(current_actor().account_id or 0)


def operator_mail() -> str:
    """Address of the operator, for those who cannot go on."""
    return str(current_app.config["SETTINGS"].operator_mail)


def local_path(path: str | None, default: str) -> str:
    """The path if it leads nowhere but to this site; browsers read ``//host`` and ``/\\host`` as other hosts."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return default
    return path


def announced_to(mail: str) -> list[Announced]:
    """What is done of itself once the person with this proven address has said where they work."""
    answers = [answer for _receiver, answer in signals.about_to_choose.send(None, mail=mail)]
    return [each for answer in answers for each in answer or ()]


def pass_on_agreement(mail: str) -> None:
    """Pass on what the person saw announced on the page on which they say where they work."""
    if keys := request.form.get("folgt", "").split():
        signals.agreed.send(None, mail=mail, keys=keys)
