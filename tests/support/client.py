"""A test client whose pages are checked one by one."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support import page
from tests.support.page import Page


class PageClient(FlaskClient):
    """Every HTML answer, whatever its status, must be a good page."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; check the answer if it is a page."""
        response = super().open(*args, **kwargs)
        readable = response.mimetype == "text/html" and "Content-Encoding" not in response.headers
        if readable and response.status_code not in (301, 302, 303, 304, 308) and response.data:
            page.check_once(response.request.path, response.text)
        return response

    def get_page(self, path: str, *, status: int = 200) -> Page:
        """The parsed page at an address, following redirects; fails on another status."""
        response = self.get(path, follow_redirects=True)
        assert response.status_code == status, f"{path}: Status {response.status_code} statt {status}."
        return page.check(path, response.text)
