"""Codes of an app (RFC 6238: six digits, a new one every 30 seconds), and the picture that an app scans."""

import hmac
from contextlib import suppress
from datetime import datetime

# Without the extra ``mfa`` nobody gets as far as using them: the service asks ``config.is_installed`` first.
with suppress(ImportError):
    import pyotp
    import segno

STEP_SECONDS = 30
DRIFT = 1
"""Steps that the clock of a phone may be ahead or behind."""
DIGITS = 6


def new_secret() -> str:
    """What an app and this site make the same codes from: 160 bits in Base32, as RFC 4226 recommends."""
    return pyotp.random_base32()


def step_of(moment: datetime) -> int:
    """Number of the time step in which a moment lies."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(secret: str, step: int) -> str:
    """The code that an app shows in a time step."""
    return pyotp.HOTP(secret, digits=DIGITS).at(step)


def find_step(secret: str, code: str, moment: datetime) -> int | None:
    """The time step, of those whose clocks agree closely enough, that a code belongs to; None if it is wrong."""
    now = step_of(moment)
    # Every step is compared, so that the time taken tells nothing.
    fitting = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if hmac.compare_digest(code_of(secret, step).encode(), code.encode())
    ]
    return fitting[-1] if fitting else None


def clean_code(text: str) -> str | None:
    """Six digits however they were typed („123 456“), or None if they are none."""
    digits = "".join(text.split())
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


def app_address(secret: str, *, mail: str, site: str) -> str:
    """What the picture says to the app: secret, account and site."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=mail, issuer_name=site)


def picture(address: str) -> str:
    """The QR code as a data URL, black on white in the dark theme too, because phones read no other."""
    return segno.make(address, error="m").svg_data_uri(scale=4, border=4, dark="#000", light="#fff", svgclass=None)


def in_groups(secret: str) -> str:
    """The secret in groups of four, to be typed."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
