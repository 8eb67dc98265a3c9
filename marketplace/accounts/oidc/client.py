"""Speaks to a provider: discovery, address to send people to, code for token, and every check of the token.

The issuer is what the operator configured and may stand in the own network. What it answers is small and quick, or is
not taken; no redirect is followed, so that no answer leads anywhere else.
"""

import time
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Any
from urllib.parse import quote_plus, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from marketplace.accounts.oidc.errors import BadAnswerError, ProviderAwayError
from marketplace.accounts.oidc.flow import Flow
from marketplace.config import OidcProvider
from marketplace.core import clock

TIMEOUT = 5
"""Seconds to wait for the next bytes of an answer."""
DEADLINE = 10
"""Seconds that an answer may take as a whole."""
MAX_BYTES = 256 * 1024
LEEWAY = 60
"""Seconds that two clocks may differ."""
SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures with a key that only the provider has; neither none nor one with a shared secret."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Identity:
    """Who somebody is at a provider; issuer and subject alone say so, name and address are hearsay."""

    issuer: str
    subject: str
    name: str = ""
    mail: str = ""


class _Session(OAuth2Session):
    """Requests that end in time, stay small and go nowhere else."""

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send a request and read the answer, as far as it may go."""
        options |= {"timeout": TIMEOUT, "allow_redirects": False, "stream": True}
        response: requests.Response = super().request(method, url, **options)  # type: ignore[no-untyped-call]
        with response:
            response._content = _read(response)
        return response


def _read(response: requests.Response) -> bytes:
    end, parts, size = time.monotonic() + DEADLINE, [], 0
    for part in response.iter_content(8192):
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise BadAnswerError("answer too long")
        if time.monotonic() > end:
            raise ProviderAwayError("answer too slow")
    return b"".join(parts)


def authorization_address(provider: OidcProvider, flow: Flow, *, return_address: str) -> str:
    """Where to send the browser; raises ProviderAwayError or BadAnswerError."""
    with _session(provider, return_address) as session:
        metadata = _discover(session, provider)
        address, _state = session.create_authorization_url(
            metadata["authorization_endpoint"], state=flow.state, nonce=flow.nonce, code_verifier=flow.verifier
        )
    return str(address)


def fetch_identity(provider: OidcProvider, flow: Flow, code: str, *, return_address: str) -> Identity:
    """Exchange the code for a token and check that; raises ProviderAwayError or BadAnswerError."""
    with _session(provider, return_address) as session:
        metadata = _discover(session, provider)
        token = _fetch_token(session, metadata, code, flow.verifier)
        keys = _get(session, metadata["jwks_uri"])
    return _identity(_check(token, keys, provider, flow))


def _session(provider: OidcProvider, return_address: str) -> Any:
    return _Session(  # type: ignore[no-untyped-call]
        client_id=provider.client_id,
        client_secret=provider.client_secret.get_secret_value(),
        scope=SCOPE,
        redirect_uri=return_address,
        code_challenge_method="S256",
    )


def _discover(session: Any, provider: OidcProvider) -> dict[str, Any]:
    metadata = _get(session, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if metadata.get("issuer") != provider.issuer:
        raise BadAnswerError("discovery names another issuer")
    scheme = urlsplit(provider.issuer).scheme
    for name in _ENDPOINTS:
        address = metadata.get(name)
        if not isinstance(address, str) or not address.startswith((f"{scheme}://", "https://")):
            raise BadAnswerError(f"discovery without a usable {name}")
    return metadata


def _get(session: Any, address: str) -> dict[str, Any]:
    try:
        response = session.request("GET", address, withhold_token=True, headers={"Accept": "application/json"})
        answer = response.json()
    except (JSONDecodeError, RecursionError):
        raise BadAnswerError("no JSON") from None
    except (requests.RequestException, ValueError) as error:
        raise ProviderAwayError(type(error).__name__) from None
    if response.status_code >= 500:
        raise ProviderAwayError(f"status {response.status_code}")
    if response.status_code != 200 or not isinstance(answer, dict):
        raise BadAnswerError(f"status {response.status_code}")
    return answer


def _fetch_token(session: Any, metadata: dict[str, Any], code: str, verifier: str) -> dict[str, Any]:
    try:
        token: dict[str, Any] = session.fetch_token(
            metadata["token_endpoint"],
            auth=_client_authentication(session, metadata),
            grant_type="authorization_code", code=code, code_verifier=verifier,
        )  # fmt: skip
    except requests.HTTPError as error:
        raise ProviderAwayError(f"token endpoint: {error.response.status_code}") from None
    except (requests.ConnectionError, requests.Timeout) as error:
        raise ProviderAwayError(type(error).__name__) from None
    except (AuthlibBaseError, requests.RequestException, ValueError, RecursionError) as error:
        raise BadAnswerError(f"token endpoint: {getattr(error, 'error', type(error).__name__)}") from None
    return token


def _client_authentication(session: Any, metadata: dict[str, Any]) -> Any:
    """The client's own name and secret: in the header, as every provider must take it, or else in the body."""
    methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" not in methods and "client_secret_post" in methods:
        return session.client_auth("client_secret_post")
    # Encoded twice (RFC 6749, 2.3.1): as in a form, then by the library for the header.
    return quote_plus(session.client_id), quote_plus(session.client_secret)


def _check(token: dict[str, Any], keys: dict[str, Any], provider: OidcProvider, flow: Flow) -> CodeIDToken:
    """Signature, issuer, audience, period and nonce of the ID token (OpenID Connect Core, 3.1.3.7)."""
    try:
        decoded = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            params={
                "nonce": flow.nonce, "client_id": provider.client_id, "access_token": token.get("access_token"),
            },
        )  # fmt: skip
        claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
    # Whatever the libraries make of an answer that is nonsense: it is no proof of anything.
    except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadAnswerError(f"token: {getattr(error, 'error', '') or type(error).__name__}") from None
    return claims


def _identity(claims: CodeIDToken) -> Identity:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise BadAnswerError("subject")
    name, mail = (claims.get(key) for key in ("name", "email"))
    return Identity(
        claims["iss"], subject, name if isinstance(name, str) else "", mail if isinstance(mail, str) else ""
    )
