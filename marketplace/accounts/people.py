"""The site administration: who guides what, who administers the site, whose account rests."""

import sqlalchemy as sa
from sqlmodel import col

from marketplace.accounts import links, sessions
from marketplace.accounts.models import Account, GuideRemit
from marketplace.accounts.queries import count_site_admins, get_account
from marketplace.accounts.roles import TokenPurpose
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor, Remit
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize


def set_site_admin(account_id: int, is_admin: bool, *, actor: Actor) -> Account:
    """Make somebody a site admin, or no longer; one always remains."""
    account = _manage(account_id, actor)
    if account.is_site_admin and not is_admin:
        _keep_one_admin(account)
    account.is_site_admin = is_admin
    db.session().flush()
    audit.record("person.site_admin_set", f"account:{account_id}", actor=actor.reference, value=is_admin)
    return account


def add_remit(account_id: int, remit: Remit, *, actor: Actor) -> Account:
    """Let somebody guide a region, a theme, or a theme in a region."""
    account = _manage(account_id, actor)
    if not remit.area and not remit.action_field:
        raise DomainError("Bitte wählen Sie ein Land, einen Kreis oder ein Handlungsfeld.")
    known = sa.select(col(GuideRemit.id)).where(*_same(account_id, remit))
    if db.session().execute(known).first() is None:
        db.session().add(GuideRemit(account_id=account_id, area=remit.area, action_field=remit.action_field))
        db.session().flush()
        audit.record("person.remit_added", f"account:{account_id}", actor=actor.reference, **_facts(remit))
    return account


def remove_remit(account_id: int, remit: Remit, *, actor: Actor) -> Account:
    """Take a remit back."""
    account = _manage(account_id, actor)
    db.session().execute(sa.delete(GuideRemit).where(*_same(account_id, remit)))
    audit.record("person.remit_removed", f"account:{account_id}", actor=actor.reference, **_facts(remit))
    return account


def disable(account_id: int, *, actor: Actor) -> Account:
    """Let nobody sign in with an account any more, and end its sessions; its data stays."""
    account = _manage(account_id, actor)
    if account_id == actor.account_id:
        raise DomainError("Ihr eigenes Konto können Sie nicht sperren.")
    _keep_one_admin(account)
    account.disabled_at = clock.now()
    sessions.end_all(account_id)
    links.revoke(account, *TokenPurpose)
    db.session().flush()
    audit.record("person.disabled", f"account:{account_id}", actor=actor.reference)
    return account


def enable(account_id: int, *, actor: Actor) -> Account:
    """Let somebody sign in again."""
    account = _manage(account_id, actor)
    account.disabled_at = None
    db.session().flush()
    audit.record("person.enabled", f"account:{account_id}", actor=actor.reference)
    return account


def _manage(account_id: int, actor: Actor) -> Account:
    account = get_account(account_id)
    authorize("person.manage", account, actor=actor)
    return account


def _keep_one_admin(account: Account) -> None:
    if account.is_site_admin and account.can_sign_in and count_site_admins() <= 1:
        raise DomainError("Es muss mindestens eine Person die Website verwalten.")


def _same(account_id: int, remit: Remit) -> list[sa.ColumnElement[bool]]:
    return [
        col(GuideRemit.account_id) == account_id,
        col(GuideRemit.area) == remit.area,
        col(GuideRemit.action_field) == remit.action_field,
    ]


def _facts(remit: Remit) -> dict[str, str]:
    return {"area": remit.area, "action_field": remit.action_field}
