"""Settings of the site: typed, read once from the environment, all problems reported at once."""

import re
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableError

ROOT = Path(__file__).resolve().parent.parent

DEVELOPMENT_SECRET = "nur-fuer-die-entwicklung"  # noqa: S105 -- production refuses to start with it
PLACEHOLDER = "[noch einzutragen]"
SEARCH_ENGINES = ("auto", "whoosh", "postgres", "memory")

EXTRAS = {
    "mfa": ("pyotp", "segno", "cryptography"), "oidc": ("authlib", "joserfc", "requests"), "redis": ("redis",)
}  # fmt: skip
"""Optional parts of the installation and the libraries that come with them."""


class Environment(StrEnum):
    """Where the site runs; production is the default, because the default must be safe."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TEST = "test"


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class RoleWithDuty(StrEnum):
    """Whose second factor can be made compulsory; the names are those of ``core/actor.py``."""

    GUIDE = "guide"
    SITE_ADMIN = "site_admin"


LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_MAIL_ADDRESS = r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"


def _place(loc: tuple[int | str, ...]) -> str:
    """Name of a setting and, in a list, which part of it: „OIDC_PROVIDERS, 1. name“."""
    name, *inside = loc
    parts = [f"{part + 1}." if isinstance(part, int) else part for part in inside]
    return ", ".join([str(name).upper(), *([" ".join(parts)] if parts else [])])


class SettingsError(Exception):
    """The settings cannot be used; the message lists every problem."""


class OidcProvider(BaseModel):
    """A service with whose account people may sign in, as the operator trusts it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=30)]
    """Part of the addresses of this site, and so of the redirect address that the provider knows."""
    name: Annotated[str, Field(min_length=1, max_length=60)]
    """What people read on the button."""
    issuer: Annotated[str, Field(max_length=300)]
    client_id: Annotated[str, Field(min_length=1, max_length=300)]
    client_secret: SecretStr

    @property
    def is_encrypted(self) -> bool:
        """Whether the issuer is reached by https, or stands on this machine."""
        parts = urlsplit(self.issuer)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def is_installed(extra: str) -> bool:
    """Whether an optional part of the installation is there."""
    return all(find_spec(name) is not None for name in EXTRAS[extra])


class Settings(BaseSettings):
    """All settings. In the environment each is written ``BLAUPAUSE_`` + name in capitals (docs/settings.md)."""

    model_config = SettingsConfigDict(env_prefix="BLAUPAUSE_", extra="ignore", frozen=True)

    environment: Environment = Field(Environment.PRODUCTION, description="production, development oder test.")
    secret_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET),
        description="Geheimnis für Signaturen, mindestens 32 Zeichen. Pflicht im Betrieb.",
    )
    base_url: str = Field(
        "http://127.0.0.1:5000",
        description="Öffentliche Adresse der Website ohne Schrägstrich am Ende. Pflicht im Betrieb, mit https://.",
    )
    database_url: str = Field(
        f"sqlite:///{ROOT / 'instance' / 'blaupause.db'}",
        description="SQLAlchemy-Adresse der Datenbank: sqlite:///… oder postgresql+psycopg://…",
    )
    search_engine: str = Field(
        "auto",
        description="Suchmaschine: auto (postgres, wenn die Datenbank PostgreSQL ist, sonst whoosh),"
        " whoosh (eingebettet), postgres (Index in der Datenbank) oder memory (nur für Tests).",
    )
    search_directory: Path = Field(
        ROOT / "instance" / "search", description="Ordner des Suchindex; nur für den Dienst lesbar."
    )
    content_directory: Path = Field(ROOT / "content", description="Ordner der redaktionellen Inhalte.")
    static_directory: Path = Field(ROOT / "static", description="Ordner der statischen Dateien.")
    template_directory: Path = Field(ROOT / "templates", description="Ordner der Seitenvorlagen.")
    trusted_proxies: Annotated[int, Field(ge=0, le=5)] = Field(
        0, description="Zahl der eigenen Proxys vor der Anwendung, deren Angaben zu Adresse und Protokoll gelten."
    )
    rate_limit_storage: str = Field(
        "memory://", description="Wo Zugriffe gezählt werden: memory:// oder redis://… für mehrere Prozesse."
    )
    rate_limits_enabled: bool = Field(True, description="Ob die Zahl der Anfragen je Adresse begrenzt wird.")
    sending_rate_limit: str = Field(
        "120 per minute", description="Höchstzahl abgeschickter Formulare je Konto, ohne Konto je Adresse."
    )
    search_rate_limit: str = Field("120 per minute", description="Höchstzahl der Suchen je Adresse.")
    suggestion_rate_limit: str = Field(
        "1200 per minute", description="Höchstzahl der Vorschläge beim Tippen je Adresse; ein Rathaus hat oft nur eine."
    )
    upload_rate_limit: str = Field("200 per hour", description="Höchstzahl hochgeladener Dateien je Konto.")
    smtp_host: str = Field(
        "",
        description="Mailserver. Pflicht im Betrieb; ohne ihn steht in der Entwicklung alle Post in /entwicklung/post.",
    )
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = Field(587, description="Port des Mailservers.")
    smtp_security: SmtpSecurity = Field(
        SmtpSecurity.STARTTLS,
        description="starttls (Port 587), tls (Port 465) oder none; none nur für einen Mailserver auf diesem Rechner.",
    )
    smtp_user: str = Field("", description="Benutzer am Mailserver; leer heißt ohne Anmeldung.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Kennwort am Mailserver.")
    smtp_timeout: Annotated[int, Field(ge=1, le=60)] = Field(
        20, description="Sekunden, die auf eine Antwort des Mailservers gewartet wird."
    )
    mail_sender_address: str = Field(
        PLACEHOLDER, description="Absender aller Post, Funktionspostfach. Pflicht im Betrieb."
    )
    mail_sender_name: Annotated[str, Field(max_length=60)] = Field("Blaupause", description="Name des Absenders.")
    mail_retention_days: Annotated[int, Field(ge=0, le=90)] = Field(
        7, description="Tage, nach denen Adresse und Betreff zugestellter oder gescheiterter Post gelöscht werden."
    )
    mfa_required_roles: tuple[RoleWithDuty, ...] = Field(
        (),
        description="Wer ohne zweiten Faktor nichts tun kann: JSON-Liste aus guide (Lotsinnen und Lotsen) und"
        " site_admin (Verwaltung der Website). Braucht das Paket mfa.",
    )
    oidc_providers: tuple[OidcProvider, ...] = Field(
        (),
        description="Dienste, mit deren Konto man sich anmelden kann (OpenID Connect): JSON-Liste mit slug, name,"
        " issuer, client_id und client_secret. Braucht das Paket oidc.",
    )
    link_checks: bool = Field(
        True, description="Ob die Website nachts prüft, ob die Adressen in Einträgen noch antworten; nur im Betrieb."
    )
    link_checks_per_run: Annotated[int, Field(ge=1, le=1000)] = Field(
        40, description="Höchstzahl der Adressen, die ein Lauf von `blaupause jobs run` prüft."
    )
    link_check_pause: Annotated[int, Field(ge=1, le=3600)] = Field(
        10, description="Sekunden zwischen zwei Abrufen bei demselben fremden Server."
    )
    show_federal_bar: bool = Field(
        False, description="Leiste „Offizielle Website“ zeigen; nur wenn der Betreiber dazu berechtigt ist."
    )
    operator_name: str = Field(PLACEHOLDER, description="Betreiber der Website (Impressum). Pflicht im Betrieb.")
    operator_address: str = Field(PLACEHOLDER, description="Anschrift des Betreibers. Pflicht im Betrieb.")
    operator_mail: str = Field(PLACEHOLDER, description="E-Mail des Betreibers, Funktionspostfach. Pflicht im Betrieb.")
    operator_phone: str = Field(PLACEHOLDER, description="Telefon des Betreibers. Pflicht im Betrieb.")
    operator_representative: str = Field(
        PLACEHOLDER, description="Vertretungsberechtigte Stelle des Betreibers. Pflicht im Betrieb."
    )
    privacy_contact: str = Field(PLACEHOLDER, description="Kontakt der Datenschutzbeauftragten. Pflicht im Betrieb.")
    supervisory_authority: str = Field(
        PLACEHOLDER, description="Zuständige Datenschutz-Aufsichtsbehörde. Pflicht im Betrieb."
    )
    accessibility_enforcement: str = Field(
        PLACEHOLDER,
        description="Zuständige Durchsetzungs- oder Überwachungsstelle für Barrierefreiheit. Pflicht im Betrieb.",
    )
    accessibility_date: str = Field(
        PLACEHOLDER, description="Stand der Erklärung zur Barrierefreiheit. Pflicht im Betrieb."
    )

    @model_validator(mode="after")
    def _usable(self) -> Self:
        problems = self._search_problems() + self._missing_extras() + self._sign_in_problems()
        if self.environment == Environment.PRODUCTION:
            problems += self._production_problems()
        if problems:
            raise ValueError(" ".join(problems))
        return self

    def _search_problems(self) -> list[str]:
        if self.search_engine not in SEARCH_ENGINES:
            return [
                f"BLAUPAUSE_SEARCH_ENGINE={self.search_engine} gibt es nicht. Möglich sind {', '.join(SEARCH_ENGINES)}."
            ]
        if self.search_engine == "postgres" and not self.uses_postgres:
            return ["BLAUPAUSE_SEARCH_ENGINE=postgres braucht in BLAUPAUSE_DATABASE_URL eine PostgreSQL-Datenbank."]
        return []

    def _missing_extras(self) -> list[str]:
        needed = {
            "mfa_required_roles": ("mfa", bool(self.mfa_required_roles)),
            "oidc_providers": ("oidc", bool(self.oidc_providers)),
            "rate_limit_storage": ("redis", self.rate_limit_storage.startswith("redis")),
        }
        return [
            f"BLAUPAUSE_{setting.upper()} braucht das Paket {extra}: uv sync --extra {extra}."
            for setting, (extra, is_used) in needed.items()
            if is_used and not is_installed(extra)
        ]

    def _sign_in_problems(self) -> list[str]:
        problems = []
        providers = self.oidc_providers
        problems += [
            f"BLAUPAUSE_OIDC_PROVIDERS: {each.issuer} muss mit https:// beginnen."
            for each in providers
            if not each.is_encrypted
        ]
        for what in ("slug", "issuer"):
            if len({getattr(each, what) for each in providers}) < len(providers):
                problems.append(f"BLAUPAUSE_OIDC_PROVIDERS: {what} kommt doppelt vor.")
        return problems

    def _production_problems(self) -> list[str]:
        missing = [
            f"BLAUPAUSE_{name.upper()} fehlt."
            for name in type(self).model_fields
            if getattr(self, name) == PLACEHOLDER
        ]  # fmt: skip
        secret = self.secret_key.get_secret_value()
        if secret == DEVELOPMENT_SECRET or len(secret) < 32:
            missing.append("BLAUPAUSE_SECRET_KEY fehlt oder ist kürzer als 32 Zeichen.")
        if not self.uses_https:
            missing.append(
                "BLAUPAUSE_BASE_URL fehlt oder beginnt nicht mit https://; Anmeldungen gingen offen über das Netz."
            )
        if self.search_engine == "memory":
            missing.append("BLAUPAUSE_SEARCH_ENGINE=memory ist nur für Tests.")
        return missing + self._mail_problems()

    def _mail_problems(self) -> list[str]:
        problems = []
        if not self.smtp_host:
            problems.append(
                "BLAUPAUSE_SMTP_HOST fehlt; ohne Mailserver gibt es keine neuen Konten und kein neues Kennwort."
            )
        elif self.smtp_security is SmtpSecurity.NONE and self.smtp_host not in LOOPBACK:
            problems.append("BLAUPAUSE_SMTP_SECURITY=none gilt nur für einen Mailserver auf demselben Rechner.")
        if bool(self.smtp_user) != bool(self.smtp_password.get_secret_value()):
            problems.append("BLAUPAUSE_SMTP_USER und BLAUPAUSE_SMTP_PASSWORD gehören zusammen.")
        return problems

    @field_validator("mail_sender_address")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value != PLACEHOLDER and not re.fullmatch(_MAIL_ADDRESS, value):
            raise ValueError("keine E-Mail-Adresse")
        return value

    @field_validator("mail_sender_name")
    @classmethod
    def _is_one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("nur eine Zeile Text")
        return value

    @property
    def mail_from(self) -> str:
        """Address of the sender; in development one that leads nowhere will do."""
        return "blaupause@beispiel.example" if self.mail_sender_address == PLACEHOLDER else self.mail_sender_address

    @property
    def uses_postgres(self) -> bool:
        """Whether the database is PostgreSQL."""
        return self.database_url.startswith("postgresql")

    @property
    def search_engine_in_use(self) -> str:
        """The search engine meant by the settings."""
        if self.search_engine != "auto":
            return self.search_engine
        return "postgres" if self.uses_postgres else "whoosh"

    @property
    def uses_https(self) -> bool:
        """Whether people reach the site over https."""
        return self.base_url.startswith("https://")

    @property
    def page_placeholders(self) -> dict[str, str]:
        """What stands for ``{{ name }}`` in the static pages of ``content/seiten``."""
        return {
            "betreiber_name": self.operator_name,
            "betreiber_anschrift": self.operator_address,
            "betreiber_mail": self.operator_mail,
            "betreiber_telefon": self.operator_phone,
            "betreiber_vertretung": self.operator_representative,
            "datenschutz_kontakt": self.privacy_contact,
            "aufsichtsbehoerde": self.supervisory_authority,
            "durchsetzungsstelle": self.accessibility_enforcement,
            "stand_barrierefreiheit": self.accessibility_date,
            "frist_mail": "einem Tag" if self.mail_retention_days < 2 else f"{self.mail_retention_days} Tagen",
        }

    @classmethod
    def from_env(cls) -> "Settings":
        """Settings of the environment; raises SettingsError with one German line per problem."""
        try:
            return cls()
        except UnreadableError as error:
            found = re.search(r'field "(\w+)"', str(error))
            name = f"BLAUPAUSE_{found[1].upper()}" if found else "Eine Einstellung"
            raise SettingsError(f"{name} ist kein gültiges JSON.") from None
        except ValidationError as error:
            lines = [
                str(issue["ctx"]["error"])
                if issue["type"] == "value_error" and not issue["loc"]
                else f"BLAUPAUSE_{_place(issue['loc'])} ist ungültig: {issue['msg']}"
                for issue in error.errors()
            ]
            raise SettingsError("\n".join(lines)) from None
