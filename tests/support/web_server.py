"""A server of a stranger on this machine: it redirects, loops, hangs, lies and never ends."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from marketplace.core.safe_http import Address, SafeClient


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "WebServer"

    def do_GET(self) -> None:
        self.answer()

    def do_HEAD(self) -> None:
        self.answer()

    def log_message(self, *_args: object) -> None:
        """Nothing to read here."""

    def answer(self) -> None:
        self.server.asked.append((self.command, self.path))
        self.server.seen.append({name.lower(): value for name, value in self.headers.items()})
        name, _, argument = self.path.strip("/").partition("/")
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"page_{name.partition('?')[0].replace('-', '_')}", self.page_missing)(argument)
        self.close_connection = True

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def page_fine(self, _argument: str) -> None:
        self.send(200, b"Gut.", ETag='"eins"')

    def page_status(self, argument: str) -> None:
        self.send(self.server.statuses.get(argument, int(argument or 500) if argument.isdigit() else 500))

    def page_head_refused(self, _argument: str) -> None:
        self.send(405 if self.command == "HEAD" else 200)

    def page_head_breaks(self, _argument: str) -> None:
        if self.command != "HEAD":
            self.send(200)

    def page_unchanged(self, _argument: str) -> None:
        self.send(304 if self.headers.get("If-None-Match") == '"eins"' else 200, ETag='"eins"')

    def page_busy(self, _argument: str) -> None:
        self.send(429, Retry_After="3600")

    def page_to(self, argument: str) -> None:
        status, _, rest = argument.partition("/")
        self.send(int(status), Location=f"/{rest}" if "://" not in rest else rest)

    def page_away(self, argument: str) -> None:
        self.send(302, Location=self.server.away[argument])

    def page_count(self, argument: str) -> None:
        number = int(argument)
        self.send(301, Location=f"/count/{number - 1}") if number else self.send(200)

    def page_loop(self, _argument: str) -> None:
        self.send(302, Location="/loop")

    def page_hang(self, _argument: str) -> None:
        self.server.released.wait(20)

    def page_drip(self, _argument: str) -> None:
        """One header after the other, each in time, and never the last."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.released.wait(0.05):
            self.wfile.write(b"X-Drop: 1\r\n"[:1])
            self.wfile.flush()

    def page_lies(self, _argument: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nzu kurz")

    def page_announces(self, _argument: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n")

    def page_endless(self, _argument: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not self.server.released.is_set():
            self.wfile.write(b"x" * 65536)

    def page_nonsense(self, _argument: str) -> None:
        self.wfile.write(b"Ich bin kein HTTP.\r\n\r\n")

    def page_headers(self, _argument: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 500 + b"\r\n")

    def page_missing(self, _argument: str) -> None:
        self.send(404)


class WebServer(ThreadingHTTPServer):
    """Remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str]] = []
        self.seen: list[dict[str, str]] = []
        self.statuses: dict[str, int] = {}
        self.away: dict[str, str] = {}
        self.released = threading.Event()

    @property
    def address(self) -> str:
        """Address without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_args: object) -> None:
        """A client that hangs up is what we want."""


@contextmanager
def web_server() -> Iterator[WebServer]:
    """A server for the time of a test."""
    server = WebServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def loopback_only(address: Address) -> bool:
    """The rule of tests: this machine and nothing else."""
    return address.is_loopback


def test_client(**changes: object) -> SafeClient:
    """A client that may reach this machine, and loses patience quickly."""
    return SafeClient("Blaupause-Test", **{"seconds": 2.0, "is_allowed": loopback_only, **changes})  # type: ignore[arg-type]


test_client.__test__ = False  # type: ignore[attr-defined]
