"""Counting requests per address without keeping addresses."""

import hashlib
import secrets

from flask import request
from flask_limiter import Limiter

_SALT = secrets.token_bytes(16)
"""New with every start, so that what is counted cannot be traced back to an address."""


def anonymous_key() -> str:
    """A salted hash of the client's address, good for counting only."""
    address = (request.remote_addr or "").encode()
    return hashlib.blake2b(address, key=_SALT, digest_size=12).hexdigest()


limiter = Limiter(key_func=anonymous_key)
