"""Accounts of other services: who somebody is here, linking and unlinking. An address alone links nothing."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from sqlmodel import col, select

from marketplace.accounts import links, mails, registration, sessions, throttle
from marketplace.accounts.credentials import check_password
from marketplace.accounts.models import Account
from marketplace.accounts.oidc.errors import OidcError, StaleFlowError, StaleIdentityError
from marketplace.accounts.oidc.flow import Flow
from marketplace.accounts.oidc.models import LinkedIdentity, OpenIdentity
from marketplace.accounts.queries import get_account
from marketplace.accounts.roles import TokenPurpose
from marketplace.accounts.tokens import hash_token, new_token, normalise_mail
from marketplace.config import OidcProvider
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError, NotFoundError
from marketplace.core.permissions import authorize
from marketplace.mail.compose import absolute_url
from marketplace.web.forms import one_line

# Without the extra ``oidc`` there are no providers, and nobody gets as far as using it.
with suppress(ImportError):
    from marketplace.accounts.oidc import client as remote
    from marketplace.accounts.oidc.client import Identity

logger = logging.getLogger("blaupause.oidc")

OPEN_FOR = timedelta(hours=1)
"""How long somebody who came with an identity has time to link it; a mail must arrive meanwhile."""


def list_providers() -> tuple[OidcProvider, ...]:
    """The services of the settings."""
    providers: tuple[OidcProvider, ...] = current_app.config["SETTINGS"].oidc_providers
    return providers


def get_provider(slug: str) -> OidcProvider:
    """The service with this slug; raises NotFoundError."""
    for provider in list_providers():
        if provider.slug == slug:
            return provider
    raise NotFoundError("Eine Anmeldung über diesen Dienst gibt es hier nicht.")


def name_of(issuer: str) -> str:
    """What people call a service; its address once it is no longer in the settings."""
    return next((each.name for each in list_providers() if each.issuer == issuer), issuer)


def begin(provider: OidcProvider, *, next_path: str) -> tuple[Flow, str]:
    """A new sign-in and the address of the service to go to; raises OidcError."""
    flow = Flow.begin(provider.slug, next_path=next_path, now=clock.now())
    with _logged(provider):
        return flow, remote.authorization_address(provider, flow, return_address=_return_address(provider))


def finish(provider: OidcProvider, flow: Flow, code: str) -> "Identity":
    """Who came back; each answer is good for one sign-in. Raises OidcError."""
    if not throttle.take(throttle.OIDC_ANSWER, flow.state):
        raise StaleFlowError
    with _logged(provider):
        return remote.fetch_identity(provider, flow, code, return_address=_return_address(provider))


def _return_address(provider: OidcProvider) -> str:
    return absolute_url("accounts.oidc_return", slug=provider.slug)


@contextmanager
def _logged(provider: OidcProvider) -> Iterator[None]:
    """Tell the operator why a sign-in failed; without token, code or person."""
    try:
        yield
    except OidcError as error:
        facts = {"provider": provider.slug, "error": type(error).__name__, "reason": error.reason}
        logger.warning("sign-in through another service failed", extra={"facts": facts})
        raise


def find_account(identity: "Identity") -> Account | None:
    """The account to which an identity is linked; raises DomainError if that cannot sign in."""
    statement = select(Account).where(
        LinkedIdentity.account_id == Account.id,
        LinkedIdentity.issuer == identity.issuer,
        LinkedIdentity.subject == identity.subject,
    )
    account = db.session().exec(statement).first()
    if account and not account.can_sign_in:
        raise DomainError("Mit diesem Zugang können Sie sich gerade nicht anmelden.")
    return account


def keep_open(identity: "Identity") -> str:
    """Note an identity that is linked to nobody yet; returns the token for the browser that brought it."""
    token = new_token()
    db.session().add(
        OpenIdentity(
            token_hash=hash_token(token), issuer=identity.issuer, subject=identity.subject,
            name=one_line(identity.name)[:100], mail=normalise_mail(identity.mail) or "",
            expires_at=clock.now() + OPEN_FOR,
        )
    )  # fmt: skip
    db.session().flush()
    return token


def find_open(token: str) -> OpenIdentity | None:
    """The identity that a browser brought along, while there is time."""
    statement = select(OpenIdentity).where(
        OpenIdentity.token_hash == hash_token(token), OpenIdentity.expires_at > clock.now()
    )
    return db.session().exec(statement).first()


def get_open(token: str) -> OpenIdentity:
    """The same; raises StaleIdentityError."""
    identity = find_open(token)
    if identity is None:
        raise StaleIdentityError
    return identity


def drop_open(token: str) -> None:
    """Forget an identity that shall be linked to nobody."""
    db.session().execute(sa.delete(OpenIdentity).where(col(OpenIdentity.token_hash) == hash_token(token)))


def request_account(token: str, mail: str, *, client: str) -> None:
    """Send our own mail to the address: the link sets an account up, or says that there is one already."""
    identity = get_open(token)
    registration.request_account(mail, client=client)
    identity.mail = mail
    db.session().flush()


def find_for_new_account(token: str, account: Account) -> OpenIdentity | None:
    """The identity that shall sign in to a new account: the one in this browser, for which this address was typed."""
    identity = find_open(token)
    return identity if identity and identity.mail == account.mail and account.confirmed_at is None else None


def confirm_account(link_token: str, *, name: str, token: str) -> Account:
    """Use the link of the mail in the browser that brought the identity: a new account without a password."""
    _, account = links.look_at(link_token, TokenPurpose.CONFIRM)
    identity = find_for_new_account(token, account)
    if identity is None:
        raise StaleIdentityError
    links.use(link_token, TokenPurpose.CONFIRM)
    registration.set_up(account, name=name, password=None)
    _link(identity, account)
    return account


def link(token: str, *, password: str, session_id: int, actor: Actor) -> None:
    """Link an identity to the own account; somebody who did not just sign in is asked for the password."""
    account_id = actor.account_id or 0
    authorize("account.own", account_id, actor=actor)
    identity, account = get_open(token), get_account(account_id)
    if not sessions.is_new(session_id):
        check_password(account, password)
    _link(identity, account)


def _link(identity: OpenIdentity, account: Account) -> None:
    same = sa.select(col(LinkedIdentity.id)).where(
        col(LinkedIdentity.issuer) == identity.issuer, col(LinkedIdentity.subject) == identity.subject
    )
    if db.session().execute(same).first():
        raise DomainError("Dieser Zugang ist schon mit einem Konto verbunden.")
    db.session().add(
        LinkedIdentity(
            account_id=account.id or 0, issuer=identity.issuer, subject=identity.subject, linked_at=clock.now()
        )
    )
    db.session().delete(identity)
    db.session().flush()
    mails.send_identity_linked(account, name_of(identity.issuer))
    audit.record("account.identity_linked", f"account:{account.id}", actor=f"account:{account.id}")


def list_linked(account_id: int) -> list[LinkedIdentity]:
    """The identities of an account, the oldest first."""
    statement = select(LinkedIdentity).where(LinkedIdentity.account_id == account_id)
    return list(db.session().exec(statement.order_by(col(LinkedIdentity.id))))


def get_linked(identity_id: int, *, actor: Actor) -> LinkedIdentity:
    """One of the own identities; raises NotFoundError for those of others too."""
    identity = db.session().get(LinkedIdentity, identity_id)
    if identity is None or identity.account_id != actor.account_id:
        raise NotFoundError("Diesen Zugang gibt es nicht.")
    return identity


def unlink(identity_id: int, *, password: str, actor: Actor) -> None:
    """Unlink one of the own identities, unless the account would have no way in left."""
    identity = get_linked(identity_id, actor=actor)
    authorize("account.own", identity.account_id, actor=actor)
    account = get_account(identity.account_id)
    if account.password_hash is None and len(list_linked(account.id or 0)) == 1:
        raise DomainError("Ohne diesen Zugang kämen Sie nicht mehr in Ihr Konto. Bitte setzen Sie zuerst ein Passwort.")
    check_password(account, password)
    db.session().delete(identity)
    db.session().flush()
    mails.send_identity_unlinked(account, name_of(identity.issuer))
    audit.record("account.identity_unlinked", f"account:{account.id}", actor=actor.reference)


def delete_expired() -> int:
    """Drop identities that nobody linked; returns how many."""
    result = db.session().execute(sa.delete(OpenIdentity).where(col(OpenIdentity.expires_at) <= clock.now()))
    return int(result.rowcount)  # type: ignore[attr-defined]
