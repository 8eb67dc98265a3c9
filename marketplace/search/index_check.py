"""What a comparison of the index with the database found: a value, with a sentence for people and one for the log."""

from dataclasses import dataclass


@dataclass(frozen=True)
class IndexCheck:
    """How the index differs from the database."""

    ready: bool
    published: int
    missing: frozenset[int] = frozenset()
    outdated: frozenset[int] = frozenset()
    superfluous: frozenset[int] = frozenset()
    has_dictionary: bool = True
    """Whether the index was built with the dictionary of the database."""

    @property
    def wrong(self) -> frozenset[int]:
        """All entries that the index does not show as they are."""
        return self.missing | self.outdated | self.superfluous

    @property
    def is_complete(self) -> bool:
        """Whether the index shows what the database has."""
        return self.ready and self.has_dictionary and not self.wrong

    @property
    def log_line(self) -> str:
        """The same in English, for the log."""
        if not self.ready:
            return f"There is no usable search index yet ({self.published} published entries)."
        if not self.has_dictionary:
            return "The search index was built with another dictionary than that of the database."
        return (
            f"The search index differs from the database: {len(self.missing)} entries missing, "
            f"{len(self.outdated)} outdated, {len(self.superfluous)} superfluous."
        )

    def __str__(self) -> str:
        if not self.ready:
            return f"Der Suchindex fehlt oder ist nicht brauchbar; er müsste {self.published} Einträge enthalten."
        if not self.has_dictionary:
            return "Der Suchindex wurde mit einem anderen Wörterbuch gebaut als dem der Datenbank."
        if not self.wrong:
            return f"Der Suchindex ist vollständig: {self.published} Einträge."
        return (
            f"Der Suchindex weicht von der Datenbank ab: {len(self.missing)} Einträge fehlen, "
            f"{len(self.outdated)} sind veraltet, {len(self.superfluous)} sind zu viel."
        )
