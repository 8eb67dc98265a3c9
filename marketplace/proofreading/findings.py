"""What a check of ``content/`` finds. Plain."""

from dataclasses import dataclass

from marketplace.core.labels import Labelled


class Severity(Labelled):
    """Whether something has to be mended before it may be merged."""

    ERROR = "fehler", "Fehler"
    WARNING = "hinweis", "Hinweis"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend or to think about: where it is and what to do, in German."""

    file: str
    line: int
    check: str
    """Name of the check, such as ``Rechtschreibung``."""
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.check}: {self.message}"
