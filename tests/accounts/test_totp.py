"""Codes of an app, recovery codes and how secrets are kept; without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.accounts.mfa import recovery, sealing, totp

# The secret and the first three times of RFC 6238, appendix B; its codes have eight digits, these the last six of them.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VECTORS = [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert totp.find_step(SECRET, code, moment) == seconds // 30


@pytest.mark.parametrize(("seconds", "is_taken"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_the_clock_of_a_phone_may_be_off_by_one_step(seconds: int, is_taken: bool) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    code = totp.code_of(SECRET, totp.step_of(now + timedelta(seconds=seconds)))
    assert (totp.find_step(SECRET, code, now) is not None) is is_taken


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", "123456"), (" 123 456 ", "123456"), ("12345", None), ("1234567", None), ("12345a", None),
        ("１２３４５６", None), ("", None), ("\ud800" * 6, None),
    ],
)  # fmt: skip
def test_codes_may_be_typed_with_blanks(typed: str, code: str | None) -> None:
    assert totp.clean_code(typed) == code


def test_the_picture_says_what_the_text_says() -> None:
    address = totp.app_address(SECRET, mail="erika@weisendorf.example", site="Blaupause")
    assert address.startswith("otpauth://totp/Blaupause:erika")
    assert f"secret={SECRET}" in address
    assert totp.picture(address).startswith("data:image/svg+xml")
    assert "script" not in totp.picture(address)
    assert totp.in_groups(SECRET).replace(" ", "") == SECRET


def test_recovery_codes_are_many_long_and_different() -> None:
    codes = recovery.new_codes()
    assert len(set(codes)) == 10
    assert {len(code) for code in codes} == {19}


@pytest.mark.parametrize("change", [str.upper, lambda code: code.replace("-", " "), lambda code: f" {code}\t"])
def test_a_recovery_code_may_be_typed_as_one_likes(change) -> None:
    code = recovery.new_codes()[0]
    assert recovery.hash_code(change(code), 1) == recovery.hash_code(code, 1)
    assert recovery.hash_code(code, 2) != recovery.hash_code(code, 1)


@pytest.mark.parametrize("typed", ["", "123456", "k7fm-2xqa-9pdc", "\ud800", "İ" * 16, "x" * 1000])
def test_what_is_no_recovery_code_is_none(typed: str) -> None:
    assert recovery.clean_code(typed) is None


def test_a_secret_opens_with_the_key_and_the_account_only() -> None:
    sealed = sealing.seal(SECRET, account_id=7, key="a" * 32)
    assert SECRET not in sealed
    assert sealing.unseal(sealed, account_id=7, key="a" * 32) == SECRET
    for account_id, key in ((8, "a" * 32), (7, "b" * 32)):
        with pytest.raises(sealing.UnreadableSecretError):
            sealing.unseal(sealed, account_id=account_id, key=key)
