"""News from accounts reaches the people whom it concerns, and only them."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session, col, select

from marketplace.accounts.memberships import decide_membership, request_membership
from marketplace.accounts.models import Account
from marketplace.accounts.roles import MemberRole
from marketplace.accounts.tokens import domain_of
from marketplace.core import db
from marketplace.core.actor import Remit
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.models import Notice
from marketplace.organisations.models import Organisation
from tests.factories.accounts import add_account, add_domain, add_guide, add_membership
from tests.factories.catalogue import add_organisation
from tests.factories.people import actor_of


@pytest.fixture
def town(session: Session) -> Iterator[Organisation]:
    """A town without anybody yet."""
    return add_organisation()


def told(kind: NoticeKind) -> dict[int, str]:
    """Who was told what of this kind."""
    rows = db.session().exec(select(Notice).where(col(Notice.kind) == kind.value))
    return {row.account_id: row.subject for row in rows}


def admin_of(town: Organisation) -> Account:
    admin = add_account("leitung@weisendorf.example", "Lea Leitung")
    add_membership(admin, town, role=MemberRole.ADMIN)
    return admin


def test_who_decides_hears_that_somebody_waits(town: Organisation) -> None:
    admin, member, person = admin_of(town), add_account("m@b.example", "Mia Mitglied"), add_account()
    add_membership(member, town)
    request_membership(town, actor=actor_of(person))
    assert told(NoticeKind.MEMBERSHIP_REQUEST) == {
        admin.id: "Eine Person möchte zu dieser Organisation gehören: Weisendorf."
    }
    assert told(NoticeKind.MEMBERSHIP_DECISION) == {}


@pytest.mark.parametrize(
    ("confirm", "words"),
    [
        (True, "Ihre Mitgliedschaft ist bestätigt: Weisendorf."),
        (False, "Ihre Mitgliedschaft ist nicht bestätigt worden: Weisendorf."),
    ],
)
def test_the_person_hears_the_decision(town: Organisation, *, confirm: bool, words: str) -> None:
    admin, person = admin_of(town), add_account()
    membership = request_membership(town, actor=actor_of(person))
    decide_membership(membership.id or 0, confirm=confirm, actor=actor_of(admin))
    assert told(NoticeKind.MEMBERSHIP_DECISION) == {person.id: words}


def test_what_the_mail_domain_decides_is_no_news(town: Organisation) -> None:
    person = add_account()
    add_domain(town, domain_of(person.mail))
    request_membership(town, actor=actor_of(person))
    assert told(NoticeKind.MEMBERSHIP_REQUEST) == told(NoticeKind.MEMBERSHIP_DECISION) == {}


def test_without_an_admin_the_guide_of_the_region_hears_it(town: Organisation) -> None:
    guide = add_guide(Remit("09"))
    elsewhere = add_guide(Remit("05"), mail="andere@land.example")
    request_membership(town, actor=actor_of(add_account()))
    assert set(told(NoticeKind.MEMBERSHIP_REQUEST)) == {guide.id}
    assert elsewhere.id not in told(NoticeKind.MEMBERSHIP_REQUEST)
