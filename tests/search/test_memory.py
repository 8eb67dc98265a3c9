import pytest

from marketplace.search.engines.memory import MemoryEngine
from tests.search.engine_contract import EngineContract


class TestMemoryEngine(EngineContract):
    @pytest.fixture
    def engine(self) -> MemoryEngine:
        return MemoryEngine()
