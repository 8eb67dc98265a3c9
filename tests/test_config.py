import json
import sys

import pytest

from marketplace.config import PLACEHOLDER, RoleWithDuty, Settings, SettingsError
from marketplace.core.actor import ROLES

DUTIES = [
    "OPERATOR_NAME", "OPERATOR_ADDRESS", "OPERATOR_MAIL", "OPERATOR_PHONE", "OPERATOR_REPRESENTATIVE",
    "PRIVACY_CONTACT",     "SUPERVISORY_AUTHORITY", "ACCESSIBILITY_ENFORCEMENT", "ACCESSIBILITY_DATE",
    "MAIL_SENDER_ADDRESS",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BLAUPAUSE_ENVIRONMENT", raising=False)


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which nothing is missing."""
    for name in DUTIES:
        monkeypatch.setenv(f"BLAUPAUSE_{name}", "Angabe")
    monkeypatch.setenv("BLAUPAUSE_SECRET_KEY", "x" * 32)
    monkeypatch.setenv("BLAUPAUSE_BASE_URL", "https://blaupause.stadt.example")
    monkeypatch.setenv("BLAUPAUSE_SMTP_HOST", "mail.stadt.example")
    monkeypatch.setenv("BLAUPAUSE_MAIL_SENDER_ADDRESS", "blaupause@stadt.example")
    return monkeypatch


def test_production_names_everything_that_is_missing_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env()
    for name in [*DUTIES, "SECRET_KEY", "SMTP_HOST"]:
        assert f"BLAUPAUSE_{name}" in str(caught.value)


def test_production_starts_when_all_is_said(production: pytest.MonkeyPatch) -> None:
    settings = Settings.from_env()
    assert settings.operator_name == "Angabe"
    assert settings.mail_from == "blaupause@stadt.example"


@pytest.mark.parametrize("address", ["", "http://blaupause.stadt.example"])
def test_production_without_encryption_is_refused(production: pytest.MonkeyPatch, address: str) -> None:
    """Cookies would go without their mark, and links in mails to the own machine of whoever reads them."""
    if address:
        production.setenv("BLAUPAUSE_BASE_URL", address)
    else:
        production.delenv("BLAUPAUSE_BASE_URL")
    with pytest.raises(SettingsError, match="BASE_URL"):
        Settings.from_env()


def test_a_short_secret_is_refused(production: pytest.MonkeyPatch) -> None:
    production.setenv("BLAUPAUSE_SECRET_KEY", "kurz")
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        Settings.from_env()


def test_production_without_a_mail_server_says_what_would_not_work(production: pytest.MonkeyPatch) -> None:
    production.delenv("BLAUPAUSE_SMTP_HOST")
    with pytest.raises(SettingsError, match="ohne Mailserver gibt es keine neuen Konten"):
        Settings.from_env()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_SECURITY", "none"),
        ("SMTP_SECURITY", "vielleicht"),
        ("SMTP_USER", "blaupause"),
        ("SMTP_PASSWORD", "geheim"),
        ("SMTP_PORT", "0"),
        ("MAIL_SENDER_ADDRESS", "Blaupause <blaupause@stadt.example>"),
        ("MAIL_SENDER_ADDRESS", "blaupause@stadt.example\nBcc: a@b.example"),
        ("MAIL_SENDER_NAME", "Blaupause\nBcc: a@b.example"),
    ],
)
def test_wrong_mail_settings_are_refused(production: pytest.MonkeyPatch, name: str, value: str) -> None:
    production.setenv(f"BLAUPAUSE_{name}", value)
    with pytest.raises(SettingsError, match=f"BLAUPAUSE_{name}"):
        Settings.from_env()


def test_a_mail_server_on_the_same_machine_needs_no_encryption(production: pytest.MonkeyPatch) -> None:
    production.setenv("BLAUPAUSE_SMTP_HOST", "localhost")
    production.setenv("BLAUPAUSE_SMTP_SECURITY", "none")
    assert Settings.from_env().smtp_host == "localhost"


def test_development_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLAUPAUSE_ENVIRONMENT", "development")
    assert Settings.from_env().operator_name == PLACEHOLDER


def test_wrong_values_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLAUPAUSE_ENVIRONMENT", "development")
    monkeypatch.setenv("BLAUPAUSE_TRUSTED_PROXIES", "viele")
    with pytest.raises(SettingsError, match="BLAUPAUSE_TRUSTED_PROXIES ist ungültig"):
        Settings.from_env()


def test_the_secret_does_not_show_in_messages() -> None:
    assert "nur-fuer" not in repr(Settings(environment="development"))


@pytest.mark.parametrize(
    ("engine", "sentence"),
    [
        ("solr", "BLAUPAUSE_SEARCH_ENGINE=solr gibt es nicht. Möglich sind auto, whoosh, postgres, memory."),
        ("postgres", "BLAUPAUSE_SEARCH_ENGINE=postgres braucht in BLAUPAUSE_DATABASE_URL eine PostgreSQL-Datenbank."),
    ],
)
def test_a_search_engine_that_cannot_be_is_refused(engine: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLAUPAUSE_ENVIRONMENT", "development")
    monkeypatch.setenv("BLAUPAUSE_SEARCH_ENGINE", engine)
    with pytest.raises(SettingsError) as caught:
        Settings.from_env()
    assert str(caught.value) == sentence


PROVIDER = {
    "slug": "amt", "name": "Amtskonto", "issuer": "https://id.stadt.example", "client_id": "x",
    "client_secret": "streng",
}  # fmt: skip


@pytest.fixture
def development(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("BLAUPAUSE_ENVIRONMENT", "development")
    return monkeypatch


def test_the_site_does_not_start_when_a_second_factor_is_compulsory_but_not_installed(
    development: pytest.MonkeyPatch,
) -> None:
    development.setenv("BLAUPAUSE_MFA_REQUIRED_ROLES", '["guide"]')
    assert Settings.from_env().mfa_required_roles == (RoleWithDuty.GUIDE,)
    development.setitem(sys.modules, "pyotp", None)
    with pytest.raises(SettingsError) as caught:
        Settings.from_env()
    assert str(caught.value) == "BLAUPAUSE_MFA_REQUIRED_ROLES braucht das Paket mfa: uv sync --extra mfa."


def test_the_site_does_not_start_with_providers_but_without_their_libraries(development: pytest.MonkeyPatch) -> None:
    development.setenv("BLAUPAUSE_OIDC_PROVIDERS", json.dumps([PROVIDER]))
    assert Settings.from_env().oidc_providers[0].name == "Amtskonto"
    development.setitem(sys.modules, "authlib", None)
    with pytest.raises(SettingsError) as caught:
        Settings.from_env()
    assert str(caught.value) == "BLAUPAUSE_OIDC_PROVIDERS braucht das Paket oidc: uv sync --extra oidc."


@pytest.mark.parametrize(
    ("providers", "sentence"),
    [
        ([{**PROVIDER, "issuer": "http://id.stadt.example"}], "muss mit https:// beginnen"),
        ([PROVIDER, {**PROVIDER, "slug": "zwei"}], "issuer kommt doppelt vor"),
        ([PROVIDER, {**PROVIDER, "issuer": "https://b.example"}], "slug kommt doppelt vor"),
        ([PROVIDER, {**PROVIDER, "slug": "Zwei Wörter"}], "BLAUPAUSE_OIDC_PROVIDERS, 2. slug ist ungültig"),
        ({"slug": "amt"}, "BLAUPAUSE_OIDC_PROVIDERS ist ungültig"),
    ],
)
def test_providers_that_cannot_be_are_refused(
    providers: object, sentence: str, development: pytest.MonkeyPatch
) -> None:
    development.setenv("BLAUPAUSE_OIDC_PROVIDERS", json.dumps(providers))
    with pytest.raises(SettingsError, match=sentence) as caught:
        Settings.from_env()
    assert "streng" not in str(caught.value)


def test_a_list_that_is_no_json_is_named(development: pytest.MonkeyPatch) -> None:
    development.setenv("BLAUPAUSE_OIDC_PROVIDERS", "[{")
    with pytest.raises(SettingsError, match="BLAUPAUSE_OIDC_PROVIDERS ist kein gültiges JSON"):
        Settings.from_env()


def test_the_names_of_roles_with_a_duty_are_those_of_the_code() -> None:
    assert {role.value for role in RoleWithDuty} <= set(ROLES)


def test_the_site_does_not_start_when_processes_shall_count_together_but_cannot(
    development: pytest.MonkeyPatch,
) -> None:
    development.setenv("BLAUPAUSE_RATE_LIMIT_STORAGE", "redis://127.0.0.1:6379")
    development.setitem(sys.modules, "redis", None)
    with pytest.raises(SettingsError) as caught:
        Settings.from_env()
    assert str(caught.value) == "BLAUPAUSE_RATE_LIMIT_STORAGE braucht das Paket redis: uv sync --extra redis."
