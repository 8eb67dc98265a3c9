"""Extensions as objects without an app; ``app.py`` binds them. The rate limiter stands in ``web/rate_limit.py``."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Babel, Domain, get_locale
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

CATALOGUES = Path(__file__).parent / "translations"


class Catalogues(Domain):
    """Translations from the readable files in the repository: no compiled file that could be missing or stale."""

    def get_translations(self) -> NullTranslations:
        """Those of the language in use; German, the language of the sources, has none."""
        locale = get_locale()
        return read_catalogue(str(locale)) if locale else NullTranslations()


@cache
def read_catalogue(language: str) -> NullTranslations:
    """The catalogue of a language, read once in each process, in about a third of a second."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


class CataloguesBabel(Babel):
    """Flask-Babel with our way to read catalogues."""

    domain_instance = Catalogues()  # type: ignore[no-untyped-call]


babel = CataloguesBabel()  # type: ignore[no-untyped-call]
csrf = CSRFProtect()
login_manager = LoginManager()
# Sessions are kept on the server and can be ended there; Flask-Login need not compare addresses as well.
login_manager.session_protection = ""
