"""Switching the second factor on and off, and checking it."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from sqlmodel import col

from marketplace.accounts import links, mails, sessions, throttle
from marketplace.accounts.credentials import check_password
from marketplace.accounts.mfa import recovery, sealing, totp
from marketplace.accounts.mfa.models import RecoveryCode, SecondFactor
from marketplace.accounts.models import Account
from marketplace.accounts.queries import get_account
from marketplace.accounts.roles import TokenPurpose
from marketplace.config import is_installed
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize

SET_UP_WITHIN = timedelta(minutes=15)
"""How long after the password was given a set-up can be finished."""


class WrongCodeError(DomainError):
    """The code is wrong, too old or was used; the message says what to do."""


class SetUpExpiredError(DomainError):
    """The set-up was not begun, or too long ago."""

    def __init__(self) -> None:
        super().__init__("Bitte beginnen Sie die Einrichtung noch einmal.")


@dataclass(frozen=True)
class SetUp:
    """What somebody needs to set an app up."""

    picture: str
    """QR code as a data URL."""
    secret: str
    """The same to be typed."""


def is_on(account_id: int) -> bool:
    """Whether an account has a second factor."""
    factor = db.session().get(SecondFactor, account_id)
    return factor is not None and factor.confirmed_at is not None


def find_factor(account_id: int) -> SecondFactor | None:
    """The second factor of an account, if it is on."""
    factor = db.session().get(SecondFactor, account_id)
    return factor if factor and factor.confirmed_at else None


def count_recovery_codes(account_id: int) -> int:
    """Recovery codes that were not used."""
    statement = sa.select(sa.func.count()).select_from(RecoveryCode).where(col(RecoveryCode.account_id) == account_id)
    return int(db.session().execute(statement).scalar_one())


def begin(account_id: int, *, password: str, actor: Actor) -> None:
    """Make a secret for an app, after asking for the password; nothing is on before the first code was right."""
    authorize("account.own", account_id, actor=actor)
    _check_installed()
    account = get_account(account_id)
    check_password(account, password)
    if is_on(account_id):
        raise DomainError("Der zweite Faktor ist schon eingeschaltet.")
    sealed = sealing.seal(totp.new_secret(), account_id=account_id, key=_key())
    db.session().merge(SecondFactor(account_id=account_id, secret=sealed, created_at=clock.now()))
    db.session().flush()


def get_set_up(account_id: int, *, actor: Actor) -> SetUp:
    """Picture and secret of a set-up that was begun; raises SetUpExpiredError."""
    authorize("account.own", account_id, actor=actor)
    _check_installed()
    secret = _unseal(_open_set_up(account_id))
    site = str(current_app.config["SETTINGS"].mail_sender_name)
    address = totp.app_address(secret, mail=get_account(account_id).mail, site=site)
    return SetUp(totp.picture(address), totp.in_groups(secret))


def confirm(account_id: int, code: str, *, session_id: int, actor: Actor) -> list[str]:
    """Switch the second factor on with the first code; returns the recovery codes. All other sessions end."""
    authorize("account.own", account_id, actor=actor)
    _check_installed()
    factor = _open_set_up(account_id)
    step = _find_step(factor, code)
    factor.confirmed_at, factor.last_step = clock.now(), step
    codes = _renew_codes(account_id)
    sessions.end_all(account_id, but=session_id)
    mails.send_second_factor_on(get_account(account_id))
    audit.record("account.second_factor_on", f"account:{account_id}", actor=actor.reference)
    return codes


def renew_recovery_codes(account_id: int, *, password: str, code: str, actor: Actor) -> list[str]:
    """Ten new codes; the old ones stop working."""
    _confirm_both(account_id, password, code, actor)
    codes = _renew_codes(account_id)
    audit.record("account.recovery_codes_renewed", f"account:{account_id}", actor=actor.reference)
    return codes


def remove(account_id: int, *, password: str, code: str, actor: Actor) -> None:
    """Switch the second factor off with the password and a code of the app or from paper."""
    _confirm_both(account_id, password, code, actor)
    _delete(account_id)
    mails.send_second_factor_off(get_account(account_id))
    audit.record("account.second_factor_off", f"account:{account_id}", actor=actor.reference)


def reset(account_id: int, *, actor: Actor) -> None:
    """Take the second factor from somebody who lost it; their sessions end, and they hear of it."""
    account = get_account(account_id)
    authorize("person.manage", account, actor=actor)
    if account_id == actor.account_id:
        raise DomainError("Ihren eigenen zweiten Faktor schalten Sie unter „Mein Konto“ aus.")
    if not is_on(account_id):
        raise DomainError("Dieses Konto hat keinen zweiten Faktor.")
    _delete(account_id)
    sessions.end_all(account_id)
    mails.send_second_factor_reset(account)
    audit.record("person.second_factor_reset", f"account:{account_id}", actor=actor.reference)


def _confirm_both(account_id: int, password: str, code: str, actor: Actor) -> None:
    authorize("account.own", account_id, actor=actor)
    account = get_account(account_id)
    check_password(account, password)
    if recovery.clean_code(code):
        use_recovery_code(account, code)
    else:
        use_code(account, code)


def use_code(account: Account, code: str) -> None:
    """Take a code of the app, once; raises WrongCodeError, ThrottledError or, without a usable app, DomainError."""
    _check_installed()
    factor = find_factor(account.id or 0)
    if factor is None:
        raise WrongCodeError("Für dieses Konto ist kein zweiter Faktor eingerichtet.")
    step = _find_step(factor, code)
    # Of two who send the same code at once, one succeeds.
    newer = sa.update(SecondFactor).where(
        col(SecondFactor.account_id) == account.id, col(SecondFactor.last_step) < step
    )
    if not db.session().execute(newer.values(last_step=step)).rowcount:  # type: ignore[attr-defined]
        raise _used()


def use_recovery_code(account: Account, code: str) -> None:
    """Take a recovery code, once; the person hears of it. Raises WrongCodeError or ThrottledError."""
    account_id = account.id or 0
    throttle.check(throttle.RECOVERY_CODE, str(account_id))
    fitting = sa.delete(RecoveryCode).where(
        col(RecoveryCode.account_id) == account_id, col(RecoveryCode.code_hash) == recovery.hash_code(code, account_id)
    )
    if not db.session().execute(fitting).rowcount:  # type: ignore[attr-defined]
        raise WrongCodeError("Dieser Ersatzcode stimmt nicht oder wurde schon benutzt.")
    mails.send_recovery_code_used(account, count_recovery_codes(account_id))
    audit.record("account.recovery_code_used", f"account:{account_id}", actor=f"account:{account_id}")


def _find_step(factor: SecondFactor, typed: str) -> int:
    """The time step of a code that was not used yet; counts the try."""
    account_id = str(factor.account_id)
    throttle.check(throttle.SECOND_FACTOR_DAY, account_id)
    throttle.check(throttle.SECOND_FACTOR, account_id)
    code = totp.clean_code(typed)
    step = totp.find_step(_unseal(factor), code, clock.now()) if code else None
    if step is None:
        raise WrongCodeError(
            "Dieser Code stimmt nicht. Bitte geben Sie die sechs Ziffern ein, die Ihre App gerade zeigt. "
            "Geht die Uhr Ihres Geräts richtig?"
        )
    if step <= factor.last_step:
        raise _used()
    throttle.forgive(throttle.SECOND_FACTOR, account_id)
    throttle.forgive(throttle.SECOND_FACTOR_DAY, account_id)
    return step


def _used() -> WrongCodeError:
    return WrongCodeError("Dieser Code wurde schon benutzt. Bitte warten Sie, bis Ihre App den nächsten zeigt.")


def _open_set_up(account_id: int) -> SecondFactor:
    factor = db.session().get(SecondFactor, account_id)
    if factor is None or factor.confirmed_at or factor.created_at <= clock.now() - SET_UP_WITHIN:
        raise SetUpExpiredError
    return factor


def _renew_codes(account_id: int) -> list[str]:
    db.session().execute(sa.delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    codes = recovery.new_codes()
    db.session().add_all(
        RecoveryCode(account_id=account_id, code_hash=recovery.hash_code(code, account_id)) for code in codes
    )
    db.session().flush()
    return codes


def _delete(account_id: int) -> None:
    session = db.session()
    session.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    session.execute(sa.delete(SecondFactor).where(col(SecondFactor.account_id) == account_id))
    links.revoke(get_account(account_id), TokenPurpose.SECOND_STEP)
    session.flush()


def _check_installed() -> None:
    if not is_installed("mfa"):
        raise DomainError(
            "Codes aus einer App kann diese Website gerade nicht prüfen. Bitte wenden Sie sich an den Betreiber."
        )


def _unseal(factor: SecondFactor) -> str:
    return sealing.unseal(factor.secret, account_id=factor.account_id, key=_key())


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])
