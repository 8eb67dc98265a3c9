"""What happened to an entry, as its organisation and its guides read it: roles, no names, nobody else."""

import ast
import re

import pytest
from flask import Flask
from sqlmodel import select

from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.catalogue.drafts import workflow
from marketplace.catalogue.models import Entry
from marketplace.config import ROOT
from marketplace.core import audit
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.curation.trail.queries import read_trail
from marketplace.curation.trail.rules import PER_PAGE, WORDS, Part, Standing, detail_of, part_of
from marketplace.organisations.queries import get_by_key
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.drafts import add_draft
from tests.factories.people import actor_of
from tests.support import forms
from tests.support.client import PageClient
from tests.support.page import Page
from tests.support.people import new_client, signed_in

KEY = "09572164"
VERSIONS = "/eintraege/ein-eintrag/versionen"
GUIDE, ELSEWHERE, MEMBER = "lotse@by.example", "lotse@rlp.example", "mitglied@weisendorf.example"


@pytest.fixture(autouse=True)
def people(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        place = add_organisation()
        add_entry(organisation=place.key)
        add_entry(slug="anderer-eintrag", organisation=place.key)
        add_guide(Remit("09"), mail=GUIDE)
        add_guide(Remit("07"), mail=ELSEWHERE)
        add_membership(add_account(MEMBER), place)


def told(page: Page) -> list[str]:
    (trail,) = page.with_class("bp-trail")
    return [" ".join(" ".join(element.itertext()).split()) for element in trail]


def test_members_and_guides_read_what_happened_without_names(app: Flask, client: PageClient) -> None:
    guide = signed_in(new_client(app), GUIDE)
    forms.send(guide, guide.get_page(VERSIONS), "Vorläufig ausblenden", {"grund": "Die Quelle fehlt."})
    member = signed_in(new_client(app), MEMBER)
    objection = member.get_page("/eintraege/ein-eintrag/widerspruch")
    forms.send(member, objection, "Widersprechen", {"text": "Sie steht auf Seite 3."})
    lines = told(member.get_page(VERSIONS))
    assert len(lines) == 3
    assert re.match(r"Widersprochen Mitglied der Organisation \d", lines[0])
    assert re.match(r"Vorläufig ausgeblendet Die Quelle fehlt\. Lotsin oder Lotse \d", lines[1])
    assert lines[2].startswith("Veröffentlicht Fassung 1")
    assert told(guide.get_page(VERSIONS)) == lines
    assert "@" not in " ".join(lines)


def test_nobody_else_reads_it(app: Flask, client: PageClient) -> None:
    assert signed_in(new_client(app), ELSEWHERE).get(VERSIONS).status_code == 403
    assert client.get(VERSIONS).status_code == 303
    assert "Was geschehen ist" not in client.get("/projekte/ein-eintrag").text


RECORD = "/konto/organisation/09572164/protokoll"


def test_the_organisation_reads_of_every_act_that_concerns_it(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work():
        place = add_organisation("07312000", "Kaiserslautern")
        add_entry(slug="woanders", titel="Woanders", organisation=place.key)
        add_membership(add_account("neu@weisendorf.example", "Nuri Neu"), get_by_key(KEY), MembershipStatus.PENDING)
        admin = add_account("verwaltung@weisendorf.example")
        add_membership(admin, get_by_key(KEY), role=MemberRole.ADMIN)
        draft = add_draft(admin, get_by_key(KEY), titel="Nie erschienen")
        workflow.act("draft.submit", draft, actor=actor_of(admin))
    guide = signed_in(new_client(app), GUIDE)
    forms.send(guide, guide.get_page("/verwaltung/mitgliedschaften"), "Ablehnen")
    review = guide.get_page(f"/pruefung/{draft.public_id}")
    forms.send(guide, review, "Ablehnen", {"begruendung": "Das gibt es schon."})
    head = signed_in(new_client(app), "verwaltung@weisendorf.example")
    members = head.get_page("/konto/organisation/09572164")
    forms.send(head, members, "Einladung schicken", {"mail": "gast@weisendorf.example", "role": "mitglied"})
    member = signed_in(new_client(app), MEMBER)
    lines = told(member.get_page(members.link("Was geschehen ist: Einträge, Prüfungen, Mitglieder")))
    beginnings = [
        "Jemanden eingeladen Mitglied Mitglied der Organisation",
        "Entwurf abgelehnt Nie erschienen Lotsin oder Lotse",
        "Mitgliedschaft abgelehnt Entscheidung einer zuständigen Person Lotsin oder Lotse",
        "Entwurf zur Prüfung eingereicht Nie erschienen Mitglied der Organisation",
    ]
    for line, beginning in zip(lines, beginnings, strict=False):
        assert line.startswith(beginning)
    everything = " ".join(lines)
    assert "Veröffentlicht" in everything
    for secret in ("Woanders", "Nuri", "@"):
        assert secret not in everything
    assert told(guide.get_page(RECORD)) == lines


def test_nobody_else_reads_what_happened_in_an_organisation(app: Flask, client: PageClient) -> None:
    assert signed_in(new_client(app), ELSEWHERE).get(RECORD).status_code == 403
    assert client.get(RECORD).status_code == 303
    member = signed_in(new_client(app), MEMBER)
    for strange in ("99", "0", "-1", "x", "²"):
        assert told(member.get_page(f"{RECORD}?seite={strange}"))


def test_a_long_story_has_pages(app: Flask, database: Database) -> None:
    with app.app_context(), database.unit_of_work() as session:
        for _ in range(PER_PAGE):
            audit.record("entry.confirmed", "entry:ein-eintrag", actor="mail:ansprechstelle", by="ansprechstelle")
        audit.record("entry.confirmed", "entry:anderer-eintrag", actor="mail:ansprechstelle", by="ansprechstelle")
        session.flush()
        entry = session.exec(select(Entry).where(Entry.slug == "ein-eintrag")).one()
        assert (read_trail(entry, 1).pages, len(read_trail(entry, 1).happenings)) == (2, PER_PAGE)
        assert [each.words for each in read_trail(entry, 2).happenings] == ["Veröffentlicht"]
    member = signed_in(new_client(app), MEMBER)
    assert len(told(member.get_page(f"{VERSIONS}?geschehen=2"))) == 1
    for strange in ("99", "0", "-1", "x", "²"):
        assert told(member.get_page(f"{VERSIONS}?geschehen={strange}"))


@pytest.mark.parametrize(
    ("action", "reference", "standing", "part"),
    [
        ("entry.hold", "account:1", Standing(is_guide=True), Part.GUIDE),
        ("entry.hold", "account:1", Standing(is_guide=True, is_member=True), Part.GUIDE),
        ("entry.hold", "account:1", Standing(is_site_admin=True), Part.SITE),
        ("entry.archive", "account:1", Standing(is_guide=True, is_member=True), Part.MEMBER),
        ("draft.approve", "account:1", None, Part.GUIDE),
        ("entry.updated", "account:1", None, Part.FORMER),
        ("entry.updated", "account:1", Standing(), Part.PERSON),
        ("report.sent", "account:1", Standing(is_member=True), Part.READER),
        ("report.sent", "anonymous", None, Part.READER),
        ("entry.confirmed", "mail:ansprechstelle", None, Part.CONTACT),
        ("entry.unconfirmed", "job:freshness", None, Part.MACHINE),
        ("entry.published", "import", None, Part.LIBRARY),
    ],
)
def test_in_what_part_somebody_acted(action: str, reference: str, standing: Standing | None, part: Part) -> None:
    assert part_of(action, reference, standing) is part


def test_details_in_words() -> None:
    assert detail_of("draft.approve", {"ticked": ["verstaendlich"]}).startswith("Angesehen: verständlich. Offen")
    assert detail_of("draft.approve", {"note": False}) == ""
    assert detail_of("entry.corrected", {"version": 2, "reason": "Tippfehler"}) == "Fassung 2: Tippfehler"
    assert detail_of("report.answered", {"outcome": "unveraendert"}) == "Der Eintrag bleibt, wie er ist"


def test_every_recorded_act_about_entries_has_words() -> None:
    recorded = set()
    for path in (ROOT / "marketplace").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found = re.fullmatch(r"(entry|draft|report|pair|objection|membership|invitation)\.[a-z_]+", node.value)
                recorded |= {found[0]} if found else set()
    permissions = {"draft.create", "draft.edit", "draft.view", "draft.attach", "entry.confirm", "entry.correct",
                   "entry.feature", "entry.fix_link", "entry.history", "entry.revise", "objection.decide",
                   "objection.raise", "pair.decide", "pair.see", "report.decide", "report.read_own",
                   "membership.decide", "membership.end", "membership.request", "membership.set_role",
                   "invitation.send", "invitation.withdraw"}  # fmt: skip
    elsewhere = {"draft.discard", "draft.id", "entry.id"}
    assert recorded - permissions - elsewhere - set(WORDS) == set()
