"""The directory of an index: which index is in use, which is being built, who may write.

::

    current-<version>         link to the index in use; turned at the end of a rebuild
    index-<version>-<name>/   an index, in use or being built
        changes/              what was written to the index in use while this one is being built
    lock, rebuild             locked by whoever writes, or rebuilds

A version is everything the content of an index depends on. Processes of the old and the new version of the site, each
with an index of its own, can run side by side.
"""

import pickle
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.util.filelock import FileLock, try_for

from marketplace.search.engines.whoosh_files import read_sealed, write_sealed
from marketplace.search.port import IndexBusyError, SearchDocument, SearchUnavailableError

OTHER_VERSIONS_STAY = 24 * 3600.0
"""Seconds after which the index of another version goes; until then its processes may still run."""

_LOCK_DELAY = 0.002


class IndexDirectory:
    """The files around the indexes of one version. What is in them is not looked at here."""

    def __init__(self, path: Path, version: str) -> None:
        self.path = path
        self._link = path / f"current-{version}"
        self._prefix = f"index-{version}-"

    @contextmanager
    def locked(self, name: str, timeout: float) -> Iterator[None]:
        """Hold a lock that every process gives back when it ends, however it ends. Raises IndexBusyError."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.path / name
        if path.is_dir():
            shutil.rmtree(path)
        lock = FileLock(str(path))
        if not try_for(lock.acquire, timeout=timeout, delay=_LOCK_DELAY):
            raise IndexBusyError(f"Somebody else holds „{name}“ of the index.")
        try:
            yield
        finally:
            lock.release()

    def find_current(self) -> Path | None:
        """The index in use."""
        try:
            name = self._link.readlink().name
        except OSError:
            return None
        return self.path / name if name.startswith(self._prefix) else None

    def get_current(self) -> Path:
        """The index in use; raises SearchUnavailableError."""
        current = self.find_current()
        if current is None:
            raise SearchUnavailableError("There is no index of this version.")
        return current

    def begin(self) -> Path:
        """An empty directory for a new index, and one in it for what changes meanwhile."""
        self.path.chmod(0o700)
        new = self.path / f"{self._prefix}{secrets.token_hex(4)}"
        new.mkdir(mode=0o700)
        (new / "changes").mkdir()
        return new

    def switch_to(self, new: Path) -> None:
        """Let everybody use the new index from now on."""
        shutil.rmtree(new / "changes", ignore_errors=True)
        if self._link.is_dir() and not self._link.is_symlink():
            shutil.rmtree(self._link)
        link = self.path / f"link-{secrets.token_hex(4)}"
        link.symlink_to(new.name)
        link.replace(self._link)

    def clean(self) -> None:
        """Remove what former and interrupted rebuilds left. Only for who holds the lock ``rebuild``."""
        for link in self.path.glob("current*"):
            if link != self._link and time.time() - link.lstat().st_mtime > OTHER_VERSIONS_STAY:
                link.unlink()
        used = {link.readlink().name for link in self.path.glob("current-*") if link.is_symlink()}
        for path in self.path.glob("index-*"):
            if path.name not in used:
                shutil.rmtree(path, ignore_errors=True)
        for path in self.path.glob("link-*"):
            path.unlink()

    def list_builds(self) -> list[Path]:
        """Indexes of this version that are not in use: one that is being built or removed, or whose builder died."""
        current = self.find_current()
        return [path for path in self.path.glob(f"{self._prefix}*") if path != current]

    def note_change(self, documents: list[SearchDocument], deleted: set[int]) -> None:
        """Keep what is about to be written for the index that is being built, if there is one.

        Only for who holds ``lock``: changes are carried out in the order of their notes.
        """
        for build in self.list_builds():
            try:
                with self.locked("rebuild", 0):
                    self.clean()
            except IndexBusyError:
                changes = build / "changes"
                if not changes.is_dir():
                    # The index that was in use until a moment ago, and is being removed.
                    continue
                write_sealed(changes / "unfinished", pickle.dumps((documents, deleted)))
                last = max((int(path.name) for path in list_changes(build)), default=0)
                (changes / "unfinished").rename(changes / f"{last + 1:09d}")


def list_changes(build: Path) -> list[Path]:
    """What was noted, in order."""
    return sorted((build / "changes").glob("[0-9]*"))


def read_changes(notes: list[Path]) -> tuple[list[SearchDocument], set[int]]:
    """Notes taken together: the last state of each document, and what is gone."""
    newest: dict[int, SearchDocument] = {}
    gone: set[int] = set()
    for path in notes:
        documents, deleted = pickle.loads(read_sealed(path))  # noqa: S301 -- in our own private directory
        for entry_id in deleted:
            newest.pop(entry_id, None)
        gone |= deleted
        newest |= {document.entry_id: document for document in documents}
    return list(newest.values()), gone
