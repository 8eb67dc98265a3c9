"""Secrets in links and cookies, and addresses as they are compared."""

import hashlib
import secrets

from marketplace.mail.addresses import BadAddressError, clean_address


def new_token() -> str:
    """A secret for a link or a cookie: 256 bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored of a token. It is random enough that a fast hash without salt cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def normalise_mail(text: str) -> str | None:
    """The address as it is stored and compared, in small letters, or None if it is none."""
    try:
        return clean_address(text).lower()
    except BadAddressError:
        return None


def domain_of(mail: str) -> str:
    """Domain of a normalised address."""
    return mail.rpartition("@")[2]
