from pathlib import Path

import pytest

from marketplace.search.engines.whoosh import WhooshEngine
from tests.search.engine_contract import EngineContract


class TestWhooshEngine(EngineContract):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> WhooshEngine:
        return WhooshEngine(tmp_path / "search")
