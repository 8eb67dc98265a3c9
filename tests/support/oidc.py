"""Providers of OpenID Connect for tests: a real one (npm ``oidc-provider``) and one that lies as it is told."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from marketplace.config import ROOT, OidcProvider
from marketplace.core import clock

CLIENT_ID, CLIENT_SECRET, SLUG, NAME = "blaupause", "nur fuer Tests: !&%", "pruefdienst", "Prüfdienst"
RETURN_PATH = f"/konto/anmelden/mit/{SLUG}/zurueck"


def provider_at(issuer: str) -> OidcProvider:
    """The setting for a provider."""
    return OidcProvider(
        slug=SLUG, name=NAME, issuer=issuer, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET)
    )


def _node() -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    node = shutil.which("node", path=path)
    assert node, "Node fehlt. `make test` legt es in die Umgebung (tools/assets.sh)."
    assert (ROOT / "node_modules" / "oidc-provider").is_dir(), "oidc-provider fehlt. Bitte `npm ci --ignore-scripts`."
    return node


@contextmanager
def running_provider(*sites: str) -> Iterator[str]:
    """Issuer of a real provider in a process of its own, which knows the sites with these addresses."""
    settings = {
        "clientId": CLIENT_ID,
        "clientSecret": CLIENT_SECRET,
        "redirectUris": [site + RETURN_PATH for site in sites],
    }
    process = subprocess.Popen(
        [_node(), str(Path(__file__).with_name("oidc_provider.mjs")), json.dumps(settings)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "NODE_NO_WARNINGS": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        if not line:
            raise AssertionError(f"oidc-provider startet nicht: {process.communicate()[1]}")
        yield json.loads(line)["issuer"]
    finally:
        process.kill()
        process.communicate()


def sign_in_at(address: str, login: str, *, button: str = "in") -> str:
    """Go to the provider as a browser does, sign in there (or break off), and say where it sends the browser back."""
    with requests.Session() as browser:
        # Cookies of the provider hold for its paths; the sign-in form is an address of its own.
        form = browser.get(address, timeout=10)
        assert form.status_code == 200, form.text
        answer = browser.post(form.url, data={"login": login, "do": button}, allow_redirects=False, timeout=10)
        while not urlsplit(answer.headers["Location"]).path.endswith("/zurueck"):
            answer = browser.get(requests.compat.urljoin(answer.url, answer.headers["Location"]),
                                 allow_redirects=False, timeout=10)  # fmt: skip
        return str(answer.headers["Location"])


_KEY = RSAKey.generate_key(2048, {"kid": "eins"})
"""Made once, because that takes a while."""


class Liar:
    """A provider that answers what a test wants. By default all is right."""

    def __init__(self) -> None:
        self.key = _KEY
        self.signing_key = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        """By path: what to do instead of a good answer."""
        self.nonce = ""
        self.tokens: list[dict[str, str]] = []
        """What was sent to the token endpoint."""
        self.issuer = ""

    def answer_to(self, address: str) -> str:
        """Where a browser that is sent to this address is sent back, without anybody being asked."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonce = query["nonce"]
        return f"{query['redirect_uri']}?code=eins&state={query['state']}"

    def token(self) -> dict[str, Any]:
        """The answer of the token endpoint."""
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer, "sub": "erika", "aud": CLIENT_ID, "exp": now + 300, "iat": now, "nonce": self.nonce,
            **self.claims,
        }  # fmt: skip
        header = {"alg": self.algorithm, "kid": "eins"}
        given = {key: value for key, value in claims.items() if value is not None}
        id_token = jwt.encode(header, given, self.signing_key, algorithms=[self.algorithm])
        return {"access_token": "x", "token_type": "Bearer", "id_token": id_token}

    def documents(self) -> dict[str, Any]:
        """Good answers by path."""
        discovery = {
            "issuer": self.issuer,
            **{name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")},
        }
        return {
            "/.well-known/openid-configuration": {**discovery, **self.metadata},
            "/jwks_uri": {"keys": [self.key.as_dict(private=False)]},
            "/token_endpoint": self.token(),
        }


def reply(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    """Send an answer."""
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def running_liar() -> Iterator[Liar]:
    """A lying provider on a free port."""
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            special = liar.answers.get(self.path)
            if special:
                special(self)
            else:
                reply(self, json.dumps(liar.documents()[self.path]).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            liar.tokens.append({name: values[0] for name, values in parse_qs(body).items()})
            self.do_GET()

        def log_message(self, *_parts: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden fields of a page."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html))
