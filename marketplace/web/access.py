"""Who may call a view: every view carries a mark; a view without one answers nobody.

A mark looks at the person alone. What may happen to a thing is decided by the service (``core/permissions.py``).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.core.actor import ANONYMOUS, ROLES, Actor
from marketplace.core.permissions import is_allowed
from marketplace.web import keeping

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed_in"
_ROLE = "role:"
SIGN_IN_ENDPOINT = "accounts.sign_in"


def public(view: View) -> View:
    """Anyone may call this view, without an account."""
    return _mark(view, PUBLIC)


def signed_in(view: View) -> View:
    """Only people who are signed in may call this view; others are led to the sign-in page."""
    return _mark(view, SIGNED_IN)


def role(*names: str) -> Callable[[View], View]:
    """Only people with one of these roles (see ``core/actor.py``) may call this view."""
    unknown = set(names) - set(ROLES)
    if unknown or not names:
        raise ValueError(f"Unknown roles: {unknown}")
    return lambda view: _mark(view, _ROLE + ",".join(names))


def keeps_input(keep: Callable[..., str | None]) -> Callable[[View], View]:
    """What is sent to this view after the session ended is handed to ``keep``, with the parts of the address.

    ``keep`` saves it in a transaction of its own and returns the path to go on at after signing in, or None.
    """

    def mark(view: View) -> View:
        view.keep_input = keep  # type: ignore[attr-defined]
        return view

    return mark


def _mark(view: View, access: str) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


def access_of(view: Callable[..., Any]) -> str | None:
    """The access mark of a view function, or None if it has none."""
    return getattr(view, "access", None)


def current_actor() -> Actor:
    """Who sends this request; built once, ANONYMOUS without a valid session."""
    if "actor" not in g:
        # Stays if loading fails, so that the error page can be shown without asking the database again.
        g.actor = ANONYMOUS
        g.actor = getattr(current_user, "actor", ANONYMOUS)
    actor: Actor = g.actor
    return actor


def init_app(app: Flask) -> None:
    """Refuse every request whose view has no access mark or another one than the person fits."""
    app.before_request(_refuse)
    app.context_processor(lambda: {"actor": current_actor(), "is_allowed": _is_allowed})


def _is_allowed(action: str, thing: Any = None) -> bool:
    return is_allowed(action, thing, actor=current_actor())


def _refuse() -> Response | None:
    if request.endpoint is None:
        return None
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        abort(403)
    if access == PUBLIC:
        return None
    actor = current_actor()
    if not actor.is_signed_in:
        return _lead_to_sign_in(getattr(current_app.view_functions[request.endpoint], "keep_input", None))
    if access.startswith(_ROLE) and not any(actor.has_role(name) for name in access.removeprefix(_ROLE).split(",")):
        abort(403)
    return None


def _lead_to_sign_in(keep: Callable[..., str | None] | None) -> Response:
    """What was to be read is resumed after signing in; what was sent is kept, by the view if it can."""
    wanted = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    if wanted is None:
        wanted = keep(**(request.view_args or {})) if keep is not None else keeping.keep_input()
    return redirect(url_for(SIGN_IN_ENDPOINT, weiter=wanted), 303)
