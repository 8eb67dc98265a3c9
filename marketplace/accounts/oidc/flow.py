"""One sign-in on its way to another service and back; the signed cookie of the browser remembers it."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from marketplace.accounts.tokens import new_token

LIFETIME = timedelta(minutes=10)
MAX_PATH = 500


@dataclass(frozen=True)
class Flow:
    """What must come back as it went out, and where the person wanted to go."""

    provider: str
    state: str
    nonce: str
    verifier: str
    next_path: str
    started: float

    @classmethod
    def begin(cls, provider: str, *, next_path: str, now: datetime) -> "Flow":
        """A sign-in with secrets of its own; a path that is too long for a cookie is forgotten."""
        path = next_path if len(next_path) <= MAX_PATH else ""
        # Two tokens, because a verifier has at least 43 characters (RFC 7636) and a little more does no harm.
        return cls(provider, new_token(), new_token(), new_token() + new_token(), path, now.timestamp())

    @classmethod
    def from_cookie(cls, value: Any, *, provider: str, state: str, now: datetime) -> "Flow | None":
        """The sign-in that this state belongs to, if it began in this browser with this provider and not long ago."""
        try:
            flow = cls(**value)
        except TypeError:
            return None
        is_same = flow.provider == provider and flow.state == state
        return flow if is_same and 0 <= now.timestamp() - flow.started < LIFETIME.total_seconds() else None

    def to_cookie(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)
