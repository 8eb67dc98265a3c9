"""From an address to an account. No answer tells whether an address had one before."""

from marketplace.accounts import links, mails, passwords, throttle
from marketplace.accounts.models import Account
from marketplace.accounts.queries import find_account_by_mail
from marketplace.accounts.roles import TokenPurpose
from marketplace.core import audit, clock, db
from marketplace.core.errors import DomainError


class BadPasswordError(DomainError):
    """A password that cannot be taken; the message says why."""


def request_account(mail: str, *, client: str) -> None:
    """Send a mail to the address: the link that sets an account up, or that there is one already.

    Raises ThrottledError when one client asks too often; when it is one address, no further mail leaves in silence.
    """
    throttle.check(throttle.MAIL_CLIENT, client)
    if not throttle.take(throttle.MAIL_AGAIN, "account", mail) or not throttle.take(throttle.MAIL_ADDRESS, mail):
        return
    account = find_account_by_mail(mail)
    if account and account.confirmed_at:
        mails.send_account_exists(mail)
        return
    account = account or create_unconfirmed(mail)
    mails.send_confirmation(mail, links.issue(account, TokenPurpose.CONFIRM))


def create_unconfirmed(mail: str) -> Account:
    """An account that is nothing but an address; it goes after 14 days unless it is confirmed."""
    now = clock.now()
    account = Account(mail=mail, created_at=now, last_seen_at=now)
    db.session().add(account)
    db.session().flush()
    return account


def confirm_account(token: str, *, name: str, password: str) -> Account:
    """Use the link of the mail: the address is proven, name and password are set."""
    _, account = links.look_at(token, TokenPurpose.CONFIRM)
    check_new_password(password, account.mail, name)
    links.use(token, TokenPurpose.CONFIRM)
    return set_up(account, name=name, password=password)


def set_up(account: Account, *, name: str, password: str | None) -> Account:
    """Make an account of a proven address usable; whoever calls has checked address and password.

    Without a password the account signs in through another service.
    """
    now = clock.now()
    account.name, account.password_hash = name, passwords.hash_password(password) if password else None
    account.confirmed_at = account.last_seen_at = now
    # Who came by an invitation may have asked for an account as well: that link must not set a password once more.
    links.revoke(account, TokenPurpose.CONFIRM)
    db.session().flush()
    audit.record("account.confirmed", f"account:{account.id}", actor=f"account:{account.id}")
    return account


def check_new_password(password: str, *context: str) -> None:
    """Raise BadPasswordError if a password cannot be taken for somebody with this address and name."""
    problem = passwords.find_problem(password, context)
    if problem:
        raise BadPasswordError(problem)
