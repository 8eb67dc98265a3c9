"""Times and sizes, and one table of them."""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Times:
    """Milliseconds of many runs."""

    median: float
    p95: float
    slowest: float

    @classmethod
    def of(cls, action: Callable[[Any], object], inputs: Sequence[Any], warm_up: int = 20) -> "Times":
        """Run an action once for each input, after a few runs that do not count."""
        for one in inputs[:warm_up]:
            action(one)
        taken = []
        for one in inputs:
            start = time.perf_counter()
            action(one)
            taken.append((time.perf_counter() - start) * 1000)
        return cls.from_list(taken)

    @classmethod
    def from_list(cls, taken: Sequence[float]) -> "Times":
        """Of runs that were timed already."""
        ordered = sorted(taken)
        return cls(ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1])

    def __str__(self) -> str:
        return f"{number(self.median)} / {number(self.p95)}"


def seconds(action: Callable[[], object]) -> float:
    """How long something takes once."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def memory() -> float:
    """Memory that this process has in use, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024**2


def number(value: float) -> str:
    """A number with two or three digits that count, written as in German."""
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f}".replace(".", ",")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def parse_size(text: str) -> int:
    """``10k`` as a number."""
    return int(text.removesuffix("k")) * (1000 if text.endswith("k") else 1)
