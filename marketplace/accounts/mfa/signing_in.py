"""The second step of signing in. Whoever did the first one only holds a token that opens nothing else."""

from marketplace.accounts import links
from marketplace.accounts.mfa import service
from marketplace.accounts.models import Account
from marketplace.accounts.roles import TokenPurpose


def begin(account: Account) -> str:
    """A token for the browser in which the first step was done; others of the account stay good."""
    return links.issue(account, TokenPurpose.SECOND_STEP, is_only_one=False)


def is_open(token: str) -> bool:
    """Whether somebody may still send a code; raises nothing."""
    try:
        links.look_at(token, TokenPurpose.SECOND_STEP)
    except links.StaleLinkError:
        return False
    return True


def finish_with_code(token: str, code: str) -> Account:
    """Take a code of the app; raises StaleLinkError, WrongCodeError or ThrottledError."""
    _, account = links.look_at(token, TokenPurpose.SECOND_STEP)
    service.use_code(account, code)
    links.use(token, TokenPurpose.SECOND_STEP)
    return account


def finish_with_recovery_code(token: str, code: str) -> Account:
    """Take a recovery code; raises the same."""
    _, account = links.look_at(token, TokenPurpose.SECOND_STEP)
    service.use_recovery_code(account, code)
    links.use(token, TokenPurpose.SECOND_STEP)
    return account
