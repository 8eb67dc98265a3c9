"""Mails of accounts: one function per occasion; the words stand in templates/mail/accounts.

No mail names a person: the outbox must hold nobody's name.
"""

from typing import Any

from marketplace.accounts.models import Account
from marketplace.accounts.roles import INVITATION_LIFETIME, LIFETIMES, TokenPurpose
from marketplace.accounts.tokens import domain_of, new_token
from marketplace.mail.compose import absolute_url
from marketplace.mail.outbox import pretend_mail, send_mail
from marketplace.organisations.models import Organisation


def send_confirmation(mail: str, token: str) -> None:
    """To a new address: the link that sets the account up."""
    days = LIFETIMES[TokenPurpose.CONFIRM].days
    send_mail("accounts/confirm", mail, link=absolute_url("accounts.confirm", token=token), days=days)


def send_account_exists(mail: str) -> None:
    """To an address that has an account and was used to sign up again."""
    send_mail(
        "accounts/exists", mail,
        sign_in=absolute_url("accounts.sign_in"), reset=absolute_url("accounts.forgotten_password"),
    )  # fmt: skip


def send_reset(account: Account, token: str) -> None:
    """The link that sets a new password."""
    send_mail("accounts/reset", account.mail, **_facts_of_reset(token))


def pretend_reset() -> None:
    """The same work for an address without account."""
    pretend_mail("accounts/reset", **_facts_of_reset(new_token()))


def _facts_of_reset(token: str) -> dict[str, Any]:
    link = absolute_url("accounts.new_password", token=token)
    return {"link": link, "hours": LIFETIMES[TokenPurpose.RESET].seconds // 3600}


def send_password_changed(account: Account) -> None:
    """Tells that the password was changed."""
    send_mail("accounts/password_changed", account.mail, reset=absolute_url("accounts.forgotten_password"))


def send_change_to_old(account: Account, new_mail: str, token: str) -> None:
    """To the present address: the link that allows the change."""
    link = absolute_url("accounts.confirm_address", token=token)
    send_mail("accounts/change_old", account.mail, link=link, new_mail=new_mail)


def send_change_to_new(new_mail: str, token: str) -> None:
    """To the new address: the link that completes the change."""
    send_mail("accounts/change_new", new_mail, link=absolute_url("accounts.confirm_address", token=token))


def send_address_changed(old_mail: str, new_mail: str) -> None:
    """To the former address, once it is one no longer."""
    send_mail("accounts/address_changed", old_mail, domain=domain_of(new_mail))


def send_invitation(mail: str, organisation: Organisation, token: str) -> None:
    """To somebody whom an organisation wants among its members."""
    link = absolute_url("accounts.invitation", token=token)
    days = INVITATION_LIFETIME.days
    send_mail("accounts/invitation", mail, link=link, organisation=organisation.name, days=days)


def send_second_factor_on(account: Account) -> None:
    """Tells that signing in now asks for a code as well."""
    send_mail("accounts/second_factor_on", account.mail, reset=absolute_url("accounts.forgotten_password"))


def send_second_factor_off(account: Account) -> None:
    """Tells that the password alone is enough again."""
    send_mail("accounts/second_factor_off", account.mail, reset=absolute_url("accounts.forgotten_password"))


def send_second_factor_reset(account: Account) -> None:
    """Tells that the site administration took the second factor away."""
    send_mail("accounts/second_factor_reset", account.mail, sign_in=absolute_url("accounts.sign_in"))


def send_recovery_code_used(account: Account, left: int) -> None:
    """Tells that a recovery code stood in for the app."""
    reset = absolute_url("accounts.forgotten_password")
    send_mail("accounts/recovery_code_used", account.mail, left=left, reset=reset)


def send_identity_linked(account: Account, service: str) -> None:
    """Tells that one can sign in through another service from now on."""
    send_mail("accounts/identity_linked", account.mail, service=service, profile=absolute_url("accounts.profile"))


def send_identity_unlinked(account: Account, service: str) -> None:
    """Tells that one can no longer sign in through another service."""
    send_mail("accounts/identity_unlinked", account.mail, service=service, profile=absolute_url("accounts.profile"))


def send_deletion_notice(account: Account, day: str) -> None:
    """Tells that an account that nobody uses will be deleted."""
    send_mail("accounts/deletion_notice", account.mail, day=day, sign_in=absolute_url("accounts.sign_in"))
