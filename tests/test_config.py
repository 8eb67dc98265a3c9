import pytest

from marketplace.config import PLACEHOLDER, Settings, SettingsError

DUTIES = [
    "OPERATOR_NAME", "OPERATOR_ADDRESS", "OPERATOR_MAIL", "OPERATOR_PHONE", "OPERATOR_REPRESENTATIVE",
    "PRIVACY_CONTACT",     "SUPERVISORY_AUTHORITY", "ACCESSIBILITY_ENFORCEMENT", "ACCESSIBILITY_DATE",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BLAUPAUSE_ENVIRONMENT", raising=False)


def test_production_names_everything_that_is_missing_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env()
    for name in [*DUTIES, "SECRET_KEY"]:
        assert f"BLAUPAUSE_{name}" in str(caught.value)


def test_production_starts_when_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DUTIES:
        monkeypatch.setenv(f"BLAUPAUSE_{name}", "Angabe")
    monkeypatch.setenv("BLAUPAUSE_SECRET_KEY", "x" * 32)
    assert Settings.from_env().operator_name == "Angabe"


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DUTIES:
        monkeypatch.setenv(f"BLAUPAUSE_{name}", "Angabe")
    monkeypatch.setenv("BLAUPAUSE_SECRET_KEY", "kurz")
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        Settings.from_env()


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
