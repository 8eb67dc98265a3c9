"""Pages of accounts, one file per noun; importing this package registers them all."""

from marketplace.accounts.mfa import personal_data as _second_factor  # noqa: F401 -- registers the tables
from marketplace.accounts.oidc import personal_data as _identities  # noqa: F401 -- registers the tables
from marketplace.accounts.views import (
    kept,
    oidc,
    organisation,
    password,
    profile,
    proposals,
    registration,
    second_factor,
    sign_in,
)
from marketplace.accounts.views.administration import blueprint as administration
from marketplace.accounts.views.shared import blueprint as accounts

__all__ = [
    "accounts", "administration", "kept", "oidc", "organisation", "password", "profile", "proposals", "registration",
    "second_factor", "sign_in",
]  # fmt: skip
