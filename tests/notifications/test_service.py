import pytest
from flask import Flask

from marketplace.accounts.models import Account
from marketplace.core.actor import ANONYMOUS
from marketplace.core.db import Database
from marketplace.core.errors import ForbiddenError, NotFoundError
from marketplace.mail.senders import MemorySender
from marketplace.notifications import queries, service
from marketplace.notifications.kinds import DEFAULTS, Frequency, NoticeKind
from tests.factories.people import actor_of, add_person
from tests.notifications.conftest import KIND, OTHER_KIND, Choose, Tell, notices
from tests.support import page
from tests.support.mails import as_message
from tests.support.smtp import assert_as_stored


def test_every_kind_has_a_default() -> None:
    assert set(DEFAULTS) == set(NoticeKind)


def test_a_notice_stands_on_the_site_and_goes_by_mail_at_once(
    tell: Tell, sender: MemorySender, database: Database, reader: Account
) -> None:
    tell("Ihre Mitgliedschaft ist bestätigt: Weisendorf.")
    (notice,) = notices(database)
    assert (notice.account_id, notice.read_at) == (reader.id, None)
    assert notice.mailed_at is not None
    (mail,) = sender.sent
    assert mail["To"] == reader.mail
    assert mail["List-Unsubscribe"].startswith("<http://127.0.0.1:5000/konto/mitteilungen/abbestellen/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_words_of_a_notice_mail(tell: Tell, sender: MemorySender) -> None:
    tell("Ihre Mitgliedschaft ist bestätigt: Weisendorf.")
    message = as_message(sender.sent[0])
    assert_as_stored(message)
    assert page.check("mail", message.html, is_mail=True).link("Ansehen") == "http://127.0.0.1:5000/konto"


@pytest.mark.parametrize("frequency", [Frequency.DAILY, Frequency.WEEKLY, Frequency.NEVER])
def test_mail_comes_only_when_it_is_wanted(
    tell: Tell, choose: Choose, sender: MemorySender, database: Database, frequency: Frequency
) -> None:
    choose(frequency)
    tell()
    assert sender.sent == []
    assert [(notice.frequency, notice.mailed_at) for notice in notices(database)] == [(frequency.value, None)]


@pytest.mark.parametrize("column", ["confirmed_at", "disabled_at"])
def test_who_cannot_sign_in_gets_no_mail(app: Flask, database: Database, sender: MemorySender, column: str) -> None:
    with app.app_context(), database.unit_of_work():
        account = add_person()
        setattr(account, column, None if column == "confirmed_at" else account.created_at)
        service.notify(account.id or 0, KIND, "Neues", link="/konto")
    assert sender.sent == []
    assert len(notices(database)) == 1


@pytest.mark.parametrize("link", ["https://boese.example", "//boese.example", "/\\boese.example", "konto", ""])
def test_a_notice_leads_nowhere_but_to_this_site(tell: Tell, database: Database, link: str) -> None:
    with pytest.raises(ValueError, match="Not a path"):
        tell(link=link)
    assert notices(database) == []


@pytest.mark.parametrize(
    "name", ["Ada\r\nBcc: alle@stadt.example", "Sieg https://boese.example", "=?utf-8?q?a=0D=0Ab?=", "<b>" * 200]
)
def test_hostile_names_harm_neither_page_nor_mail(
    tell: Tell, database: Database, sender: MemorySender, name: str
) -> None:
    tell(f"{name} möchte zu Weisendorf gehören.")
    (notice,) = notices(database)
    assert notice.subject.isprintable()
    assert len(notice.subject) <= service.MAX_SUBJECT
    assert "://b" not in notice.subject
    (mail,) = sender.sent
    assert mail["Bcc"] is None
    assert "<b>" not in as_message(mail).html


def test_nobody_but_the_addressee_can_mark_a_notice_as_read(
    app: Flask, database: Database, tell: Tell, reader: Account
) -> None:
    notice_id = tell()
    with app.app_context(), database.unit_of_work():
        stranger, guide = add_person("Fremde Person"), add_person("Lotte Lotsin", remits=(("09", ""),))
        admin = add_person("Ad Min", is_site_admin=True)
        for actor in (ANONYMOUS, actor_of(stranger), actor_of(guide), actor_of(admin)):
            with pytest.raises(NotFoundError):
                service.mark_read(notice_id, actor=actor)
            with pytest.raises(ForbiddenError):
                service.mark_all_read(reader.id or 0, actor=actor)
            with pytest.raises(ForbiddenError):
                service.set_preferences(reader.id or 0, {KIND: Frequency.NEVER}, actor=actor)
        assert queries.count_unread(reader.id or 0) == 1
        service.mark_read(notice_id, actor=actor_of(reader))
        assert queries.count_unread(reader.id or 0) == 0


def test_a_choice_holds_for_its_kind_alone(app: Flask, database: Database, choose: Choose, reader: Account) -> None:
    choose(Frequency.NEVER)
    choose(Frequency.WEEKLY)
    with database.reading():
        chosen = queries.preferences(reader.id or 0)
    assert chosen == {**DEFAULTS, KIND: Frequency.WEEKLY}
    assert chosen[OTHER_KIND] == DEFAULTS[OTHER_KIND]


@pytest.mark.parametrize(
    ("later", "planned"),
    [
        (Frequency.INSTANT, Frequency.DAILY),
        (Frequency.WEEKLY, Frequency.WEEKLY),
        (Frequency.NEVER, Frequency.NEVER),
    ],
)
def test_news_that_waits_follows_a_new_choice(
    tell: Tell, choose: Choose, database: Database, *, later: Frequency, planned: Frequency
) -> None:
    choose(Frequency.DAILY)
    tell()
    choose(later)
    assert notices(database)[0].frequency == planned.value


def test_what_is_rolled_back_is_told_to_nobody(
    app: Flask, database: Database, reader: Account, sender: MemorySender
) -> None:
    def fail() -> None:
        with database.unit_of_work():
            service.notify(reader.id or 0, KIND, "Neues", link="/konto")
            raise ZeroDivisionError

    with app.app_context(), pytest.raises(ZeroDivisionError):
        fail()
    assert sender.sent == notices(database) == []
