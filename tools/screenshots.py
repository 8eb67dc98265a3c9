"""Pictures of every type of page at three widths, light and dark, to look at. Run with ``make screenshots``."""

import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from marketplace.app import create_app
from marketplace.config import ROOT, Settings
from marketplace.site.cli import prepare
from tests.browser.conftest import QUIET, chromium
from tests.browser.test_pages import ERROR_PAGES, PAGES

TARGET = ROOT / "instance" / "screenshots"
WINDOWS = [(360, 740), (768, 1024), (1280, 900)]


def main(arguments: list[str]) -> int:
    """Take the pictures of all pages, or of those whose address contains one of the arguments."""
    TARGET.mkdir(parents=True, exist_ok=True)
    paths = [path for path in PAGES + ERROR_PAGES if not arguments or any(part in path for part in arguments)]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            environment="development",
            database_url=f"sqlite:///{folder}/site.db",
            search_directory=Path(folder) / "search",
            rate_limits_enabled=False,
        )
        app = create_app(settings)
        prepare(app)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        take(f"http://127.0.0.1:{server.server_port}", paths)
        server.shutdown()
    return 0


def take(url: str, paths: list[str]) -> None:
    """One picture for each page, width and colour scheme."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for width, height in WINDOWS:
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
                page = context.new_page()
                for path in paths:
                    page.goto(url + path)
                    name = path.strip("/").replace("/", "_").replace("?", "_").replace("&", "_") or "start"
                    file = TARGET / f"{name}-{width}-{scheme}.png"
                    page.screenshot(path=file, full_page=True)
                    print(file.relative_to(ROOT))
                context.close()
        browser.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
