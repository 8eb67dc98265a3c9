"""Where the second factor is compulsory: who has none is led to its set-up and can do nothing else until then."""

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.mfa import service
from marketplace.core.actor import Actor
from marketplace.web.access import current_actor

SET_UP = frozenset({"accounts.second_factor", "accounts.begin_second_factor", "accounts.set_up_second_factor",
                    "accounts.do_set_up_second_factor"})  # fmt: skip
WAYS_OUT = frozenset({
    "accounts.sign_out", "accounts.send_password_link", "accounts.new_password", "accounts.do_new_password",
    "site.static_page", "site.register_of_processing", "site.choose_theme", "site.health",
})  # fmt: skip
"""What stays open: leaving, a first password for who has none, and the pages of duty."""


def init_app(app: Flask) -> None:
    """Look at everybody who is signed in, after their rights."""
    app.before_request(_lead_to_set_up)


def is_required_of(actor: Actor) -> bool:
    """Whether the settings ask a second factor of this person."""
    return any(actor.has_role(role) for role in current_app.config["SETTINGS"].mfa_required_roles)


def _lead_to_set_up() -> Response | None:
    if request.endpoint is None or request.endpoint in SET_UP | WAYS_OUT:
        return None
    actor = current_actor()
    if not is_required_of(actor) or service.is_on(actor.account_id or 0):
        return None
    keep = getattr(current_app.view_functions[request.endpoint], "keep_input", None)
    if keep is not None and request.method == "POST":
        keep(**(request.view_args or {}))
    return redirect(url_for("accounts.second_factor"), 303)
