"""Seals the secrets of apps for the database, so that a stolen copy of it makes no codes (docs/adr)."""

import base64
from contextlib import suppress

from marketplace.core.errors import DomainError

# Without the extra ``mfa`` nobody gets as far as using them: the service asks ``config.is_installed`` first.
with suppress(ImportError):
    from cryptography.fernet import Fernet, InvalidToken
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class UnreadableSecretError(DomainError):
    """The secret was sealed with another key than today's, or belongs to another account."""

    def __init__(self) -> None:
        super().__init__(
            "Codes aus Ihrer App lassen sich gerade nicht prüfen. Bitte nutzen Sie einen Ersatzcode, "
            "oder wenden Sie sich an die Verwaltung der Website."
        )


def seal(secret: str, *, account_id: int, key: str) -> str:
    """The secret as it is stored; ``key`` is the secret of the installation."""
    return _box(account_id, key).encrypt(secret.encode()).decode()


def unseal(sealed: str, *, account_id: int, key: str) -> str:
    """The secret as it was; raises UnreadableSecretError."""
    try:
        return _box(account_id, key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise UnreadableSecretError from None


def _box(account_id: int, key: str) -> "Fernet":
    """A key for each account: what is copied into the row of another one opens nothing there."""
    derive = HKDF(SHA256(), length=32, salt=None, info=f"blaupause second factor v1 {account_id}".encode())
    return Fernet(base64.urlsafe_b64encode(derive.derive(key.encode())))
