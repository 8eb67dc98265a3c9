"""Ties sessions of accounts to the browser: what stands in the cookie, and who Flask-Login says it is."""

from dataclasses import dataclass

from flask import Flask, current_app, g, request, session
from flask_login import UserMixin, current_user, login_user

from marketplace.accounts import sessions
from marketplace.accounts.mfa import service as second_factor
from marketplace.accounts.mfa import signing_in
from marketplace.accounts.models import Account
from marketplace.core import audit
from marketplace.core.actor import Actor
from marketplace.core.db import Database
from marketplace.extensions import login_manager
from marketplace.web.access import current_actor

SECOND_STEP = "second_step"
"""Key in the cookie of the token of a sign-in half done."""
OPEN_IDENTITY = "open_identity"
"""Key in the cookie of the token of an identity of another service that is not linked yet."""


@dataclass
class SignedIn(UserMixin):
    """A person in this request, as Flask-Login knows them."""

    token: str
    session_id: int
    actor: Actor

    def get_id(self) -> str:
        """What the cookie holds: the random token of the session, nothing of the person."""
        return self.token


def init_app(app: Flask) -> None:
    """Load people by the session in their cookie, and note now and then that it is in use."""
    # Without the context processor of Flask-Login: templates use ``actor``, which an error page can always show.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.user_loader(_load)


def _load(token: str) -> SignedIn | None:
    found = sessions.find(token)
    if found is None:
        return None
    running, account = found
    if sessions.is_due(running):
        _touch(running.id or 0, account.id or 0)
    return SignedIn(token, running.id or 0, sessions.load_actor(account))


def _touch(session_id: int, account_id: int) -> None:
    """In a transaction of its own: reading a page must not write, and a failing one must not undo this."""
    database: Database = current_app.extensions["database"]
    with database.unit_of_work():
        sessions.touch(session_id, account_id)


def begin(account: Account) -> bool:
    """Sign in after the first step, or, where there is a second, note in the browser that only that is missing.

    True if the person is signed in.
    """
    if not second_factor.is_on(account.id or 0):
        sign_in(account)
        return True
    token = signing_in.begin(account)
    _empty_cookie()
    session[SECOND_STEP] = token
    return False


def sign_in(account: Account) -> None:
    """Sign a person in whose identity was checked: a new session with a new token, nothing of the old one stays."""
    device = sessions.describe_device(request.headers.get("User-Agent", ""))
    token = sessions.start(account, device=device)
    audit.record("account.signed_in", f"account:{account.id}", actor=f"account:{account.id}")
    _empty_cookie()
    found = sessions.find(token)
    if found is None:
        raise RuntimeError("The session that was just started is not there.")
    login_user(SignedIn(token, found[0].id or 0, sessions.load_actor(account)))
    # A hash of address and browser that Flask-Login leaves for its session protection, which is off.
    session.pop("_id", None)
    g.pop("actor", None)


def _empty_cookie() -> None:
    """Nothing stays but the identity of another service that this browser brought along and wants to link."""
    identity = session.get(OPEN_IDENTITY)
    session.clear()
    if identity:
        session[OPEN_IDENTITY] = identity


def open_identity() -> str:
    """Token of an identity of another service that this browser brought along; empty if there is none."""
    return str(session.get(OPEN_IDENTITY, ""))


def second_step() -> str:
    """Token of a sign-in half done in this browser; empty if there is none."""
    return str(session.get(SECOND_STEP, ""))


def sign_out() -> None:
    """End the session of this request, on the server and in the browser."""
    actor = current_actor()
    if actor.account_id is not None:
        sessions.end(current_session_id(), account_id=actor.account_id)
    forget()


def forget() -> None:
    """Empty the cookie after its session was ended on the server."""
    session.clear()
    login_manager._update_request_context_with_user()
    g.pop("actor", None)


def current_session_id() -> int:
    """Row number of the session of this request; 0 for anonymous visitors."""
    return int(getattr(current_user, "session_id", 0))
