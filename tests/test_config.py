import pytest

from marketplace.config import PLACEHOLDER, Settings, SettingsError

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
