import pytest

from marketplace.accounts import passwords
from marketplace.accounts.tokens import normalise_mail

CONTEXT = ("erika.muster@weisendorf.example", "Erika Muster")


@pytest.mark.parametrize(
    "password",
    [
        "kurz", "elf Zeichen", "passwortpasswort", "123456789012", "qwertzuiopasdf", "aaaaaaaaaaaaaaaa",
        "iloveyou12345678", "Sommer2024!Sommer", "erika.muster2024", "Rathaus-Weisendorf", "Blaupause2026!!", "x" * 129,
    ],
)  # fmt: skip
def test_refused(password: str) -> None:
    assert passwords.find_problem(password, CONTEXT)


@pytest.mark.parametrize(
    "password",
    [
        "Fünf Störche am Teich",
        "korrekt pferd batterie",
        "kgw8-27sb-q0px",
        "日本語のパスワード例です",
        "🏛 im Park um vier",
    ],
)
def test_taken_without_rules_of_composition(password: str) -> None:
    assert passwords.find_problem(password, CONTEXT) is None


def test_the_same_characters_from_another_keyboard_are_the_same_password() -> None:
    stored = passwords.hash_password("Fu\u0308nf Sto\u0308rche am Teich")
    assert passwords.is_right("Fünf Störche am Teich", stored)
    assert not passwords.is_right("Funf Storche am Teich", stored)


def test_the_hash_is_argon2id_and_salted() -> None:
    first, second = passwords.hash_password("ein und dasselbe"), passwords.hash_password("ein und dasselbe")
    assert first.startswith("$argon2id$")
    assert first != second


def test_the_costs_are_those_that_owasp_asks_for() -> None:
    # Other tests use cheaper ones, see tests/support/once.py.
    stored = passwords.new_hasher().hash("ein und dasselbe")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right("ein und dasselbe", stored)
    assert passwords.is_outdated(stored)


def test_no_hash_and_broken_hashes_let_nobody_in() -> None:
    assert not passwords.is_right("a password that nobody has", None)
    assert not passwords.is_right("irgendetwas", "kaputt")


def test_lone_surrogates_and_long_texts_do_no_harm() -> None:
    assert not passwords.is_right("\ud800" * 20, passwords.hash_password("x" * 12))
    assert passwords.find_problem("a" * 100_000)


@pytest.mark.parametrize(
    ("text", "mail"),
    [
        (" Erika@Weisendorf.DE ", "erika@weisendorf.de"),
        ("a@müller.de", "a@xn--mller-kva.de"),
        ("a@b", None),
        ("a@b.de\nBcc: c@d.de", None),
        ("", None),
    ],
)
def test_addresses_are_compared_in_one_form(text: str, mail: str | None) -> None:
    assert normalise_mail(text) == mail
