from pathlib import Path

from marketplace.config import ROOT, Settings
from marketplace.site.pages import PAGES, get_page

VALUES = {"betreiber_name": "Amt <b>Süd</b> & *Nord*", "betreiber_mail": "post@amt.example"}


def write_page(folder: Path, body: str) -> None:
    (folder / "ueber.md").write_text(f"---\ntitel: Über uns\nkurz: Kurz gesagt.\n---\n\n{body}\n", encoding="utf-8")


def test_values_of_the_operator_become_neither_html_nor_markdown(tmp_path: Path) -> None:
    write_page(tmp_path, "Betreiber: {{ betreiber_name }}")
    page = get_page(tmp_path, "ueber", VALUES)
    assert "Amt &lt;b&gt;Süd&lt;/b&gt; &amp; *Nord*" in page.html
    assert (page.title, page.summary) == ("Über uns", "Kurz gesagt.")


def test_a_value_can_stand_in_a_link(tmp_path: Path) -> None:
    write_page(tmp_path, "[Schreiben](mailto:{{ betreiber_mail }})")
    assert 'href="mailto:post@amt.example"' in get_page(tmp_path, "ueber", VALUES).html


def test_a_changed_file_shows_at_once(tmp_path: Path) -> None:
    write_page(tmp_path, "Vorher.")
    get_page(tmp_path, "ueber", VALUES)
    write_page(tmp_path, "Nachher, und länger als zuvor.")
    assert "Nachher" in get_page(tmp_path, "ueber", VALUES).html


def test_every_static_page_exists_and_uses_known_placeholders_only() -> None:
    placeholders = Settings(environment="test").page_placeholders
    for name in PAGES:
        assert get_page(ROOT / "content" / "seiten", name, placeholders).html
