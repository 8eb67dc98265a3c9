"""The workflow in the services: who may, what happens, what is recorded."""

import pytest
from sqlmodel import Session, select

from marketplace.accounts.models import Account
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.drafts import queries, service
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.workflow import act, act_on_entry, get_entry
from marketplace.catalogue.lifecycle import ACTIONS, Status, Subject
from marketplace.catalogue.models import Entry, EntryVersion
from marketplace.core import clock
from marketplace.core.audit import AuditRecord
from marketplace.core.errors import DomainError, ForbiddenError
from marketplace.core.permissions import is_allowed
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.drafts import LOOKED_AT, add_draft, basis_now
from tests.factories.people import actor_of, add_person


class Town:
    """A town with an author, a colleague and all who may or may not decide."""

    def __init__(self) -> None:
        self.organisation = add_organisation()
        self.author = add_person("Autorin", member_of=self.organisation)
        self.colleague = add_person("Kollege", member_of=self.organisation)
        self.people: dict[str, Account] = {
            "author": self.author,
            "colleague": self.colleague,
            "stranger": add_person("Fremde"),
            "not yet confirmed": add_person("Wartende", pending_in=self.organisation),
            "member elsewhere": add_person("Nachbar", member_of=add_organisation("09572111", "Aurachtal")),
            "guide of the land": add_person("Lotsin", remits=(("09", ""),)),
            "guide of the field": add_person("Themenlotse", remits=(("", "verwaltung"),)),
            "guide of another land": add_person("Ferne Lotsin", remits=(("01", ""),)),
            "guide of another field": add_person("Wasserlotse", remits=(("09", "wasser"),)),
            "guide who wrote it": add_person("Schreibende Lotsin", member_of=self.organisation, remits=(("09", ""),)),
            "site admin": add_person("Verwaltung", is_site_admin=True),
        }

    def allowed(self, action: str, stake) -> set[str]:
        return {name for name, person in self.people.items() if is_allowed(action, stake, actor=actor_of(person))}

    def submitted(self) -> Draft:
        draft = add_draft(self.author, self.organisation)
        act("draft.submit", draft, actor=actor_of(self.author))
        return draft

    def guide(self):
        return actor_of(self.people["guide of the land"])


@pytest.fixture
def town(session: Session) -> Town:
    return Town()


OWNERS = {"author", "colleague", "guide who wrote it", "site admin"}
RESPONSIBLE = {"guide of the land", "guide of the field", "guide who wrote it", "site admin"}


@pytest.mark.parametrize("action", ["draft.edit", "draft.submit", "draft.recall", "draft.resume", "draft.discard"])
def test_only_members_write_and_submit(town: Town, action: str) -> None:
    assert town.allowed(action, queries.stake_of(add_draft(town.author, town.organisation))) == OWNERS


@pytest.mark.parametrize("action", ["draft.approve", "draft.decline", "draft.ask_back"])
def test_only_responsible_people_decide_and_never_who_wrote_it(town: Town, action: str) -> None:
    draft = add_draft(town.author, town.organisation)
    guide = town.people["guide who wrote it"]
    service.save_fields(draft, ["einfach"], {"einfach": "Neu."}, basis_now(draft, ["einfach"]), actor=actor_of(guide))
    assert town.allowed(action, queries.stake_of(draft)) == RESPONSIBLE - {"guide who wrote it"}


def test_a_site_admin_who_wrote_it_does_not_decide_either(town: Town) -> None:
    admin = town.people["site admin"]
    draft = add_draft(admin, None)
    assert not is_allowed("draft.approve", queries.stake_of(draft), actor=actor_of(admin))


def test_whoever_writes_or_decides_may_look(town: Town) -> None:
    draft = add_draft(town.author, town.organisation)
    assert town.allowed("draft.view", queries.stake_of(draft)) == OWNERS | RESPONSIBLE


def test_rights_at_entries(town: Town) -> None:
    stake = queries.stake_of_entry(add_entry(organisation="09572164"))
    assert town.allowed("entry.revise", stake) == OWNERS
    for action in ("entry.history", "entry.archive", "entry.withdraw"):
        assert town.allowed(action, stake) == OWNERS | RESPONSIBLE
    assert town.allowed("entry.reinstate", stake) == RESPONSIBLE


def test_a_draft_without_organisation_belongs_to_its_author(town: Town) -> None:
    newcomer = town.people["not yet confirmed"]
    draft = add_draft(newcomer, None)
    assert town.allowed("draft.edit", queries.stake_of(draft)) == {"not yet confirmed", "site admin"}
    with pytest.raises(ForbiddenError):
        act("draft.submit", draft, actor=actor_of(newcomer))


def test_nobody_puts_a_draft_under_a_foreign_organisation(town: Town) -> None:
    with pytest.raises(ForbiddenError):
        add_draft(town.people["member elsewhere"], town.organisation)


def test_from_draft_to_published_entry(town: Town, session: Session) -> None:
    draft = town.submitted()
    act("draft.approve", draft, actor=town.guide(), review=LOOKED_AT)
    entry = get_entry(draft)
    assert entry is not None
    assert (entry.slug, entry.status, entry.version) == ("titel-von-ein-eintrag", Status.PUBLISHED, 1)
    assert entry.organisation_id == town.organisation.id
    version = session.exec(select(EntryVersion).where(EntryVersion.entry_id == entry.id)).one()
    assert version.author == f"account:{town.author.id}"
    record = session.exec(select(AuditRecord).where(AuditRecord.action == "draft.approve")).one()
    assert record.actor == f"account:{town.people['guide of the land'].id}"
    assert [step.event.action for step in queries.list_steps(draft)] == ["draft.approve", "draft.submit"]


def test_a_question_sends_the_draft_back(town: Town) -> None:
    draft = town.submitted()
    act("draft.ask_back", draft, actor=town.guide(), note="Woher stammt die Zahl?")
    assert (draft.status, draft.note) == (Status.DRAFT, "Woher stammt die Zahl?")


def test_declined_with_a_reason_and_begun_anew(town: Town) -> None:
    draft = town.submitted()
    with pytest.raises(DomainError, match="Begründung"):
        act("draft.decline", draft, actor=town.guide(), note=" \x00 ")
    act("draft.decline", draft, actor=town.guide(), note="Werbung.")
    assert draft.status == Status.DECLINED
    act("draft.resume", draft, actor=actor_of(town.author))
    assert draft.status == Status.DRAFT


def test_an_incomplete_draft_is_not_submitted(town: Town) -> None:
    draft = add_draft(town.author, town.organisation, quellen=None)
    with pytest.raises(DomainError, match="fehlt"):
        act("draft.submit", draft, actor=actor_of(town.author))
    assert draft.status == Status.DRAFT


def test_a_draft_that_tells_an_address_is_not_submitted(town: Town) -> None:
    draft = add_draft(town.author, town.organisation)
    draft.fields = {**draft.fields, "text": "## Kontakt\n\nFragen an erika@weisendorf.example"}
    with pytest.raises(DomainError, match="erika@weisendorf"):
        act("draft.submit", draft, actor=actor_of(town.author))
    assert draft.status == Status.DRAFT


def test_done_twice_is_done_once(town: Town, session: Session) -> None:
    draft = town.submitted()
    act("draft.submit", draft, actor=actor_of(town.author))
    act("draft.approve", draft, actor=town.guide(), review=LOOKED_AT)
    act("draft.approve", draft, actor=town.guide(), review=LOOKED_AT)
    assert len(session.exec(select(Entry)).all()) == 1
    assert len(queries.list_steps(draft)) == 2


def test_what_the_reviewer_did_not_see_is_not_published(town: Town) -> None:
    draft = town.submitted()
    seen = draft.revision
    act("draft.recall", draft, actor=actor_of(town.author))
    basis = basis_now(draft, ["titel"])
    service.save_fields(draft, ["titel"], {"titel": "Ein anderer Titel"}, basis, actor=actor_of(town.author))
    act("draft.submit", draft, actor=actor_of(town.author))
    with pytest.raises(DomainError, match="inzwischen geändert"):
        act("draft.approve", draft, actor=town.guide(), seen_revision=seen, review=LOOKED_AT)


def test_a_draft_in_review_cannot_be_changed(town: Town) -> None:
    draft = town.submitted()
    with pytest.raises(service.NotEditableError):
        service.save_fields(draft, ["titel"], {"titel": "Neu"}, {}, actor=actor_of(town.author))
    with pytest.raises(DomainError):
        service.discard(draft, actor=actor_of(town.author))


def test_a_revision_does_not_touch_the_published_entry_until_it_is_approved(town: Town) -> None:
    entry = add_entry(organisation="09572164")
    draft = service.revise_entry(entry, actor=actor_of(town.colleague))
    assert service.revise_entry(entry, actor=actor_of(town.author)) is draft
    basis = basis_now(draft, ["titel"])
    service.save_fields(draft, ["titel"], {"titel": "Ein neuer Titel"}, basis, actor=actor_of(town.author))
    assert catalogue.get_readable_entry(entry.slug).title == "Titel von ein-eintrag"
    act("draft.submit", draft, actor=actor_of(town.author))
    act("draft.approve", draft, actor=town.guide(), review=LOOKED_AT)
    assert (entry.title, entry.version, entry.slug) == ("Ein neuer Titel", 2, "ein-eintrag")


def test_an_entry_that_changed_meanwhile_is_not_overwritten(town: Town) -> None:
    entry = add_entry(organisation="09572164")
    draft = service.revise_entry(entry, actor=actor_of(town.author))
    act("draft.submit", draft, actor=actor_of(town.author))
    entry.version += 1
    with pytest.raises(DomainError, match="hat sich geändert"):
        act("draft.approve", draft, actor=town.guide(), review=LOOKED_AT)


def test_the_same_form_sent_twice_gives_one_draft(town: Town, session: Session) -> None:
    public_id, actor = service.new_public_id(), actor_of(town.author)
    drafts = [
        service.create_draft(
            public_id, catalogue.Kind.PROJECT, "Titel", organisation_id=town.organisation.id, actor=actor
        )
        for _ in range(2)
    ]
    assert drafts[0] is drafts[1]
    assert len(session.exec(select(Draft)).all()) == 1


def test_withdrawn_archived_and_back(town: Town) -> None:
    entry, member = add_entry(organisation="09572164"), actor_of(town.author)
    act_on_entry("entry.archive", entry, actor=member, note="Das Vorhaben ist zu Ende.")
    assert catalogue.get_readable_entry(entry.slug).status == Status.ARCHIVED
    act_on_entry("entry.withdraw", entry, actor=member, note="Auf Wunsch der Kommune.")
    assert entry.withdrawn_reason == "Auf Wunsch der Kommune."
    with pytest.raises(ForbiddenError):
        act_on_entry("entry.reinstate", entry, actor=member)
    act_on_entry("entry.reinstate", entry, actor=town.guide())
    assert (entry.status, entry.withdrawn_reason) == (Status.PUBLISHED, None)


def test_nobody_outside_carries_out_any_action(town: Town) -> None:
    draft, entry = town.submitted(), add_entry(organisation="09572164")
    for outsider in ("stranger", "not yet confirmed", "member elsewhere", "guide of another land"):
        actor = actor_of(town.people[outsider])
        for name, action in ACTIONS.items():
            carry_out, thing = (act, draft) if action.subject is Subject.DRAFT else (act_on_entry, entry)
            with pytest.raises(ForbiddenError):
                carry_out(name, thing, actor=actor, note="Grund")


def test_contacts_are_published_with_the_entry_and_checked_before(town: Town) -> None:
    draft, author = add_draft(town.author, town.organisation), actor_of(town.author)
    service.save_contact(draft, {"mail": "keine Adresse"}, actor=author)
    with pytest.raises(DomainError, match="Ansprechstelle"):
        act("draft.submit", draft, actor=author)
    service.save_contact(draft, {"rolle": "Stabsstelle", "mail": "digital@weisendorf.example"}, actor=author)
    act("draft.submit", draft, actor=author)
    act("draft.approve", draft, actor=town.guide(), review=LOOKED_AT)
    contact = queries.find_contact(draft.entry_id or 0)
    assert contact is not None
    assert contact.mail == "digital@weisendorf.example"


def test_kept_input_is_kept_once_per_page(town: Town) -> None:
    draft = add_draft(town.author, town.organisation)
    for text in ("eins", "zwei"):
        service.keep_input(draft, "text", {"text": text}, "", account_id=town.author.id or 0)
    kept = queries.find_kept_input(draft, actor_of(town.author), "text")
    assert kept is not None
    assert kept.values == {"text": "zwei"}
    assert queries.find_kept_input(draft, actor_of(town.colleague), "text") is None
    assert clock.now() >= kept.created_at
