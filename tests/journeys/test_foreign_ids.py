"""Every address with an id, requested by all whom the thing does not concern: nothing shows, nothing changes."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import SQLModel
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter

from marketplace.accounts import memberships, sessions
from marketplace.accounts.models import Account, AccountSession, GuideCover, Invitation, KeptForm, OrganisationProposal
from marketplace.accounts.oidc.models import LinkedIdentity
from marketplace.accounts.roles import MemberRole, MembershipStatus
from marketplace.attachments import service as attachments
from marketplace.attachments.checking import CheckedFile
from marketplace.attachments.formats import Format
from marketplace.attachments.models import Attachment
from marketplace.attachments.wording import Words
from marketplace.catalogue.drafts.form_fields import pages_of
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.catalogue.queries import list_versions
from marketplace.core import clock, db
from marketplace.core.actor import ANONYMOUS, Remit
from marketplace.core.db import Database
from marketplace.curation.collections.models import Collection
from marketplace.curation.duplicates.models import EntryPair
from marketplace.curation.duplicates.rules import PairState
from marketplace.curation.models import WebLink, WebLinkUse
from marketplace.curation.objections.models import Objection
from marketplace.curation.objections.rules import ObjectionState
from marketplace.curation.reports.models import Report
from marketplace.curation.reports.rules import ReportState
from marketplace.ledger.models import Reuse, ReuseCosts
from marketplace.needs.models import Need, NeedAnswer, NeedGroup, NeedMessage, NeedSeeker
from marketplace.notifications.models import Notice
from marketplace.organisations.models import Organisation
from marketplace.questions.models import EntryQuestion
from marketplace.reuse.models import OrganisationAbsence, ReuseDraft, ReuseMessage, ReuseRequest
from marketplace.subscriptions import followers, service
from marketplace.subscriptions.rhythm import Rhythm
from marketplace.web.access import PUBLIC, access_of
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.factories.bulk import add_upload
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.drafts import add_draft
from tests.support.client import PageClient
from tests.support.people import csrf_token, new_client, sign_in

OWNER = "besitz@weisendorf.example"

STRANGERS = {
    "nobody": None,
    "stranger": "fremd@x.example",
    "member of another organisation": "mitglied@kl.example",
    "admin of another organisation": "verwaltung@kl.example",
    "guide of another state": "lotse@rlp.example",
    "guide of another theme": "thema@x.example",
    "somebody who waits": "wartet@weisendorf.example",
}

FOR_EVERYBODY = {
    "accounts.join",
    "ledger.declare",
    "ledger.do_declare",
    "search.why_here",
    "collections.delete",
    "collections.edit",
    "collections.move",
    "collections.save",
    "needs.answer",
    "questions.ask",
    "questions.do_ask",
}
"""Addresses that name a thing which everybody who is signed in, or every guide, may ask about."""

OTHER_NAMES = {
    "collections": {"slug": "collection_slug"},
    "administration.decide_membership": {"membership_id": "waiting_id"},
    "needs": {"slug": "need_slug"},
    "objections": {"public_id": "objection_id"},
    "questions": {"public_id": "question_id"},
    "questions.do_propose": {"public_id": "request_id"},
    "questions.propose": {"public_id": "request_id"},
    "reports": {"public_id": "report_id"},
    "ledger": {"public_id": "reuse_id"},
    "ledger.cost_case": {"public_id": "costs_id"},
    "ledger.do_release_costs": {"public_id": "costs_id"},
    "ledger.do_return_costs": {"public_id": "costs_id"},
    "ledger.declare": {"slug": "solution_slug"},
    "ledger.do_declare": {"slug": "solution_slug"},
    "reuse": {"public_id": "request_id", "slug": "solution_slug"},
    "reuse.do_send": {"public_id": "request_draft_id"},
    "reuse.summary": {"public_id": "request_draft_id"},
    "reuse.do_register": {"public_id": "request_draft_id"},
    "reuse.do_discard": {"public_id": "request_draft_id"},
    "reuse.do_want": {"public_id": "request_draft_id"},
    "accounts.kept_form": {"public_id": "kept_id"},
    "accounts.discard_kept_form": {"public_id": "kept_id"},
}
"""Views, or whole blueprints, in whose addresses a name means another thing than elsewhere."""

SEND = {
    "rolle": "verwaltung", "entscheidung": "bestaetigen", "aktion": "sperren", "mail": "boese@x.example",
    "role": "mitglied", "state": "09", "action_field": "", "ort": "09", "feld": "", "titel": "Boese", "title": "Boese",
    "grund": "Boese", "note": "Boese", "reason": "Boese", "bemerkung": "Boese", "antwort": "Boese", "was": "weg",
    "rhythm": "sofort",
}  # fmt: skip


@pytest.fixture
def values(app: Flask, database: Database) -> dict[str, Any]:
    """A thing of Weisendorf for every kind of id in an address, and everybody around."""
    with app.app_context(), database.unit_of_work() as session:
        place, other = add_organisation(), add_organisation("07312000", "Kaiserslautern")
        owner = add_account(OWNER, "Bea Besitz")
        membership = add_membership(owner, place, role=MemberRole.ADMIN)
        entry = add_entry(organisation=place.key)
        draft = add_draft(owner, place, slug="geheimer-entwurf")
        upload = add_upload(owner, place, titel="Geheim")
        secret_file = attach_secret(draft, entry)
        sessions.start(owner, device="Firefox, Windows")
        add_account("fremd@x.example", "Frem D")
        add_membership(add_account("mitglied@kl.example", "Mit Glied"), other)
        add_membership(add_account("verwaltung@kl.example", "Ver Waltung"), other, role=MemberRole.ADMIN)
        add_guide(Remit("07"), mail="lotse@rlp.example")
        add_guide(Remit("09", "mobilitaet"), mail="thema@x.example")
        waiting = add_membership(add_account("wartet@weisendorf.example", "War Tet"), place, MembershipStatus.PENDING)
        notice = Notice(
            account_id=owner.id, kind="mitglied-anfrage", subject="Geheim", link="/konto", created_at=entry.created_at,
            frequency="nie",
        )  # fmt: skip
        proposal = OrganisationProposal(
            account_id=owner.id, name="Geheim", kind="verband", created_at=entry.created_at
        )  # fmt: skip
        identity = LinkedIdentity(
            account_id=owner.id or 0, issuer="https://id.example", subject="Geheim", linked_at=entry.created_at
        )
        report = Report(
            public_id="meldung-aus-weisendorf", token_hash="x", entry_id=entry.id or 0, reason="falsch", text="Geheim",
            account_id=owner.id, state=ReportState.OPEN, created_at=entry.created_at,
        )  # fmt: skip
        objection = Objection(
            public_id="widerspruch-aus-weisendorf", entry_id=entry.id or 0, decision="entry.archive",
            decided_by="account:999", text="Geheim", account_id=owner.id, state=ObjectionState.OPEN,
            created_at=entry.created_at,
        )  # fmt: skip
        away, stand_in = (add_guide(Remit("06"), mail=f"{name}@hessen.example") for name in ("weg", "ersatz"))
        cover = GuideCover(
            absent_id=away.id or 0, stand_in_id=stand_in.id or 0, first_day=date(2026, 1, 1), last_day=date(2099, 1, 1)
        )
        link = WebLink(
            address="https://geheim.example/", host="geheim.example", state="tot", since=entry.created_at,
            next_at=entry.created_at,
        )  # fmt: skip
        collection = Collection(
            slug="ein-paket", title="Ein Paket", created_at=entry.created_at, updated_at=entry.created_at
        )
        twin = add_entry(slug="zwilling", titel="Geheimer Zwilling", organisation=place.key)
        pair = EntryPair(
            first_id=entry.id or 0, second_id=twin.id or 0, state=PairState.FOUND, likeness=1.0,
            found_at=entry.created_at,
        )  # fmt: skip
        asked = add_request(owner, place, secret_file) | add_need(owner, place) | add_question(entry)
        session.add_all([pair, collection, notice, proposal, identity, report, objection, cover, link])
        session.flush()
        session.add(WebLinkUse(link_id=link.id or 0, entry_id=entry.id or 0))
        session.flush()
    with app.app_context(), database.unit_of_work() as session:
        actor = sessions.load_actor(owner)
        memberships.invite(place, "gast@x.example", MemberRole.MEMBER, actor=actor)
        subscription = service.subscribe("q=Geheim", Rhythm.DAILY, actor=actor)
        followers.add_follower(owner.id or 0, entry)
        invitation_id = session.execute(sa.select(Invitation.id)).scalar_one()
        session_id = session.execute(sa.select(sa.func.max(AccountSession.id))).scalar_one()
    return {
        **asked,
        "account_id": owner.id,
        "collection_slug": collection.slug,
        "cover_id": cover.id,
        "digest": secret_file.digest,
        "identity_id": identity.id,
        "invitation_id": invitation_id,
        "key": place.key,
        "link_id": link.id,
        "membership_id": membership.id,
        "notice_id": notice.id,
        "number": 1,
        "objection_id": objection.public_id,
        "pair_id": pair.id,
        "page": pages_of(Kind(draft.kind))[0].slug,
        "proposal_id": proposal.id,
        "public_id": draft.public_id,
        "report_id": report.public_id,
        "session_id": session_id,
        "slug": entry.slug,
        "subscription_id": subscription.public_id,
        "upload_id": upload.public_id,
        "token": "ein-geratenes-token-das-es-nicht-gibt",
        "waiting_id": waiting.id,
    }


def add_need(owner: Account, place: Organisation) -> dict[str, Any]:
    """A Gesuch with an answer and a group; values for their ids in addresses."""
    session, now = db.session(), clock.now()
    need = Need(
        slug="ein-gesuch", token_hash="x", organisation_id=place.id or 0, account_id=owner.id, title="Ein Gesuch",
        text="Öffentlich", words="", expires_on=date(2099, 1, 1), created_at=now, updated_at=now,
    )  # fmt: skip
    session.add(need)
    session.flush()
    who: Any = {"need_id": need.id or 0, "organisation_id": place.id, "account_id": owner.id}
    answer = NeedAnswer(text="Öffentlich", token_hash="x", at=now, **who)
    session.add_all([
        answer, NeedSeeker(joined_at=now, **who), NeedGroup(need_id=need.id, opened_at=now, method="gleich"),
        NeedMessage(text="Geheim", token_hash="x", at=now, **who),
    ])  # fmt: skip
    session.flush()
    return {"answer_id": answer.id, "need_slug": need.slug}


def add_question(entry: Entry) -> dict[str, Any]:
    """A question that nobody answered yet."""
    question = EntryQuestion(
        public_id="frage-aus-weisendorf", token_hash="x", entry_id=entry.id or 0, origin="direkt", text="Geheim",
        state="offen", created_at=clock.now(),
    )  # fmt: skip
    db.session().add(question)
    db.session().flush()
    return {"question_id": question.public_id}


def add_request(owner: Account, place: Organisation, file: Attachment) -> dict[str, Any]:
    """A request to a third town with a message, a draft of one, and an absence; values for their ids in addresses."""
    third, now = add_organisation("05315000", "Köln"), clock.now()
    solution = add_entry(Kind.SOLUTION, "geheime-loesung", titel="Geheim", organisation=third.key)
    request = ReuseRequest(
        public_id="anfrage-aus-weisendorf", entry_id=solution.id or 0, taker_id=place.id or 0, giver_id=third.id,
        requester_id=owner.id, wishes=["gespraech"], wanted_when="offen", question="Geheim", token_hash="x",
        created_at=now, updated_at=now, forwarded_at=now, waiting_since=now, disturbed_at=now,
    )  # fmt: skip
    draft = ReuseDraft(
        public_id="anfrage-entwurf-weisendorf", account_id=owner.id, entry_id=solution.id or 0, created_at=now,
        updated_at=now, fields={"wishes": ["gespraech"], "when": "offen", "question": "Geheim"},
    )  # fmt: skip
    absence = OrganisationAbsence(
        organisation_id=place.id or 0, first_day=date(2099, 1, 1), last_day=date(2099, 1, 2), created_at=now
    )
    kept = KeptForm(
        public_id="aufgehoben-aus-weisendorf", account_id=owner.id or 0, address="/konto/name",
        pairs=[["name", "Geheim"]], labels={"name": ["Name", False]}, created_at=now,
    )  # fmt: skip
    db.session().add_all([request, draft, absence, kept])
    db.session().flush()
    message = ReuseMessage(
        request_id=request.id or 0, account_id=owner.id, part="nachnutzend", text="Geheim", at=now,
        attachment_set_id=attachments.copy_set(file.set_id),
    )  # fmt: skip
    db.session().add(message)
    db.session().flush()
    reuse = Reuse(
        public_id="nachnutzung-weisendorf", entry_id=solution.id or 0, giver_id=third.id or 0, taker_id=place.id or 0,
        stage="im-betrieb", since=date(2026, 1, 1), live_from=date(2026, 1, 1), declared_by="nehmend", created_at=now,
        updated_at=now, waiting_since=date(2026, 1, 1), note="Geheim",
    )  # fmt: skip
    db.session().add(reuse)
    db.session().flush()
    costs = ReuseCosts(
        public_id="kosten-aus-weisendorf1", reuse_id=reuse.id or 0, moment="start", year=2026, state="wartet",
        adapted="Geheim", told_at=now,
    )  # fmt: skip
    db.session().add(costs)
    db.session().flush()
    return {
        "costs_id": costs.public_id,
        "reuse_id": reuse.public_id,
        "absence_id": absence.id,
        "message_id": message.id,
        "name": "withdraw",
        "request_draft_id": draft.public_id,
        "kept_id": kept.public_id,
        "request_id": request.public_id,
        "solution_slug": solution.slug,
    }


def attach_secret(draft: Draft, entry: Entry) -> Attachment:
    """A file that a draft has and an old version of an entry had."""
    draft.attachment_set_id = attachments.create_set()
    file = CheckedFile(Format.PDF, b"Geheim")
    attached = attachments.add_file(draft.attachment_set_id, file, "Geheim.pdf", Words("Geheim"), actor=ANONYMOUS)
    for version in list_versions(entry):
        version.attachment_set_id = attachments.copy_set(draft.attachment_set_id)
    return attached


def guarded_rules(app: Flask) -> list[Rule]:
    """Rules with an id that are not for everybody."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.arguments and access_of(app.view_functions[rule.endpoint]) != PUBLIC
    ]


def rules_of(app: Flask, *endpoints: str) -> list[Rule]:
    """The rules of some views."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint in endpoints]


def address(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    parts = {}
    others = OTHER_NAMES.get(rule.endpoint) or OTHER_NAMES.get(rule.endpoint.partition(".")[0], {})
    for name in rule.arguments:
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            parts[name] = sorted(converter.items)[0]
            continue
        assert name in values, f"{rule.rule}: bitte hier einen Wert für <{name}> angeben."
        parts[name] = values[others.get(name, name)]
    return app.url_map.bind("localhost").build(rule.endpoint, parts, method=min(rule.methods or {"GET"}))


def everything(database: Database) -> list[Any]:
    """All rows but the counters of tries and the time of last use."""
    with database.engine.connect() as connection:
        return [
            (name, sorted(map(repr, connection.execute(sa.select(table)))))
            for name, table in SQLModel.metadata.tables.items()
            if name != "throttle"
        ]


@pytest.mark.parametrize("who", STRANGERS)
def test_nothing_shows_and_nothing_changes(app: Flask, database: Database, values: dict[str, Any], who: str) -> None:
    client, mail = new_client(app), STRANGERS[who]
    token = csrf_token(sign_in(client, mail), "/konto/name") if mail else csrf_token(client, "/konto/anmelden")
    before = everything(database)
    for rule in guarded_rules(app):
        if rule.endpoint in FOR_EVERYBODY:
            continue
        path = address(app, rule, values)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            response = client.open(
                path, method=method, data={**SEND, "csrf_token": token} if method == "POST" else None
            )
            what = f"{who}: {method} {path}"
            if mail is None:
                assert response.status_code == 303, f"{what}: {response.status_code}"
                assert response.headers["Location"].startswith("/konto/anmelden"), what
            elif method == "GET":
                assert response.status_code in (403, 404), f"{what}: {response.status_code}"
            else:
                assert response.status_code in (303, 400, 403, 404), f"{what}: {response.status_code}"
            for secret in ("Geheim", "geheimer-entwurf", "Bea Besitz", OWNER):
                assert secret not in response.text, what
            assert everything(database) == before, f"{what} hat etwas geändert."


OPEN_BUT_OWN = ("reuse.summary", "reuse.do_register", "reuse.do_discard", "questions.helpful")
"""Views that need no account, with the id of a thing that is not for everybody."""


def test_without_an_account_only_what_belongs_to_nobody_is_open(
    app: Flask, database: Database, values: dict[str, Any]
) -> None:
    open_rules = rules_of(app, *OPEN_BUT_OWN)
    assert len(open_rules) == len(OPEN_BUT_OWN)
    form = f"/loesungen/{values['solution_slug']}/nachnutzen?entwurf={values['request_draft_id']}"
    for who, mail in STRANGERS.items():
        client = sign_in(new_client(app), mail) if mail else new_client(app)
        token, before = csrf_token(client, "/konto/name" if mail else "/konto/anmelden"), everything(database)
        for rule in open_rules:
            method = "GET" if "GET" in (rule.methods or set()) else "POST"
            response = client.open(address(app, rule, values), method=method, data={**SEND, "csrf_token": token})
            assert response.status_code == 404, f"{who}: {rule.rule}: {response.status_code}"
            assert "Geheim" not in response.text, f"{who}: {rule.rule}"
        assert "gespraech" in client.get(form).text
        assert values["request_draft_id"] not in client.get(form).text.replace(form, ""), f"{who}: {form}"
        assert everything(database) == before, who
    [summary] = rules_of(app, "reuse.summary")
    assert "Geheim" in sign_in(new_client(app), OWNER).get(address(app, summary, values)).text


NOT_FOR_OWNERS = {"corrections.correct", "featuring.feature"}
"""Nobody corrects or recommends what is their own."""


def test_the_owner_gets_through(app: Flask, values: dict[str, Any]) -> None:
    """Otherwise the sweep would prove nothing but that these addresses do not exist."""
    client = sign_in(new_client(app), OWNER)
    for rule in guarded_rules(app):
        if "GET" not in (rule.methods or set()) or access_of(app.view_functions[rule.endpoint]) != "signed_in":
            continue
        if rule.endpoint in {"editing.merge_page", *NOT_FOR_OWNERS}:
            continue
        assert client.get(address(app, rule, values)).status_code in (200, 302, 303), rule.rule


def test_links_from_mails_cannot_be_guessed(app: Flask, values: dict[str, Any], client: PageClient) -> None:
    for rule in app.url_map.iter_rules():
        if "token" in rule.arguments and "GET" in (rule.methods or set()):
            assert client.get(address(app, rule, values)).status_code in (404, 410), rule.rule
