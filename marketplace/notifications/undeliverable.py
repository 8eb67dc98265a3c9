"""An address takes no mail: whoever can do something about it hears of it on the site."""

from marketplace.accounts import queries
from marketplace.accounts.models import Account
from marketplace.core.labels import in_german
from marketplace.notifications.kinds import Frequency, NoticeKind
from marketplace.notifications.queries import is_waiting, preferences
from marketplace.notifications.service import notify

KIND = NoticeKind.MAIL_UNDELIVERABLE
INVITATION = "accounts/invitation"


def tell(_sender: object, *, recipient: str, name: str) -> None:
    """Tell who invited the address, or the person whose account it is and the site administration.

    A mistyped address of somebody new is known to nobody; that account goes by itself.
    """
    if name == INVITATION:
        _tell_inviters(recipient)
    account = queries.find_account_by_mail(recipient.lower())
    if account is not None and account.can_sign_in:
        _tell_person(account)
        for admin in queries.list_site_admins():
            if admin.id != account.id:
                # Without name or address: notices hold nothing of a person who deletes their account.
                subject = in_german(
                    "Eine E-Mail an ein Konto kam nicht an. Vielleicht arbeitet die Person dort nicht mehr."
                )
                _once(admin.id or 0, subject, f"/verwaltung/personen/{account.id}", _gathered(admin.id or 0))


def _tell_person(account: Account) -> None:
    subject = in_german("Ihre E-Mail-Adresse nimmt keine Post an. Bitte tragen Sie eine andere ein.")
    _once(account.id or 0, subject, "/konto/adresse", Frequency.NEVER)


def _tell_inviters(recipient: str) -> None:
    for invitation in queries.list_invitations_to(recipient.lower()):
        if invitation.invited_by_id is not None:
            organisation = queries.get_organisation(invitation.organisation_id)
            subject = in_german(
                "Eine Einladung kam nicht an (%(name)s). Bitte prüfen Sie die Adresse.", name=organisation.name
            )
            link = f"/konto/organisation/{organisation.key}"
            _once(invitation.invited_by_id, subject, link, _gathered(invitation.invited_by_id))


def _once(account_id: int, subject: str, link: str, frequency: Frequency) -> None:
    if not is_waiting(account_id, KIND, link):
        notify(account_id, KIND, subject, link=link, frequency=frequency)


def _gathered(account_id: int) -> Frequency:
    """What the person has chosen, but never at once: this happens while mail is being sent, outside of any request."""
    chosen = preferences(account_id)[KIND]
    return Frequency.DAILY if chosen is Frequency.INSTANT else chosen
