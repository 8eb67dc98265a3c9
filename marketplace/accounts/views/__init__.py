"""Pages of accounts, one file per noun; importing this package registers them all."""

from marketplace.accounts.views import organisation, password, profile, proposals, registration, sign_in
from marketplace.accounts.views.administration import blueprint as administration
from marketplace.accounts.views.shared import blueprint as accounts

__all__ = ["accounts", "administration", "organisation", "password", "profile", "proposals", "registration", "sign_in"]
