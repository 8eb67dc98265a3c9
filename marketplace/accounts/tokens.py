"""Secrets in links and cookies, and addresses as they are compared."""

import hashlib
import re
import secrets

MAX_MAIL = 254
_MAIL = re.compile(r"[^\s@\x00-\x1f\"(),:;<>\[\\\]]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def new_token() -> str:
    """A secret for a link or a cookie: 256 bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored of a token. It is random enough that a fast hash without salt cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def normalise_mail(text: str) -> str | None:
    """The address as it is stored and compared (lower case, domain in ASCII), or None if it is none."""
    local, at, domain = text.strip().rpartition("@")
    try:
        mail = f"{local.lower()}{at}{domain.lower().encode('idna').decode('ascii')}" if domain else ""
        mail.encode()
    except UnicodeError:
        return None
    return mail if len(mail) <= MAX_MAIL and mail.isprintable() and _MAIL.fullmatch(mail) else None


def domain_of(mail: str) -> str:
    """Domain of a normalised address."""
    return mail.rpartition("@")[2]
