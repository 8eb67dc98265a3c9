"""What a request refuses, with what people need to go on."""

from marketplace.core.errors import DomainError


class StepRefusedError(DomainError):
    """The request is no longer where the person saw it, or the step does not fit; nothing that was typed is lost."""

    status = 409


class TooManyError(DomainError):
    """Too much at once; the sentence says when it can go on."""

    status = 429


class OpenRequestError(DomainError):
    """The organisation has an open request for this solution."""

    status = 409

    def __init__(self, public_id: str) -> None:
        super().__init__("Ihre Organisation hat zu dieser Lösung schon eine offene Anfrage.")
        self.public_id = public_id
