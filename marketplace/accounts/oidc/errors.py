"""What can go wrong with another service. The sentence is for people; ``reason`` is for the log of the operator."""

from marketplace.core.errors import DomainError
from marketplace.core.labels import Label


class OidcError(DomainError):
    """Somebody cannot be signed in through another service."""

    message_for_people = ""

    def __init__(self, reason: str = "") -> None:
        super().__init__(self.message_for_people)
        self.reason = reason


class ProviderAwayError(OidcError):
    """The service does not answer."""

    status = 502
    message_for_people = Label(
        "Der Dienst ist gerade nicht zu erreichen. Bitte versuchen Sie es später noch einmal, "
        "oder melden Sie sich mit Ihrem Passwort an."
    )


class BadAnswerError(OidcError):
    """The service answered, but its answer proves nothing."""

    status = 502
    message_for_people = Label(
        "Die Antwort des Dienstes ließ sich nicht prüfen. Sie sind nicht angemeldet. Bitte versuchen Sie es noch "
        "einmal. Hilft das nicht, sagen Sie bitte dem Betreiber Bescheid."
    )


class RefusedError(OidcError):
    """The person, or the service, broke the sign-in off."""

    message_for_people = Label("Die Anmeldung wurde abgebrochen. Sie sind nicht angemeldet.")


class StaleFlowError(OidcError):
    """The answer belongs to no sign-in that this browser began, or came too late, or a second time."""

    status = 410
    message_for_people = Label(
        "Diese Anmeldung gilt nicht mehr: Sie hat zu lange gedauert, wurde schon benutzt oder in einem anderen "
        "Browser begonnen. Bitte melden Sie sich noch einmal an."
    )


class StaleIdentityError(OidcError):
    """The browser brings no identity along, or did so too long ago."""

    status = 410
    message_for_people = Label("Bitte melden Sie sich noch einmal über den Dienst an; danach geht es hier weiter.")
