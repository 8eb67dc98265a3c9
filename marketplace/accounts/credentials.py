"""Signing in, passwords and addresses. No answer, nor how long it takes, tells whether an address has an account."""

from sqlalchemy.exc import IntegrityError

from marketplace.accounts import links, mails, passwords, sessions, throttle
from marketplace.accounts.memberships import review_after_address_change
from marketplace.accounts.models import Account
from marketplace.accounts.queries import find_account_by_mail, get_account
from marketplace.accounts.registration import check_new_password
from marketplace.accounts.roles import TokenPurpose
from marketplace.core import audit, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize


class WrongCredentialsError(DomainError):
    """Address and password do not fit; what of them is wrong, or that an account is disabled, is not said."""

    def __init__(self) -> None:
        super().__init__("E-Mail-Adresse oder Passwort stimmt nicht.")


class WrongPasswordError(DomainError):
    """The present password of somebody who is signed in is wrong."""

    def __init__(self, message: str = "Das ist nicht Ihr jetziges Passwort.") -> None:
        super().__init__(message)


class NoPasswordError(WrongPasswordError):
    """An account that signs in through another service only is asked for its password."""

    def __init__(self) -> None:
        super().__init__("Ihr Konto hat noch kein Passwort. Bitte setzen Sie unter „Mein Konto“ eines.")


def authenticate(mail: str, password: str, *, client: str) -> Account:
    """The account of this address and password; a second factor, where there is one, comes after this.

    Raises WrongCredentialsError or ThrottledError, for addresses without account just as for others.
    """
    throttle.check(throttle.SIGN_IN_CLIENT, client)
    throttle.check(throttle.SIGN_IN_PAIR, client, mail)
    throttle.check(throttle.SIGN_IN_ACCOUNT, mail)
    account = find_account_by_mail(mail)
    is_right = passwords.is_right(password, account.password_hash if account else None)
    if account is None or not is_right or not account.can_sign_in:
        raise WrongCredentialsError
    throttle.forgive(throttle.SIGN_IN_PAIR, client, mail)
    if passwords.is_outdated(account.password_hash or ""):
        account.password_hash = passwords.hash_password(password)
    return account


def check_password(account: Account, password: str) -> None:
    """Ask somebody who is signed in for the password once more; raises WrongPasswordError or ThrottledError."""
    if account.password_hash is None:
        raise NoPasswordError
    throttle.check(throttle.PASSWORD_CHECK, str(account.id))
    if not passwords.is_right(password, account.password_hash):
        raise WrongPasswordError
    throttle.forgive(throttle.PASSWORD_CHECK, str(account.id))


def request_reset(mail: str, *, client: str) -> None:
    """Send a link for a new password to an account's address; without an account that only looks so."""
    throttle.check(throttle.MAIL_CLIENT, client)
    if not throttle.take(throttle.MAIL_AGAIN, "reset", mail) or not throttle.take(throttle.MAIL_ADDRESS, mail):
        return
    account = find_account_by_mail(mail)
    if account is None or account.disabled_at:
        mails.pretend_reset()
        return
    if account.confirmed_at is None:
        mails.send_confirmation(mail, links.issue(account, TokenPurpose.CONFIRM))
        return
    mails.send_reset(account, links.issue(account, TokenPurpose.RESET))


def reset_password(token: str, password: str) -> None:
    """Use the link of the mail to set a new password; every session ends."""
    _, account = links.look_at(token, TokenPurpose.RESET)
    check_new_password(password, account.mail, account.name)
    links.use(token, TokenPurpose.RESET)
    _set_password(account, password)
    sessions.end_all(account.id or 0)
    audit.record("account.password_reset", f"account:{account.id}", actor=f"account:{account.id}")


def change_password(account_id: int, *, present: str, new: str, session_id: int, actor: Actor) -> None:
    """Change the own password; all other sessions end."""
    authorize("account.own", account_id, actor=actor)
    account = get_account(account_id)
    check_password(account, present)
    check_new_password(new, account.mail, account.name)
    _set_password(account, new)
    sessions.end_all(account_id, but=session_id)
    audit.record("account.password_changed", f"account:{account_id}", actor=actor.reference)


def _set_password(account: Account, password: str) -> None:
    account.password_hash = passwords.hash_password(password)
    links.revoke(account, *TokenPurpose)
    mails.send_password_changed(account)


def rename(account_id: int, name: str, *, actor: Actor) -> None:
    """Change the name that is shown."""
    authorize("account.own", account_id, actor=actor)
    get_account(account_id).name = name
    db.session().flush()


def request_address_change(account_id: int, *, new_mail: str, password: str, actor: Actor) -> None:
    """Ask the present address first whether the account may move to another one."""
    authorize("account.own", account_id, actor=actor)
    account = get_account(account_id)
    check_password(account, password)
    if not throttle.take(throttle.MAIL_AGAIN, "address", account.mail, new_mail):
        return
    throttle.check(throttle.MAIL_ADDRESS, account.mail)
    links.revoke(account, TokenPurpose.MAIL_NEW)
    mails.send_change_to_old(account, new_mail, links.issue(account, TokenPurpose.MAIL_OLD, new_mail=new_mail))


def confirm_address(token: str) -> bool:
    """Use one of the two links of a change; True once both were used and the address has changed."""
    link, account = links.look_at(token, TokenPurpose.MAIL_OLD, TokenPurpose.MAIL_NEW)
    new_mail, is_first = link.new_mail or "", link.purpose == TokenPurpose.MAIL_OLD
    # Counted before anything is written: the count has a transaction of its own.
    may_mail = is_first and throttle.take(throttle.MAIL_ADDRESS, new_mail)
    links.use(token, TokenPurpose.MAIL_OLD, TokenPurpose.MAIL_NEW)
    if is_first:
        if may_mail:
            _ask_new_address(account, new_mail)
        return False
    old_mail, account.mail = account.mail, new_mail
    try:
        db.session().flush()
    except IntegrityError:
        # Somebody else took the address meanwhile: to whoever holds this link it is just no longer good.
        raise links.StaleLinkError from None
    sessions.end_all(account.id or 0)
    links.revoke(account, *TokenPurpose)
    review_after_address_change(account)
    mails.send_address_changed(old_mail, new_mail)
    audit.record("account.address_changed", f"account:{account.id}", actor=f"account:{account.id}")
    return True


def _ask_new_address(account: Account, new_mail: str) -> None:
    """The link goes to the new address; if that has an account of its own, it hears of that instead."""
    other = find_account_by_mail(new_mail)
    if other and other.confirmed_at:
        mails.send_account_exists(new_mail)
        return
    if other:
        db.session().delete(other)
        db.session().flush()
    mails.send_change_to_new(new_mail, links.issue(account, TokenPurpose.MAIL_NEW, new_mail=new_mail))
