"""Errors that carry a sentence for people."""

from marketplace.core.labels import Label


class DomainError(Exception):
    """Something a person asked for cannot be done; ``message`` says why and what to do, in German
    sources and in the language of the reader on pages."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message if isinstance(message, Label) else Label(message)


class ForbiddenError(DomainError):
    """Whoever asks may not do this."""

    status = 403


class NotFoundError(DomainError):
    """What was asked for does not exist."""

    status = 404


class GoneError(DomainError):
    """What was asked for stood here once and was withdrawn; ``message`` says why."""

    status = 410
