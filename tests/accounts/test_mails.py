"""The words of every mail of accounts, held against stored copies."""

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.accounts import mails
from marketplace.accounts.models import Account
from marketplace.core.db import Database
from tests.factories.accounts import add_account
from tests.factories.catalogue import add_organisation
from tests.support.mails import as_message
from tests.support.page import check
from tests.support.smtp import assert_as_stored

MAIL, NEW = "erika@weisendorf.example", "erika@anderswo.example"


@pytest.fixture
def written(app: Flask, database: Database) -> Callable[[Callable[[Account], None]], None]:
    """Send a mail and hold it against its copy; its HTML must be sound too."""

    def compare(send: Callable[[Account], None]) -> None:
        with app.app_context(), database.unit_of_work():
            send(add_account(MAIL))
        message = as_message(app.extensions["courier"].sender.sent[-1])
        check("mail", message.html, is_mail=True)
        assert "Erika" not in message.text + message.subject, "Keine E-Mail nennt eine Person."
        assert_as_stored(message)

    return compare


def test_account_mail_confirm(written) -> None:
    written(lambda _account: mails.send_confirmation(MAIL, "TOKEN"))


def test_account_mail_exists(written) -> None:
    written(lambda _account: mails.send_account_exists(MAIL))


def test_account_mail_reset(written) -> None:
    written(lambda account: mails.send_reset(account, "TOKEN"))


def test_account_mail_password_changed(written) -> None:
    written(mails.send_password_changed)


def test_account_mail_change_old(written) -> None:
    written(lambda account: mails.send_change_to_old(account, NEW, "TOKEN"))


def test_account_mail_change_new(written) -> None:
    written(lambda _account: mails.send_change_to_new(NEW, "TOKEN"))


def test_account_mail_address_changed(written) -> None:
    written(lambda _account: mails.send_address_changed(MAIL, NEW))


def test_account_mail_invitation(written) -> None:
    written(lambda _account: mails.send_invitation("gast@stadt.example", add_organisation(), "TOKEN"))


def test_account_mail_second_factor_on(written) -> None:
    written(mails.send_second_factor_on)


def test_account_mail_second_factor_off(written) -> None:
    written(mails.send_second_factor_off)


def test_account_mail_second_factor_reset(written) -> None:
    written(mails.send_second_factor_reset)


def test_account_mail_recovery_code_used(written) -> None:
    written(lambda account: mails.send_recovery_code_used(account, 9))


def test_account_mail_identity_linked(written) -> None:
    written(lambda account: mails.send_identity_linked(account, "Servicekonto"))


def test_account_mail_identity_unlinked(written) -> None:
    written(lambda account: mails.send_identity_unlinked(account, "Servicekonto"))


def test_account_mail_deletion_notice(written) -> None:
    written(lambda account: mails.send_deletion_notice(account, "20.12.2026"))
