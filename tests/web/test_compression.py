import brotli

from tests.support.client import PageClient

BROTLI = {"Accept-Encoding": "gzip, br"}


def test_a_public_page_is_sent_compressed(client: PageClient) -> None:
    plain = client.get("/handlungsfelder")
    packed = client.get("/handlungsfelder", headers=BROTLI)
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert {"Cookie", "Accept-Encoding"} <= set(packed.vary)


def test_who_cannot_unpack_gets_the_plain_page(client: PageClient) -> None:
    assert "Content-Encoding" not in client.get("/handlungsfelder", headers={"Accept-Encoding": "gzip"}).headers
    assert "Content-Encoding" not in client.get("/handlungsfelder", headers={"Accept-Encoding": "br;q=0"}).headers


def test_a_page_with_a_form_token_is_never_compressed(client: PageClient) -> None:
    response = client.get("/konto/anmelden", headers=BROTLI)
    assert response.status_code == 200
    assert "csrf_token" in response.text
    assert "Content-Encoding" not in response.headers


def test_an_unchanged_page_is_not_sent_twice_compressed_or_not(client: PageClient) -> None:
    etag = client.get("/handlungsfelder", headers=BROTLI).headers["ETag"]
    assert client.get("/handlungsfelder", headers={**BROTLI, "If-None-Match": etag}).status_code == 304
