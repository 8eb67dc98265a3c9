"""The words of the mail to a contact without an account, held against a stored copy."""

from flask import Flask

from marketplace.core.db import Database
from marketplace.mail.outbox import send_mail
from tests.support.mails import as_message
from tests.support.page import check
from tests.support.smtp import assert_as_stored


def test_the_words_to_a_contact_without_an_account(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        send_mail(
            "reuse/contact", "technik@husum.example", title="Deichwächter\r\nBcc: alle@example.org",
            taker="Weisendorf", link="https://localhost/anfragen/KENNUNG",
        )  # fmt: skip
    message = as_message(app.extensions["courier"].sender.sent[-1])
    check("mail", message.html, is_mail=True)
    assert_as_stored(message)
