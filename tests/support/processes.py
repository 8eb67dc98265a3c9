"""Other processes for tests: started quickly, asked through a pipe, killed whenever a test wants to."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

DEADLINE = 20.0

# Forked from a small server that has everything imported: as separate as a spawned process, but there at once.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["pytest", "tests.support.forked", "tests.mail.courier_process", "tests.search.faults.peers"]
)


def wait_until(condition: Callable[[], object], what: str, seconds: float = DEADLINE) -> None:
    """Ask again and again until something is true; fail at the deadline."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"Nach {seconds} Sekunden immer noch nicht: {what}."
        time.sleep(0.002)


class Peer:
    """Another process; runs ``target(link, *args)``, which says through the link how it is getting on."""

    def __init__(self, target: Callable[..., None], *args: Any) -> None:
        self.link, other_end = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=target, args=(other_end, *args), daemon=True)
        self._process.start()
        other_end.close()

    def receive(self, seconds: float = DEADLINE) -> Any:
        """The next message; fails if there is none in time, or if the process ends without one."""
        assert self.link.poll(seconds), f"Nach {seconds} Sekunden keine Nachricht vom anderen Prozess."
        return self.link.recv()

    def ask(self, message: Any) -> Any:
        """Send a message, get the answer."""
        self.link.send(message)
        return self.receive()

    def is_alive_after(self, seconds: float) -> bool:
        """Let it work for a while."""
        self._process.join(seconds)
        return self._process.is_alive()

    def kill(self) -> None:
        """SIGKILL, and wait until the process is gone."""
        self._process.kill()
        self._process.join()

    def finish(self, seconds: float = DEADLINE) -> int | None:
        """Wait for the end; returns the exit code, negative if it was killed."""
        self._process.join(seconds)
        assert not self._process.is_alive(), f"Nach {seconds} Sekunden läuft der andere Prozess noch."
        return self._process.exitcode


@contextmanager
def peers(*started: Peer) -> Iterator[tuple[Peer, ...]]:
    """Processes that end with the block at the latest."""
    try:
        yield started
    finally:
        for peer in started:
            peer.kill()


def shared_number(value: int = 0) -> Any:
    """A number that all processes see."""
    return _CONTEXT.Value("q", value)


def link_has_news(link: Connection) -> bool:
    """Whether the other side said something; for loops that go on until then."""
    return link.poll(0)


def die_at_call(module: Any, name: str, number: int) -> None:
    """Let a function of a module kill the process when it is called for the so-many-th time."""
    real, calls = getattr(module, name), []

    def counting(*args: Any, **more: Any) -> Any:
        calls.append(True)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **more)

    setattr(module, name, counting)
