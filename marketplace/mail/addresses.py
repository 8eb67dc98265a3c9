"""Mail addresses as this site takes them: plain ASCII, one person, nothing that could become a header or a command."""

import re

from marketplace.core.errors import DomainError

MAX_LENGTH = 254
# Fewer than the standard allows: % and ! route mail on, and =? begins an encoded word.
_ATOM = r"[A-Za-z0-9#$&'*+/=^_~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class BadAddressError(DomainError):
    """Not an address that mail can be sent to."""

    def __init__(self) -> None:
        super().__init__("Bitte geben Sie eine E-Mail-Adresse wie name@stadt-beispiel.de ein.")


def clean_address(text: str) -> str:
    """The address without blanks around it, the domain in small letters and ASCII; raises BadAddressError."""
    local, separator, domain = text.strip().rpartition("@")
    domain = _ascii_domain(domain)
    labels = domain.split(".")
    address = f"{local}@{domain}"
    is_good = (
        bool(separator)
        and len(address) <= MAX_LENGTH
        and len(local) <= 64
        and _LOCAL.fullmatch(local) is not None
        and len(labels) >= 2
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )
    if not is_good:
        raise BadAddressError
    return address


def _ascii_domain(domain: str) -> str:
    try:
        return domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddressError from None
