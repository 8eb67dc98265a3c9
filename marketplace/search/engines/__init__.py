"""The engines behind the port, and the choice among them."""

from pathlib import Path

from marketplace.search.engines.memory import MemoryEngine
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import SearchEngine


def create_engine(name: str, directory: Path) -> SearchEngine:
    """The engine named in the settings; raises ValueError for an unknown name. Touches no file."""
    if name == "whoosh":
        return WhooshEngine(directory)
    if name == "memory":
        return MemoryEngine()
    raise ValueError(f"Die Suchmaschine „{name}“ gibt es nicht. Möglich sind whoosh und memory.")
