"""Files are checked in a process that may die without harm."""

import subprocess
import sys

import pytest

from marketplace.attachments import jail, worker
from marketplace.attachments.checking import check_file
from marketplace.attachments.formats import RefusedFileError
from marketplace.attachments.jail import check_apart
from tests.support.files import image, pdf


def test_the_answer_is_that_of_the_check() -> None:
    for data in (image("PNG"), pdf()):
        assert check_apart(data) == check_file(data)


def test_a_refusal_comes_back_with_its_sentence() -> None:
    with pytest.raises(RefusedFileError, match="als PNG"):
        check_apart(b"<svg/>")


def test_the_secrets_of_the_site_are_not_in_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLAUPAUSE_SECRET_KEY", "geheim")
    seen: list[dict[str, str]] = []
    real = subprocess.run

    def spy(*args, env, **kwargs):
        seen.append(env)
        return real(*args, env=env, **kwargs)

    monkeypatch.setattr(subprocess, "run", spy)
    check_apart(pdf())
    assert seen == [{}]


@pytest.mark.parametrize(
    "code", ["import time; time.sleep(60)", "import os; os.abort()", "raise SystemExit(3)", "pass"]
)
def test_a_check_that_hangs_or_dies_is_a_refusal(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    real = subprocess.run
    monkeypatch.setattr(jail, "PATIENCE", 1)
    monkeypatch.setattr(
        subprocess, "run", lambda _command, **kwargs: real([sys.executable, "-I", "-c", code], **kwargs)
    )
    with pytest.raises(RefusedFileError, match="nicht in der erlaubten Zeit"):
        check_apart(pdf())


@pytest.mark.skipif(sys.platform != "linux", reason="the limit holds on Linux")
def test_memory_has_an_end() -> None:
    code = (
        "import sys; from marketplace.attachments import worker;"
        "worker.check_file = lambda data: bytearray(4 * 1024 ** 3); worker.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], input=b"x", capture_output=True, check=False)
    assert done.returncode != 0
    assert b"MemoryError" in done.stderr
    assert worker.MAX_MEMORY < 2 * 1024**3
