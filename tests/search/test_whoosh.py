import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from marketplace.search.engines import whoosh, whoosh_writing
from marketplace.search.engines.array_cache import ArrayCache
from marketplace.search.engines.whoosh import WhooshEngine
from marketplace.search.port import IndexBusyError, SearchQuery, SearchUnavailableError
from tests.factories.search import document
from tests.search.engine_contract import EngineContract, ids

ROOT = Path(__file__).resolve().parent.parent.parent


class TestWhooshEngine(EngineContract):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> WhooshEngine:
        return WhooshEngine(tmp_path / "search")


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    """An engine with two entries."""
    engine = WhooshEngine(tmp_path / "search")
    engine.rebuild([document(1, "Hitze"), document(2, "Wald")])
    return engine


@contextmanager
def writer(engine: WhooshEngine, mode: str, first: int = 1) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes until it is killed."""
    command = [sys.executable, "-m", "tests.search.writer_process", str(engine.directory), mode, str(first)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def read_lines(process: subprocess.Popen[str], number: int) -> str:
    assert process.stdout
    assert process.stdin
    line = ""
    for _ in range(number):
        line = process.stdout.readline().strip()
        process.stdin.write("\n")
        process.stdin.flush()
    return line


def files(engine: WhooshEngine, ending: str = "") -> list[Path]:
    return sorted(path for path in link(engine).resolve().iterdir() if path.name.endswith(ending))


def link(engine: WhooshEngine) -> Path:
    """The link to the index in use."""
    [found] = engine.directory.glob("current-*")
    return found


# Missing, foreign and broken indexes


def test_without_an_index_everything_but_a_rebuild_is_unavailable(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "search")
    for call in (
        lambda: engine.search(SearchQuery("hitze")),
        lambda: engine.similar(document(1), 4),
        lambda: engine.update([document(1)], []),
        engine.count,
        engine.states,
    ):
        with pytest.raises(SearchUnavailableError):
            call()
    engine.rebuild([document(1, "Hitze")])
    assert engine.is_ready()


def test_the_index_is_private_to_the_service(engine: WhooshEngine) -> None:
    for path in (engine.directory, link(engine).resolve()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_an_index_of_another_format_is_not_ready(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh, "fingerprint", lambda: "00000000")
    newer = WhooshEngine(engine.directory)
    assert not newer.is_ready()
    newer.rebuild([document(3, "Moor")])
    assert ids(newer) == [3]


@pytest.mark.parametrize("ending", [".toc", ".trm", ".pst", ".record.col", ".words.col"])
@pytest.mark.parametrize("damage", [b"", b"\x00", b"garbage" * 50, None])
@pytest.mark.parametrize("is_open", [True, False])
def test_a_broken_file_makes_search_unavailable_until_the_rebuild(
    engine: WhooshEngine, ending: str, damage: bytes | None, is_open: bool
) -> None:
    query = SearchQuery('"hitze wald" hitze moor')
    right = WhooshEngine(engine.directory).search(query)
    if is_open:
        assert ids(engine, "hitze") == [1]
    for path in files(engine, ending):
        path.unlink() if damage is None else path.write_bytes(damage)
    other = WhooshEngine(engine.directory)
    for each in (engine, other):
        with suppress(SearchUnavailableError):
            assert each.search(query) == right
    engine.rebuild([document(3, "Moor")])
    assert ids(engine) == ids(other) == [3]


@pytest.mark.parametrize("ending", [".toc", ".trm", ".pst", ".record.col", ".words.col"])
def test_an_index_with_a_file_cut_off_gives_no_wrong_answer(engine: WhooshEngine, ending: str) -> None:
    queries = [SearchQuery(text) for text in ("hitze", "wald", '"hitze wald"', '"wald hitze"', "")]
    right = [engine.search(query) for query in queries]
    for path in files(engine, ending):
        path.write_bytes(path.read_bytes()[:-9])
    other = WhooshEngine(engine.directory)
    for query, answer in zip(queries, right, strict=True):
        with suppress(SearchUnavailableError):
            assert other.search(query) == answer


def test_a_missing_directory_is_noticed(engine: WhooshEngine) -> None:
    assert engine.is_ready()
    link(engine).unlink()
    assert not engine.is_ready()


def test_an_unwritable_place_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "search").write_text("kein Ordner")
    with pytest.raises(SearchUnavailableError):
        WhooshEngine(tmp_path / "search").rebuild([])


def test_a_failing_rebuild_leaves_the_old_index(engine: WhooshEngine) -> None:
    def failing() -> Iterator[object]:
        yield document(3, "Moor")
        raise RuntimeError("database gone")

    with pytest.raises(RuntimeError):
        engine.rebuild(failing())  # type: ignore[arg-type]
    assert ids(engine) == [2, 1]
    assert len(list(engine.directory.glob("index-*"))) == 1
    engine.update([document(3, "Moor")], [])


def test_a_failing_update_changes_nothing(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(whoosh_writing, "fields_of", fail)
        with pytest.raises(SearchUnavailableError):
            engine.update([document(1, "Moor")], [2])
    assert ids(engine) == [2, 1]
    engine.update([document(1, "Moor")], [2])
    assert ids(engine, "moor") == [1]


# Segments


def test_big_segments_are_left_alone_and_small_ones_merged(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_writing, "MERGE_LIMIT", 50)
    engine.rebuild([document(n, "Alt") for n in range(1, 101)])
    [big] = files(engine, ".trm")
    for number in range(40):
        engine.update([document(number + 1, "Neu")], [])
    assert big in files(engine, ".trm")
    assert len(files(engine, ".trm")) <= 10
    assert (len(ids(engine, "neu")), engine.count()) == (20, 100)


def test_a_large_rebuild_is_written_in_several_segments(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_writing, "SEGMENT_SIZE", 10)
    engine.rebuild([document(n, "Hitze im Wald" if n % 2 else "Wald") for n in range(1, 36)])
    assert len(files(engine, ".trm")) == 4
    assert engine.search(SearchQuery("hitze")).total == 18
    assert engine.search(SearchQuery('"hitze im wald"')).total == 18


def test_the_posting_cache_is_bounded_by_bytes(engine: WhooshEngine) -> None:
    engine.rebuild([document(n, f"wort{n}a") for n in range(1, 200)])
    engine._cache._limit = 5000
    for number in range(1, 200):
        assert ids(engine, f"wort{number}a") == [number]
    assert 0 < engine._cache._bytes <= 5000
    assert isinstance(engine._cache, ArrayCache)


# Several readers and writers


def test_readers_never_see_a_half_change(engine: WhooshEngine) -> None:
    engine.rebuild([document(n, "Runde 0", published=0) for n in range(1, 21)])
    stop, problems = threading.Event(), []

    def read() -> None:
        newest = 0
        while not stop.is_set():
            found = engine.search(SearchQuery("runde", page_size=50))
            rounds = {hit.entry_id: 0 for hit in found.hits}
            states = set(engine.states().values())
            if found.total != 20 or len(rounds) != 20 or max(states) < newest or len(states) > 1:
                problems.append((found.total, len(rounds), states, newest))
            newest = max(states)

    engine.rebuild([document(n, "Runde 0", changed=0) for n in range(1, 21)])
    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for round_ in range(1, 31):
        batch = [document(n, f"Runde {round_}", changed=round_) for n in range(1, 21)]
        engine.rebuild(batch) if round_ % 10 == 0 else engine.update(batch, [])
    stop.set()
    for reader in readers:
        reader.join()
    assert problems == []


def test_a_change_of_another_process_is_seen_as_soon_as_it_is_done(engine: WhooshEngine) -> None:
    with writer(engine, "update") as process:
        for _ in range(25):
            round_ = int(read_lines(process, 1))
            assert engine.states()[1] >= round_
            assert len(ids(engine, "runde")) == 5


def test_writers_of_several_processes_take_turns(engine: WhooshEngine) -> None:
    with writer(engine, "update", 1) as first, writer(engine, "update", 11) as second:
        engine._lock_timeout = 30
        for number in range(10):
            engine.update([document(21, f"Selbst {number}")], [])
        rounds = [int(read_lines(process, 10)) for process in (first, second)]
    states = engine.states()
    assert len(states) == 11
    assert states[1] >= rounds[0]
    assert states[11] >= rounds[1]


def test_updates_go_on_while_another_process_rebuilds(engine: WhooshEngine) -> None:
    with writer(engine, "rebuild") as process:
        read_lines(process, 3)
        engine.update([document(1, "Moor"), document(500, "Moor")], [2])
        assert ids(engine, "moor") == [1, 500]
        engine.update([document(500, "Heide")], [])
        assert (ids(engine, "moor"), ids(engine, "heide"), engine.count()) == ([1], [500], 2)
        with pytest.raises(IndexBusyError):
            engine.rebuild([])
        read_lines(process, 96)
        process.wait()
    assert (ids(engine, "moor"), ids(engine, "heide"), engine.count()) == ([1], [500], 99)
    assert 2 not in engine.states()


def test_an_index_that_was_just_replaced_hinders_no_update(engine: WhooshEngine) -> None:
    replaced = link(engine).resolve()
    (replaced.parent / f"{replaced.name}0").mkdir()
    with engine._place.locked("rebuild", 0):
        engine.update([document(3, "Moor")], [])
    assert ids(engine, "moor") == [3]
    engine.update([document(4, "Moor")], [])
    assert list(engine.directory.glob("index-*")) == [replaced]


@pytest.mark.parametrize("lines", [1, 98, 99])
def test_a_killed_rebuild_leaves_the_old_index_and_no_lock(engine: WhooshEngine, lines: int) -> None:
    with writer(engine, "rebuild") as process:
        read_lines(process, lines)
        process.kill()
    assert engine.count() in (2, 99)
    engine.update([document(3, "Moor")], [])
    engine.rebuild([document(1, "Hitze")])
    assert ids(engine) == [1]
    assert len(list(engine.directory.glob("index-*"))) == 1


@pytest.mark.parametrize("lines", range(1, 5))
def test_a_killed_update_leaves_a_whole_index_and_no_lock(engine: WhooshEngine, lines: int) -> None:
    with writer(engine, "update", 11) as process:
        round_ = int(read_lines(process, lines))
        process.kill()
    for each in (engine, WhooshEngine(engine.directory)):
        states = each.states()
        assert len(states) == 7
        assert states[11] >= round_
        each.update([document(11, "Moor", changed=round_ + 5000)], [])
        assert ids(each, "moor") == [11]
