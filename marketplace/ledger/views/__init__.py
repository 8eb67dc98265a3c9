"""Pages of the ledger."""

from marketplace.ledger.views import costs as _costs  # noqa: F401 -- registers routes
from marketplace.ledger.views import declaring as _declaring  # noqa: F401 -- registers routes
from marketplace.ledger.views import mailed as _mailed  # noqa: F401 -- registers routes
from marketplace.ledger.views import overview as _overview  # noqa: F401 -- registers routes
from marketplace.ledger.views import record as _record  # noqa: F401 -- registers routes
from marketplace.ledger.views.shared import blueprint

__all__ = ["blueprint"]
