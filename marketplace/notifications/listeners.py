"""Who hears what of the news from accounts."""

from flask import Flask

from marketplace.accounts import queries, signals
from marketplace.accounts.models import Membership, OrganisationProposal
from marketplace.accounts.roles import Grounds, MembershipStatus
from marketplace.core.labels import in_german
from marketplace.mail.signals import mail_undeliverable
from marketplace.notifications import personal_data as _personal_data  # noqa: F401 -- registers the tables
from marketplace.notifications import undeliverable
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.service import notify
from marketplace.organisations.models import Organisation


def init_app(_app: Flask) -> None:
    """Listen from now on."""
    signals.membership_requested.connect(_tell_deciders)
    signals.membership_decided.connect(_tell_person)
    signals.organisation_proposed.connect(_tell_site_admins)
    signals.proposal_answered.connect(_tell_proposer)
    mail_undeliverable.connect(undeliverable.tell)


def _tell_deciders(_sender: object, *, membership: Membership) -> None:
    person = queries.get_account(membership.account_id)
    organisation = queries.get_organisation(membership.organisation_id)
    # Without the person's name: notices of others must hold nothing of a person who deletes their account.
    subject = in_german("Eine Person möchte zu dieser Organisation gehören: %(name)s.", name=organisation.name)
    for decider in queries.list_deciders(organisation):
        if decider.id != person.id:
            notify(decider.id or 0, NoticeKind.MEMBERSHIP_REQUEST, subject, link="/verwaltung/mitgliedschaften")


def _tell_person(_sender: object, *, membership: Membership) -> None:
    if membership.grounds != Grounds.DECISION:
        return  # The person did it themselves a moment ago.
    organisation = queries.get_organisation(membership.organisation_id)
    if membership.status == MembershipStatus.CONFIRMED:
        subject = in_german("Ihre Mitgliedschaft ist bestätigt: %(name)s.", name=organisation.name)
    else:
        subject = in_german("Ihre Mitgliedschaft ist nicht bestätigt worden: %(name)s.", name=organisation.name)
    notify(membership.account_id, NoticeKind.MEMBERSHIP_DECISION, subject, link="/konto")


def _tell_site_admins(_sender: object, *, proposal: OrganisationProposal) -> None:
    subject = in_german("Diese Organisation fehlt im Verzeichnis: %(name)s.", name=proposal.name)
    for admin in queries.list_site_admins():
        if admin.id != proposal.account_id:
            notify(admin.id or 0, NoticeKind.MEMBERSHIP_REQUEST, subject, link="/verwaltung/organisationen")


def _tell_proposer(
    _sender: object, *, proposal: OrganisationProposal, organisation: Organisation | None, answer: str
) -> None:
    if organisation is not None:
        subject, link = (
            in_german("Ihre Organisation steht jetzt im Verzeichnis: %(name)s.", name=organisation.name),
            "/konto",
        )
    else:
        subject = in_german("Zu Ihrer Meldung „%(name)s“: %(answer)s", name=proposal.name[:100], answer=answer)
        link = "/konto/organisation"
    notify(proposal.account_id, NoticeKind.MEMBERSHIP_DECISION, subject, link=link)
