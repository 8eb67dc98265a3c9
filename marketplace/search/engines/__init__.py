"""The engines behind the port, and the choice among them."""

from marketplace.config import Settings
from marketplace.core.db import Database
from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.engines.postgres import PostgresEngine
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import SearchEngine
from marketplace.search.synonym_file import SynonymFile


def create_engine(settings: Settings, database: Database) -> SearchEngine:
    """The engine that the settings mean. Touches no file and no database."""
    synonyms = SynonymFile(settings.content_directory / "synonyme.yml")
    match settings.search_engine_in_use:
        case "memory":
            return MemoryEngine(synonyms)
        case "postgres":
            return PostgresEngine(database, synonyms=synonyms)
        case _:
            return WhooshEngine(settings.search_directory, synonyms=synonyms)
