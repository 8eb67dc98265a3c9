"""The client for pages of strangers against a server that does all it should not."""

import ipaddress
import socket
import time
from collections.abc import Iterator

import pytest

from marketplace.core import safe_http
from marketplace.core.safe_http import FetchError, Reason, SafeClient, is_public, read_address
from tests.support.web_server import WebServer, test_client, web_server


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        yield running


def refused(client: SafeClient, address: str, **options: bool) -> Reason:
    with pytest.raises(FetchError) as caught:
        client.fetch("GET", address, **options)
    return caught.value.reason


def test_a_page_is_read_with_our_name_and_nothing_else(server: WebServer) -> None:
    answer = test_client().fetch("GET", f"{server.address}/fine?q=ä", reads_body=True)
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"Gut.", '"eins"')
    assert server.asked == [("GET", "/fine?q=%C3%A4")]
    assert server.seen[0]["user-agent"] == "Blaupause-Test"
    assert server.seen[0]["accept-encoding"] == "identity"
    assert not {"cookie", "authorization", "referer"} & set(server.seen[0])


# Where it may lead


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "0.0.0.1", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "168.63.129.16",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "2002:0a00:0001::1",
        "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "::127.0.0.1", "100::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "193.99.144.80", "2a02:2e0:3fe:1001::1", "::ffff:1.1.1.1"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::ffff:127.0.0.1]"]
)
def test_without_leave_this_machine_is_not_asked(server: WebServer, host: str) -> None:
    """The client as the site has it, with nothing injected."""
    reason = refused(SafeClient("Blaupause", seconds=2.0), f"http://{host}:{server.server_port}/fine")
    assert reason in (Reason.FORBIDDEN, Reason.UNKNOWN_HOST)
    assert server.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "javascript:alert(1)", "//x.org/",
        "http://", "http://name:wort@example.org/", "http://example.org:22/", "http://example.org:99999/",
        "http://example.org:x/", "http://exa mple.org/", "http://example.org/\r\nHost: anders", "http://[::1", "kein",
        "http://example.org\\@anders.org/", "http://" + "a" * 64 + ".org/", "http://example.org/" + "x" * 2000,
    ],
)  # fmt: skip
def test_addresses_that_are_none(address: str) -> None:
    assert refused(test_client(), address) is Reason.BAD_ADDRESS


def test_a_redirect_into_the_own_network_is_not_followed(server: WebServer) -> None:
    """Only the way to the first server is allowed here; each further hop is checked by the same rule."""
    server.away = {
        "metadata": "http://169.254.169.254/latest/",
        "router": "http://192.168.0.1/",
        "mapped": "http://[::ffff:10.0.0.1]/",
        "file": "file:///etc/passwd",
        "port": "http://127.0.0.1:25/",
        "relative": "//10.0.0.1/x",
    }
    for name in server.away:
        reason = refused(test_client(), f"{server.address}/away/{name}")
        assert reason in (Reason.FORBIDDEN, Reason.BAD_ADDRESS), name


def test_a_name_with_one_private_address_is_not_asked_at_its_public_one() -> None:
    client = SafeClient("Blaupause", resolve=lambda _host, _port: ["1.1.1.1", "10.0.0.1"])
    assert refused(client, "http://gemischt.example/") is Reason.FORBIDDEN


def test_the_connection_goes_to_the_address_that_was_checked(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers differently the second time (rebinding) is asked once only."""
    answers = iter([["1.1.1.1"], ["127.0.0.1"]])
    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(safe_http.socket, "create_connection", connect)
    client = SafeClient("Blaupause", resolve=lambda _host, _port: next(answers))
    assert refused(client, f"http://boese.example:{server.server_port}/fine") is Reason.UNREACHABLE
    assert connected == [("1.1.1.1", server.server_port)]
    assert next(answers) == ["127.0.0.1"], "The second answer was never asked for."


def test_every_hop_is_resolved_and_checked(server: WebServer) -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return {"127.0.0.1": ["127.0.0.1"], "intern.example": ["10.0.0.1"]}[host]

    server.away = {"x": "http://intern.example/"}
    assert refused(test_client(resolve=resolve), f"{server.address}/away/x") is Reason.FORBIDDEN
    assert asked == ["127.0.0.1", "intern.example"]


# Redirects


def test_redirects_are_followed_and_told(server: WebServer) -> None:
    answer = test_client().fetch("HEAD", f"{server.address}/to/301/to/308/fine")
    assert (answer.status, answer.address, answer.redirects) == (200, f"{server.address}/fine", (301, 308))
    assert answer.moved_for_good
    assert not test_client().fetch("HEAD", f"{server.address}/to/301/to/302/fine").moved_for_good
    assert not test_client().fetch("HEAD", f"{server.address}/fine").moved_for_good


def test_five_redirects_are_enough(server: WebServer) -> None:
    assert test_client().fetch("GET", f"{server.address}/count/5").status == 200
    assert refused(test_client(), f"{server.address}/count/6") is Reason.TOO_MANY_REDIRECTS
    assert refused(test_client(), f"{server.address}/loop") is Reason.TOO_MANY_REDIRECTS


# Time and size


@pytest.mark.parametrize("page", ["hang", "drip"])
def test_a_server_that_takes_its_time_is_left(server: WebServer, page: str) -> None:
    began = time.monotonic()
    assert refused(test_client(seconds=0.4), f"{server.address}/{page}") is Reason.TIMEOUT
    assert time.monotonic() - began < 3


def test_a_body_without_end_is_cut_off(server: WebServer) -> None:
    assert refused(test_client(max_bytes=200_000), f"{server.address}/endless", reads_body=True) is Reason.TOO_LARGE


def test_who_needs_no_body_reads_none(server: WebServer) -> None:
    assert test_client().fetch("GET", f"{server.address}/endless").status == 200


def test_lies_about_the_length(server: WebServer) -> None:
    assert refused(test_client(), f"{server.address}/lies", reads_body=True) is Reason.PROTOCOL
    assert refused(test_client(), f"{server.address}/announces", reads_body=True) is Reason.TOO_LARGE


@pytest.mark.parametrize("page", ["nonsense", "headers"])
def test_what_is_no_answer(server: WebServer, page: str) -> None:
    assert refused(test_client(), f"{server.address}/{page}") is Reason.PROTOCOL


# Servers that are not there


def test_a_host_that_does_not_exist() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def away(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    assert refused(test_client(resolve=unknown), "http://gibt-es-nicht.example/") is Reason.UNKNOWN_HOST
    assert refused(test_client(resolve=away), "http://gibt-es.example/") is Reason.UNREACHABLE
    assert refused(test_client(resolve=lambda _h, _p: []), "http://leer.example/") is Reason.UNKNOWN_HOST


def test_nobody_listens(server: WebServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert refused(test_client(), f"http://127.0.0.1:{port}/") is Reason.UNREACHABLE


def test_the_next_address_is_tried_where_one_does_not_answer(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, tried = socket.create_connection, []

    def without_ipv6(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(address[0])
        if address[0] == "::1":
            raise OSError("Network is unreachable")
        return connect(address, timeout=timeout)

    monkeypatch.setattr(safe_http.socket, "create_connection", without_ipv6)
    client = test_client(resolve=lambda _host, _port: ["::1", "127.0.0.1"])
    assert client.fetch("GET", f"http://zwei.example:{server.server_port}/fine").status == 200
    assert tried == ["::1", "127.0.0.1"]
    assert server.seen[-1]["host"] == f"zwei.example:{server.server_port}"


def test_a_certificate_must_fit(server: WebServer) -> None:
    """The server speaks no TLS at all."""
    address = f"https://127.0.0.1:{server.server_port}/fine"
    assert refused(test_client(), address) in (Reason.TLS, Reason.PROTOCOL)


def test_names_with_umlauts_and_paths_with_anything() -> None:
    target = read_address("https://münchen.example/straße?x=ü&y=%20")
    assert (target.host, target.port) == ("xn--mnchen-3ya.example", 443)
    assert target.path == "/stra%C3%9Fe?x=%C3%BC&y=%20"
