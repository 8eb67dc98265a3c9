"""Asks servers of strangers for pages, such that nobody can lead the site into its own network or keep it busy.

An address that a person typed, and every address to which a server redirects, may point anywhere. Therefore:

- only ``http`` and ``https``, no user names in addresses, no ports of other services;
- the host is resolved once, **all** its addresses must be public, and the connection goes to exactly the address that
  was checked (a name that answers differently the second time gains nothing);
- redirects are followed one by one, each checked like the first address, at most ``max_redirects``;
- one deadline for everything together, a limit for the body, no compression, no cookies, no proxy of the environment.

The standard library is used because it lets us connect to an address of our own choice and still verify the
certificate for the name (docs/adr/0020-link-checks.md).
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from marketplace.core.labels import Labelled

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_RESERVED = "!#$%&'()*+,/:;=?@[]~"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_CHUNK = 16 * 1024
_ADDRESSES_TRIED = 3

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_CLOUD_SERVICES = frozenset({ipaddress.IPv4Address("168.63.129.16")})
"""Public by number, but answered inside the networks of a large provider."""


class Reason(Labelled):
    """Why there was no answer."""

    BAD_ADDRESS = "adresse", "keine Adresse, die wir abrufen"
    FORBIDDEN = "verboten", "führt in ein internes Netz"
    UNKNOWN_HOST = "unbekannt", "den Server gibt es nicht"
    UNREACHABLE = "nicht-erreichbar", "der Server ist nicht erreichbar"
    TIMEOUT = "zeit", "der Server braucht zu lange"
    TLS = "zertifikat", "das Zertifikat stimmt nicht"
    PROTOCOL = "antwort", "die Antwort ist nicht zu verstehen"
    TOO_MANY_REDIRECTS = "weiterleitungen", "zu viele Weiterleitungen"
    TOO_LARGE = "zu-gross", "die Antwort ist zu groß"


class FetchError(Exception):
    """There was no answer that could be used; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.label)
        self.reason = reason


@dataclass(frozen=True)
class Answer:
    """What a server said in the end."""

    address: str
    """Where the answer came from, after all redirects."""
    status: int
    headers: Mapping[str, str]
    """By lower-case name; of a repeated one the last."""
    body: bytes = b""
    redirects: tuple[int, ...] = ()
    """Status of each redirect on the way."""

    @property
    def moved_for_good(self) -> bool:
        """Whether there were redirects and all of them were permanent."""
        return bool(self.redirects) and set(self.redirects) <= _PERMANENT


def is_public(address: Address) -> bool:
    """Whether an address lies in the public network, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    if address in _CLOUD_SERVICES or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    return address.is_global and not (address.is_private or address.is_loopback or address.is_link_local)


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to: mapped, 6to4, Teredo or NAT64."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, as the operating system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


@dataclass(frozen=True)
class Target:
    """A checked address, split up."""

    scheme: str
    host: str
    port: int
    path: str
    """With the query, quoted."""


def read_address(address: str) -> Target:
    """Split an address up; raises FetchError for one that we do not ask."""
    if len(address) > 2000 or re.search(r"[\x00-\x20\x7f\\]", address):
        raise FetchError(Reason.BAD_ADDRESS)
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        raise FetchError(Reason.BAD_ADDRESS) from None
    is_web_port = port in (80, 443) or port >= 1024
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or not is_web_port:
        raise FetchError(Reason.BAD_ADDRESS)
    path = quote(parts.path or "/", safe=_RESERVED) + ("?" + quote(parts.query, safe=_RESERVED) if parts.query else "")
    return Target(parts.scheme, host, port, path)


@dataclass(frozen=True)
class SafeClient:
    """Asks servers; one for the whole site. What is injected is for tests, which must reach their own machine."""

    user_agent: str
    seconds: float = 15.0
    """For one call of ``fetch`` with all its redirects."""
    max_bytes: int = 512 * 1024
    max_redirects: int = 5
    is_allowed: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int], list[str]] = resolve
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False, compare=False)

    def fetch(
        self, method: str, address: str, *, headers: Mapping[str, str] | None = None, reads_body: bool = False
    ) -> Answer:
        """Ask for a page and follow redirects; raises FetchError. Without ``reads_body`` only the head is read."""
        end = time.monotonic() + self.seconds
        redirects: list[int] = []
        while True:
            answer = self._ask(method, address, dict(headers or {}), reads_body, end)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return Answer(address, answer.status, answer.headers, answer.body, tuple(redirects))
            redirects.append(answer.status)
            if len(redirects) > self.max_redirects:
                raise FetchError(Reason.TOO_MANY_REDIRECTS)
            address = _follow(address, location)

    def _ask(self, method: str, address: str, headers: dict[str, str], reads_body: bool, end: float) -> Answer:
        target = read_address(address)
        connection = _PinnedConnection(target, self._checked(target), self.tls, end)
        try:
            with connection.guarded():
                sent = {"User-Agent": self.user_agent, "Accept-Encoding": "identity", "Connection": "close", **headers}
                connection.request(method, target.path, headers=sent)
                with connection.getresponse() as response:
                    found = {name.lower(): value for name, value in response.getheaders()}
                    wants_body = reads_body and response.status not in _REDIRECTS
                    answer = Answer(address, response.status, found, self._read(response) if wants_body else b"")
            if connection.is_late:
                raise FetchError(Reason.TIMEOUT)  # cut off, what came looks like an answer that has ended
            return answer
        except FetchError:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchError(Reason.TIMEOUT if connection.is_late else _reason_of(error)) from None
        finally:
            connection.close()

    def _checked(self, target: Target) -> list[str]:
        """The addresses of the host, all of them allowed. One that is not spoils the others: no honest host has it."""
        try:
            found = self.resolve(target.host, target.port)
        except socket.gaierror as error:
            is_unknown = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
            raise FetchError(Reason.UNKNOWN_HOST if is_unknown else Reason.UNREACHABLE) from None
        except (OSError, UnicodeError):
            raise FetchError(Reason.UNKNOWN_HOST) from None
        if not found:
            raise FetchError(Reason.UNKNOWN_HOST)
        if not all(self.is_allowed(ipaddress.ip_address(each)) for each in found):
            raise FetchError(Reason.FORBIDDEN)
        return found

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        if (response.length or 0) > self.max_bytes:
            raise FetchError(Reason.TOO_LARGE)
        body = b""
        while chunk := response.read(_CHUNK):
            body += chunk
            if len(body) > self.max_bytes:
                raise FetchError(Reason.TOO_LARGE)
        if response.length:
            raise FetchError(Reason.PROTOCOL)  # announced more than it sent
        return body


def _follow(address: str, location: str) -> str:
    # Headers arrive as Latin-1, whatever they are: quoting the same bytes again restores them.
    try:
        return urljoin(address, quote(location.strip(), safe=_RESERVED, encoding="latin-1", errors="replace"))
    except ValueError:
        raise FetchError(Reason.BAD_ADDRESS) from None


def _reason_of(error: Exception) -> Reason:
    if isinstance(error, ssl.SSLError):
        return Reason.TLS
    if isinstance(error, TimeoutError):
        return Reason.TIMEOUT
    if isinstance(error, ConnectionResetError | BrokenPipeError | http.client.HTTPException | ValueError):
        return Reason.PROTOCOL
    return Reason.UNREACHABLE


class _PinnedConnection(http.client.HTTPConnection):
    """A connection to one of the checked addresses, verified for the name, and cut off at the deadline."""

    def __init__(self, target: Target, addresses: list[str], tls: ssl.SSLContext, end: float) -> None:
        super().__init__(target.host, target.port)
        self.default_port = 443 if target.scheme == "https" else 80
        self.is_late = False
        self._addresses = addresses[:_ADDRESSES_TRIED]
        self._tls = tls if target.scheme == "https" else None
        self._end = end
        self._watchdog = threading.Timer(max(0.0, end - time.monotonic()), self._cut_off)
        self._watchdog.daemon = True

    def guarded(self) -> "_Guard":
        """A block that ends when the time is over, however slowly the server sends."""
        return _Guard(self._watchdog)

    def connect(self) -> None:
        """Connect to the first checked address that answers."""
        sock = self._open()
        if self._tls is None:
            self.sock = sock
            return
        # The handshake comes after the socket is known to the watchdog.
        self.sock = self._tls.wrap_socket(sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()

    def _open(self) -> socket.socket:
        for place, address in enumerate(self._addresses, 1):
            try:
                left = max(0.01, self._end - time.monotonic())
                return socket.create_connection((address, self.port), timeout=left)
            except OSError:
                if place == len(self._addresses):
                    raise
        raise OSError("no address")

    def _cut_off(self) -> None:
        self.is_late = True
        sock = self.sock
        if sock is not None:
            try:
                # Not that of the TLS socket: it would first forget what the other thread is working with.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                return


class _Guard:
    def __init__(self, watchdog: threading.Timer) -> None:
        self._watchdog = watchdog

    def __enter__(self) -> None:
        self._watchdog.start()

    def __exit__(self, *_error: object) -> None:
        self._watchdog.cancel()
