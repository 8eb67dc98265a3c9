"""The check of a file in a process of its own, with an end to time and memory (``worker.py``)."""

import json
import subprocess
import sys
import threading
from typing import Any

from marketplace.attachments import checking, worker
from marketplace.attachments.checking import CheckedFile
from marketplace.attachments.formats import MAX_BYTES, Format, RefusedFileError
from marketplace.core.labels import Label

PATIENCE = worker.MAX_SECONDS + 5
"""Seconds by the clock, for a machine that has other things to do."""

_QUEUE = 8
"""Seconds to wait for another check; a web server gives up on a request after 30."""

_AT_ONCE = threading.BoundedSemaphore(1)
"""One check at a time in each process of the site: large images need memory, all others are checked in an instant."""

_BUSY = Label("Gerade werden viele Dateien gelesen. Bitte versuchen Sie es in einer Minute noch einmal.")
_UNREADABLE = Label(
    "Die Datei ließ sich nicht in der erlaubten Zeit prüfen. Bitte speichern Sie sie neu, zum Beispiel mit „Als PDF "
    "drucken“, oder verkleinern Sie sie."
)


def check_apart(data: bytes) -> CheckedFile:
    """The file as it is kept; raises RefusedFileError, also when the check crashes or takes too long."""
    if len(data) > MAX_BYTES:
        raise RefusedFileError(checking.TOO_LARGE)
    if not _AT_ONCE.acquire(timeout=_QUEUE):
        raise RefusedFileError(_BUSY)
    try:
        answer, content = _ask_worker(data)
    finally:
        _AT_ONCE.release()
    if "refused" in answer:
        raise RefusedFileError(str(answer["refused"]))
    return CheckedFile(Format(answer["format"]), content, answer["width"], answer["height"])


def _ask_worker(data: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        # Without the environment: it holds the secrets of the site.
        done = subprocess.run(  # noqa: S603 -- our own module, nothing of the file stands in the command
            [sys.executable, "-I", "-X", "utf8", "-m", worker.__name__],
            input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, timeout=PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise RefusedFileError(_UNREADABLE) from None
    line, _break, content = done.stdout.partition(b"\n")
    if done.returncode != 0 or not line:
        raise RefusedFileError(_UNREADABLE)
    return json.loads(line), content
