"""Closed lists of accounts: where a membership stands, what a member is, what a link in a mail is good for."""

from datetime import timedelta

from marketplace.core.labels import Labelled


class MembershipStatus(Labelled):
    """Where a membership stands; only a confirmed one gives rights."""

    PENDING = "beantragt", "Wartet auf Bestätigung"
    CONFIRMED = "bestaetigt", "Bestätigt"
    DECLINED = "abgelehnt", "Abgelehnt"


class MemberRole(Labelled):
    """What a member is within the organisation."""

    MEMBER = "mitglied", "Mitglied"
    ADMIN = "verwaltung", "Verwaltet die Organisation"


class Grounds(Labelled):
    """Why a membership was confirmed."""

    MAIL_DOMAIN = "mail-domain", "E-Mail-Adresse gehört zur Organisation"
    INVITATION = "einladung", "Einladung der Organisation"
    DECISION = "entscheidung", "Entscheidung einer zuständigen Person"


class TokenPurpose(Labelled):
    """What a token is good for, in the link of a mail or, for the second step, in a cookie; it serves nothing else."""

    CONFIRM = "bestaetigen", "Konto einrichten"
    RESET = "passwort", "Neues Passwort setzen"
    MAIL_OLD = "adresse-alt", "Änderung der Adresse freigeben (bisherige Adresse)"
    MAIL_NEW = "adresse-neu", "Änderung der Adresse freigeben (neue Adresse)"
    SECOND_STEP = "zweiter-schritt", "Anmeldung mit dem zweiten Faktor abschließen"


LIFETIMES = {
    TokenPurpose.CONFIRM: timedelta(days=3),
    TokenPurpose.RESET: timedelta(hours=2),
    TokenPurpose.MAIL_OLD: timedelta(days=1),
    TokenPurpose.MAIL_NEW: timedelta(days=1),
    TokenPurpose.SECOND_STEP: timedelta(minutes=10),
}
INVITATION_LIFETIME = timedelta(days=14)

SESSION_IDLE = timedelta(hours=12)
SESSION_LONGEST = timedelta(days=14)
"""A session ends after this time, however busy it is."""
