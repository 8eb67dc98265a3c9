"""Every address with an id, requested by everybody who may play a part: who stands in the table gets through.

A new route with an id fails here until it stands in the table. ``test_foreign_ids.py`` looks closer at those who are
refused: nothing shows, nothing changes.
"""

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from marketplace.accounts.roles import MemberRole
from marketplace.core.actor import Remit
from marketplace.core.db import Database
from marketplace.organisations.queries import get_by_key
from marketplace.web.access import PUBLIC, access_of
from tests.factories.accounts import add_account, add_guide, add_membership
from tests.journeys.test_foreign_ids import OWNER, SEND, STRANGERS, address, guarded_rules
from tests.journeys.test_foreign_ids import values as _values
from tests.support.people import csrf_token, new_client, sign_in

values = _values
"""The fixture with everybody and everything around Weisendorf."""

INSIDERS = {
    "member": "mitglied@weisendorf.example",
    "admin": "verwaltung@weisendorf.example",
    "guide": "lotsin@bayern.example",
    "site admin": "ada@blaupause.example",
    "owner": OWNER,
}
"""Everybody whom things of Weisendorf concern; the owner wrote the draft and administers the organisation."""

WRITERS = frozenset({"member", "admin", "site admin", "owner"})
READERS = WRITERS | {"guide"}
MEMBERS = WRITERS - {"site admin"}
REVIEWERS = frozenset({"guide", "site admin"})
MANAGERS = frozenset({"admin", "site admin", "owner"})
DECIDERS = MANAGERS | {"guide"}
SITE_ADMIN = frozenset({"site admin"})
OWNER_ALONE = frozenset({"owner"})
GUIDES = REVIEWERS | {"guide of another state", "guide of another theme"}
ORGANISED = MEMBERS | {"member of another organisation", "admin of another organisation"}
ALL = frozenset({*INSIDERS, *STRANGERS}) - {"nobody"}

GETS_THROUGH: dict[str, frozenset[str]] = {
    "accounts.discard_kept_form": OWNER_ALONE,
    "accounts.kept_form": OWNER_ALONE,
    "accounts.accept_invitation": ALL,
    "accounts.end_membership": DECIDERS,
    "accounts.end_session": ALL,
    "accounts.invite": MANAGERS,
    "accounts.join": ALL,
    "accounts.members": READERS,
    "accounts.set_member_role": DECIDERS - OWNER_ALONE,
    "accounts.withdraw_invitation": MANAGERS,
    "administration.add_remit": SITE_ADMIN,
    "administration.answer_proposal": SITE_ADMIN,
    "administration.decide_membership": DECIDERS,
    "administration.person": SITE_ADMIN,
    "administration.remove_remit": SITE_ADMIN,
    "administration.set_rights": SITE_ADMIN,
    "editing.assign_organisation": WRITERS,
    "editing.bulk_export": WRITERS - SITE_ADMIN,
    "editing.bulk_preview": OWNER_ALONE,
    "editing.confirm_discard": WRITERS,
    "editing.contact": WRITERS,
    "editing.decide": REVIEWERS,
    "editing.discard": WRITERS,
    "editing.do_merge": WRITERS,
    "editing.draft": READERS,
    "editing.drop_kept": WRITERS,
    "editing.merge_page": WRITERS,
    "editing.move_draft": WRITERS,
    "editing.move_entry": READERS,
    "editing.page": WRITERS,
    "editing.preview": WRITERS,
    "editing.rebase": WRITERS,
    "editing.restore": WRITERS,
    "editing.review": REVIEWERS,
    "editing.revise": WRITERS,
    "editing.save_contact": WRITERS,
    "editing.save_page": WRITERS,
    "editing.similar": WRITERS,
    "editing.take_bulk": OWNER_ALONE,
    "editing.throw_bulk_away": OWNER_ALONE,
    "editing.versions": READERS,
    "accounts.do_unlink_identity": OWNER_ALONE,
    "accounts.unlink_identity": OWNER_ALONE,
    "collections.delete": GUIDES,
    "collections.edit": GUIDES,
    "collections.move": GUIDES,
    "collections.save": GUIDES,
    "corrections.correct": REVIEWERS,
    "corrections.do_correct": REVIEWERS,
    "curation.confirm": READERS,
    "curation.freshness": READERS,
    "editing.attach": WRITERS,
    "editing.attachment": WRITERS,
    "duplicates.act": REVIEWERS,
    "duplicates.keep_apart": REVIEWERS,
    "duplicates.pair": REVIEWERS,
    "editing.attachments": WRITERS,
    "editing.change_attachment": WRITERS,
    "editing.draft_file": READERS,
    "editing.save_attachment": WRITERS,
    "editing.version_file": READERS,
    "featuring.do_feature": REVIEWERS,
    "featuring.end_feature": REVIEWERS,
    "featuring.feature": REVIEWERS,
    "guiding.end_cover": SITE_ADMIN,
    "ledger.cost_case": REVIEWERS,
    "ledger.declare": ALL,
    "ledger.do_act": READERS,
    "ledger.do_declare": ALL,
    "ledger.do_describe": MEMBERS,
    "ledger.do_release_costs": REVIEWERS,
    "ledger.do_remind": REVIEWERS,
    "ledger.do_return_costs": REVIEWERS,
    "ledger.do_tell_costs": MEMBERS,
    "ledger.reuse": READERS,
    "ledger.tell_costs": MEMBERS,
    "links.decide": READERS,
    "links.links": READERS,
    "needs.answer": ORGANISED | GUIDES,
    "needs.ask_together": MEMBERS,
    "needs.close": MEMBERS,
    "needs.decide": REVIEWERS,
    "needs.do_close": MEMBERS,
    "needs.do_decide": REVIEWERS,
    "needs.do_edit": MEMBERS,
    "needs.do_object": MEMBERS,
    "needs.edit": MEMBERS,
    "needs.group": READERS,
    "needs.move": MEMBERS,
    "needs.objection": MEMBERS,
    "needs.open_group": REVIEWERS,
    "needs.remove_answer": REVIEWERS | OWNER_ALONE,
    "needs.seek": frozenset(),
    "needs.split_costs": READERS,
    "needs.write": READERS,
    "notifications.open_notice": OWNER_ALONE,
    "objections.decide": REVIEWERS,
    "objections.do_decide": REVIEWERS,
    "objections.do_object": WRITERS - SITE_ADMIN,
    "objections.objection": WRITERS - SITE_ADMIN,
    "questions.answer": READERS,
    "questions.ask": ALL,
    "questions.do_agree": frozenset(),
    "questions.do_answer": READERS,
    "questions.do_ask": ALL,
    "questions.do_end": READERS,
    "questions.do_propose": MEMBERS,
    "questions.propose": MEMBERS,
    "questions.question": READERS,
    "reports.decide": REVIEWERS,
    "reports.do_answer": REVIEWERS,
    "reports.do_dismiss": REVIEWERS,
    "reports.do_release": REVIEWERS,
    "reports.own_report": OWNER_ALONE,
    "reuse.absence": MEMBERS,
    "reuse.contact": READERS,
    "reuse.do_announce": MEMBERS,
    "reuse.do_end_absence": MEMBERS,
    "reuse.do_restore": REVIEWERS,
    "reuse.do_send": OWNER_ALONE,
    "reuse.do_want": OWNER_ALONE,
    "reuse.do_share": READERS,
    "reuse.do_step": MEMBERS,
    "reuse.do_write": READERS,
    "reuse.file": READERS,
    "reuse.running": MEMBERS,
    "reuse.step": MEMBERS,
    "reuse.thread": READERS,
    "search.why_here": GUIDES,
    "subscriptions.act": OWNER_ALONE,
    "trail.record": READERS,
    "subscriptions.act_on_follow": OWNER_ALONE,
    "subscriptions.change_rhythm": OWNER_ALONE,
}
"""Who is not refused; nobody where what these tests send is missing something.

A guessed invitation and the session of somebody else are answered as if they had ended."""

BEGINNINGS = ("editing.decide", "editing.review")
"""Done first: nobody decides about a draft at which they wrote."""

ENDS = (
    "collections.delete",
    "editing.change_attachment",
    "accounts.discard_kept_form",
    "editing.discard",
    "reuse.do_step",
    "subscriptions.act",
    "administration.set_rights",
    "accounts.end_session",
    "accounts.end_membership",
)
"""Done last: afterwards there is less left to be refused."""


def moment(rule: Rule) -> tuple[int, str]:
    """When a route is tried."""
    if rule.endpoint in BEGINNINGS:
        return -1, rule.endpoint
    return ENDS.index(rule.endpoint) + 1 if rule.endpoint in ENDS else 0, rule.endpoint


@pytest.fixture
def sent(app: Flask, database: Database, values: dict[str, Any]) -> dict[str, Any]:
    """What stands in the addresses, and the insiders added to everybody else."""
    with app.app_context(), database.unit_of_work():
        place = get_by_key("09572164")
        add_membership(add_account(INSIDERS["member"], "Mia Mitglied"), place)
        add_membership(add_account(INSIDERS["admin"], "Vera Verwaltung"), place, role=MemberRole.ADMIN)
        add_guide(Remit("09"), mail=INSIDERS["guide"])
        add_account(INSIDERS["site admin"], "Ada Betrieb", is_site_admin=True)
    return values


def test_every_route_with_an_id_stands_in_the_table(app: Flask) -> None:
    guarded = {rule.endpoint for rule in guarded_rules(app)}
    assert guarded == set(GETS_THROUGH), "Bitte GETS_THROUGH in dieser Datei ergänzen: Wer darf durch?"


@pytest.mark.parametrize("who", [*STRANGERS, *INSIDERS])
def test_who_gets_through(app: Flask, sent: dict[str, Any], who: str) -> None:
    mail = {**STRANGERS, **INSIDERS}[who]
    client = new_client(app)
    token = csrf_token(sign_in(client, mail), "/konto/name") if mail else csrf_token(client, "/konto/anmelden")
    wrong = []
    for rule in sorted(guarded_rules(app), key=moment):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            data = {**SEND, "csrf_token": token} if method == "POST" else None
            response = client.open(address(app, rule, sent), method=method, data=data)
            to_sign_in = response.status_code == 303 and response.headers["Location"].startswith("/konto/anmelden")
            got_through = response.status_code not in (403, 404) and not to_sign_in
            assert response.status_code < 500, f"{who}: {method} {rule.rule}"
            if got_through != (who in GETS_THROUGH.get(rule.endpoint, frozenset())):
                wrong.append(f"{method} {rule.endpoint}: {response.status_code}")
    assert wrong == [], f"{who} kommt durch oder wird abgewiesen, anders als es in der Tabelle steht."


def test_nobody_is_sent_anywhere_but_to_the_sign_in(app: Flask, sent: dict[str, Any]) -> None:
    """Without an account every guarded address answers alike, with an id that exists and with one that does not."""
    client = new_client(app)
    for rule in guarded_rules(app):
        if "GET" in (rule.methods or set()):
            answers = {fetch(client, app, rule, values) for values in (sent, foreign(sent))}
            assert answers == {(303, "/konto/anmelden")}, rule.rule


def fetch(client: Any, app: Flask, rule: Rule, values: dict[str, Any]) -> tuple[int, str]:
    response = client.get(address(app, rule, values))
    return response.status_code, response.headers.get("Location", "").partition("?")[0]


def foreign(values: dict[str, Any]) -> dict[str, Any]:
    """The same with ids that do not exist."""
    return {name: value + 999 if isinstance(value, int) else "gibt-es-nicht" for name, value in values.items()}


def test_the_table_speaks_of_guarded_routes_only(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in GETS_THROUGH:
            assert access_of(app.view_functions[rule.endpoint]) != PUBLIC, rule.endpoint
