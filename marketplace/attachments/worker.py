"""Checks one file in a process of its own: reads it from standard input, writes the answer to standard output.

The libraries that read PDF and image files are large and the files come from strangers. Here they may hang, eat memory
or crash: the process has limits, knows no secrets and holds no connection. Started by ``jail.py``.
"""

import json
import resource
import sys

from marketplace.attachments.checking import check_file
from marketplace.attachments.formats import RefusedFileError

MAX_SECONDS = 15
"""Of computing: less than the 30 seconds after which gunicorn gives up on a request. An image of 50 million points took
1 (JPEG) to 4 (PNG, WebP)."""

MAX_MEMORY = 1536 * 1024 * 1024
"""Bytes of address space; an image of 50 million points needed 140 MB (JPEG) to 820 MB (WebP) while it was read."""


def main() -> None:
    """Answer with one line of JSON, behind it the bytes to keep."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    if sys.platform == "linux":
        # macOS knows this limit but does not keep it.
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    try:
        checked = check_file(sys.stdin.buffer.read())
    except RefusedFileError as error:
        answer, content = {"refused": error.message}, b""
    else:
        answer = {"format": checked.format.value, "width": checked.width, "height": checked.height}  # type: ignore[dict-item]
        content = checked.content
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
