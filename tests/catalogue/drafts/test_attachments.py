"""Files at entries through HTTP: attached, described, reviewed, published, restored, and kept from everybody else."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.app import create_app
from marketplace.attachments import service as attachments
from marketplace.attachments.checking import CheckedFile
from marketplace.attachments.formats import Format
from marketplace.attachments.models import Attachment, AttachmentBlob, AttachmentSet
from marketplace.attachments.quota import MAX_FILES
from marketplace.attachments.service import GRACE, forget_unused
from marketplace.attachments.wording import Words
from marketplace.catalogue.drafts import attaching
from marketplace.catalogue.drafts.attaching import SentFile
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.workflow import act
from marketplace.catalogue.models import Entry
from marketplace.config import Settings
from marketplace.core import clock
from marketplace.core.audit import AuditRecord
from marketplace.core.db import Database
from marketplace.organisations.models import Organisation
from tests.catalogue.drafts.conftest import Browser
from tests.factories.catalogue import add_organisation
from tests.factories.drafts import ALL_TICKED, LOOKED_AT, add_draft
from tests.factories.people import actor_of, add_person, sign_in
from tests.support.client import PageClient
from tests.support.files import image, pdf, photo
from tests.support.forms import fields_of, form_with, send
from tests.support.office import docx_parts, zipped
from tests.support.page import Page, check, text_of
from tests.support.people import new_client

PDF = pdf()
DOCX = zipped(docx_parts())


def chosen(content: bytes, name: str = "Bericht.pdf") -> dict[str, Any]:
    """A file as somebody chooses it in a form."""
    return {"datei": [(io.BytesIO(content), name)]}


@dataclass
class Desk:
    """An author in the editor of a complete draft."""

    client: PageClient
    address: str
    database: Database
    public_id: str
    said: dict[str, Any] = field(default_factory=lambda: {"titel": "Bericht", "rechte": "ja"})

    @property
    def page(self) -> Page:
        return self.client.get_page(f"{self.address}/anlagen")

    def attach(self, content: bytes, name: str = "Bericht.pdf", **said: Any) -> TestResponse:
        fields = dict(fields_of(form_with(self.page, "Datei anhängen")).items()) | self.said | said
        return self.post(fields, content, name.encode())

    def post(self, fields: dict[str, str], content: bytes, name: bytes) -> TestResponse:
        """Send a file byte by byte as given: the client of the library would mend names and leave files open."""
        body = b"".join(
            b'--x1\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (key.encode(), value.encode())
            for key, value in fields.items()
        )
        body += b'--x1\r\nContent-Disposition: form-data; name="datei"; filename="%b"\r\n\r\n' % name
        body += content + b"\r\n--x1--\r\n"
        kind = "multipart/form-data; boundary=x1"
        return self.client.post(f"{self.address}/anlagen", data=body, content_type=kind)

    def files(self) -> list[Attachment]:
        with self.database.reading() as session:
            return list(session.exec(sa.select(Attachment).order_by(Attachment.set_id, Attachment.position)).scalars())

    def edit_page(self, file: Attachment) -> Page:
        return self.client.get_page(f"{self.address}/anlagen/{file.digest}/bearbeiten")

    def publish(self, guide: PageClient) -> str:
        """Hand the draft in and let the guide publish it; returns the address of the entry."""
        assert send(self.client, self.client.get_page(self.address), "Zur Prüfung einreichen").status_code == 303
        review = guide.get_page(f"/pruefung/{self.public_id}")
        assert send(guide, review, "Veröffentlichen", ALL_TICKED).status_code == 303
        with self.database.reading() as session:
            return "/projekte/" + session.execute(sa.select(Entry.slug).order_by(Entry.id.desc())).scalars().first()


@pytest.fixture
def desk(browser: Browser, author: Account, town: Organisation, database: Database) -> Desk:
    with database.unit_of_work():
        draft = add_draft(author, town)
    return Desk(browser(author), f"/entwuerfe/{draft.public_id}", database, draft.public_id)


def test_from_the_file_field_to_the_public_page(
    desk: Desk, browser: Browser, guide: Account, client: PageClient
) -> None:
    assert "Anlagen Freiwillig, noch leer" in text_of(desk.client.get_page(desk.address).one("main"))
    response = desk.attach(PDF, "Bürgerhaus – Größe.pdf", beschreibung="Zum Anpassen.")
    assert response.status_code == 303
    desk.attach(photo(), "IMG_1.jpg", titel="Pegel", alternativtext="Ein Sensor an der Brücke")
    assert "2 Dateien" in desk.client.get_page(desk.address).text
    lotse = browser(guide)
    review = f"/pruefung/{desk.public_id}"
    send(desk.client, desk.client.get_page(desk.address), "Zur Prüfung einreichen")
    seen = lotse.get_page(review)
    assert lotse.get(seen.link("Bericht (PDF-Dokument")).data == PDF
    send(lotse, seen, "Veröffentlichen", ALL_TICKED)
    with desk.database.reading() as session:
        slug = session.execute(sa.select(Entry.slug)).scalar_one()
    page = client.get_page(f"/projekte/{slug}")
    assert "Bericht (PDF-Dokument, 1 KB)" in page.text
    assert "Zum Anpassen." in page.text
    (picture,) = page.all("img")
    assert picture.get("alt") == "Ein Sensor an der Brücke"
    assert (picture.get("width"), picture.get("height"), picture.get("loading")) == ("30", "40", "lazy")
    answer = client.get(page.link("Bericht"))
    assert answer.data == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "B%C3%BCrgerhaus%20%E2%80%93%20Gr%C3%B6%C3%9Fe.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "immutable" in answer.headers["Cache-Control"]
    again = client.get(page.link("Bericht"), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    shown = client.get(picture.get("src") or "")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert b"Geheimkamera" not in shown.data


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "bild.png", "als PNG"),
        (b"MZ" + b"\0" * 500, "bericht.pdf", "zählt der Inhalt"),
        (zipped(docx_parts() | {"word/a.xml": b" " * 90_000_000}), "bericht.docx", "entpackt größer"),
        (zipped(docx_parts() | {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "b.docx", "Makros"),
        (pdf(password="geheim"), "bericht.pdf", "Kennwort"),
        (PDF[: len(PDF) // 2], "bericht.pdf", "beschädigt"),
        (PDF + DOCX, "bericht.pdf", "beschädigt"),
        (b"", "leer.pdf", "leer"),
        (PDF + b"\0" * (10 * 1024 * 1024), "gross.pdf", "größer als 10 MB"),
    ],
)
def test_a_refused_file_is_explained_and_what_was_typed_is_kept(
    desk: Desk, content: bytes, name: str, sentence: str
) -> None:
    response = desk.attach(content, name, titel="Mein Titel", beschreibung="Meine Worte", alternativtext="Ein Bild")
    assert response.status_code == 422
    assert sentence in response.text
    again = fields_of(
        form_with(Page.parse(response) if hasattr(Page, "parse") else checked(response), "Datei anhängen")
    )
    assert (again["titel"], again["beschreibung"].strip(), again["alternativtext"].strip(), again["rechte"]) == (
        "Mein Titel", "Meine Worte", "Ein Bild", "ja",
    )  # fmt: skip
    assert desk.files() == []
    with desk.database.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(AttachmentBlob)).scalar_one() == 0


def checked(response: TestResponse) -> Page:
    """The page of an answer."""
    return check(response.request.path, response.text)


def test_no_file_chosen_is_said_at_the_field(desk: Desk) -> None:
    response = send(desk.client, desk.page, "Datei anhängen", {"titel": "Mein Titel"})
    assert response.status_code == 422
    assert "Bitte wählen Sie eine Datei aus." in response.text
    assert "Mein Titel" in response.text


def test_more_than_the_site_reads_at_all_gets_a_page(desk: Desk) -> None:
    response = desk.client.post(
        f"{desk.address}/anlagen", data=b"x", content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": str(60 * 1024 * 1024)}, environ_overrides={"CONTENT_LENGTH": str(60 * 1024 * 1024)},
    )  # fmt: skip
    assert response.status_code == 413
    assert "zu viel auf einmal" in response.text


def test_an_image_without_a_description_is_kept_but_cannot_be_submitted(desk: Desk) -> None:
    response = desk.attach(image(), "bild.png", titel="", rechte="")
    (file,) = desk.files()
    assert file.digest in response.location
    page = desk.client.get_page(response.location)
    assert "was auf dem Bild zu sehen ist" in page.text
    assert "dass Sie die Datei veröffentlichen dürfen" in page.text
    overview = desk.client.get_page(desk.address)
    assert "Anlagen Bitte prüfen" in overview.text
    assert "Zur Prüfung einreichen" not in overview.text
    token = fields_of(form_with(page, "Entfernen"))["csrf_token"]
    refused = desk.client.post(f"{desk.address}/einreichen", data={"csrf_token": token})
    assert "Bei den Anlagen fehlt noch etwas" in refused.text
    send(desk.client, page, "Speichern", {"alternativtext": "Rot und blau", "rechte": "ja"})
    assert "Zur Prüfung einreichen" in desk.client.get_page(desk.address).text


def test_a_title_of_a_megabyte_is_kept_and_marked(desk: Desk) -> None:
    response = desk.attach(PDF, titel="x" * 1_000_000)
    assert response.status_code == 303
    page = desk.client.get_page(response.location)
    assert "höchstens 140 Zeichen" in page.text
    assert "Bitte prüfen" in desk.client.get_page(desk.address).text


def test_half_characters_and_line_breaks_in_names_do_no_harm(desk: Desk) -> None:
    fields = dict(fields_of(form_with(desk.page, "Datei anhängen")).items())
    fields |= {"titel": "T", "rechte": "ja", "beschreibung": "a\0b"}
    # Half a character in the name of a file: no browser sends that, and the library reads nothing of such a form.
    assert desk.post(fields, PDF, b"b\xed\xa0\x80ericht.pdf").status_code == 400
    response = desk.post(fields, PDF, b"b\x00\x1b\tericht\xe2\x80\xae.pdf")
    assert response.status_code == 303, response.text
    (file,) = desk.files()
    assert file.name.isprintable()
    assert "ericht" in file.name
    assert file.description == "ab"
    header = desk.client.get(f"{desk.address}/anlagen/{file.digest}").headers["Content-Disposition"]
    assert header.isascii()
    assert header.isprintable()


def test_the_same_file_twice_is_there_once(desk: Desk) -> None:
    desk.attach(PDF)
    desk.attach(PDF, "Anders.pdf")
    assert len(desk.files()) == 1


def test_two_who_send_at_the_same_moment_store_once(desk: Desk, browser: Browser, colleague: Account) -> None:
    desk.attach(DOCX, "schon-da.docx", titel="Schon da")
    clients = [desk.client, browser(colleague)] * 2
    forms = [fields_of(form_with(c.get_page(f"{desk.address}/anlagen"), "Datei anhängen")) for c in clients]

    def upload(number: int) -> int:
        data = {**forms[number], "titel": "Bericht", "rechte": "ja", "datei": (io.BytesIO(PDF), f"{number}.pdf")}
        return clients[number].application.test_client(use_cookies=False).post(
            f"{desk.address}/anlagen", data=data, headers={"Cookie": cookie_of(clients[number])}
        ).status_code  # fmt: skip

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(upload, range(4))) == {303}
    assert sorted(file.format for file in desk.files()) == ["docx", "pdf"]
    with desk.database.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(AttachmentBlob)).scalar_one() == 2


def cookie_of(client: PageClient) -> str:
    name = client.application.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    return f"{name}={cookie.value}"


def test_different_files_at_the_same_moment_are_all_kept(desk: Desk) -> None:
    form, cookie = fields_of(form_with(desk.page, "Datei anhängen")), cookie_of(desk.client)

    def upload(number: int) -> int:
        data = {**form, "titel": "x", "rechte": "ja", "datei": (io.BytesIO(zipped(docx_parts(str(number)))), "a.docx")}
        client = desk.client.application.test_client(use_cookies=False)
        return client.post(f"{desk.address}/anlagen", data=data, headers={"Cookie": cookie}).status_code

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(upload, range(3))) == {303}
    assert sorted(file.position for file in desk.files()) == [1, 2, 3]


def test_order_replacement_and_removal(desk: Desk) -> None:
    for number in range(3):
        desk.attach(zipped(docx_parts(str(number))), titel=f"Nr. {number}")
    first = desk.files()[0]
    send(desk.client, desk.page, "Nach unten")
    assert [file.title for file in desk.files()] == ["Nr. 1", "Nr. 0", "Nr. 2"]
    response = send(desk.client, desk.edit_page(first), "Speichern", {"titel": "Neu", **chosen(PDF, "neu.pdf")})
    assert response.status_code == 303
    assert [(file.title, file.format) for file in desk.files()] == [
        ("Nr. 1", "docx"),
        ("Neu", "pdf"),
        ("Nr. 2", "docx"),
    ]
    page = desk.edit_page(desk.files()[0])
    assert send(desk.client, page, "Entfernen").status_code == 303
    assert send(desk.client, page, "Entfernen").status_code == 303
    assert [file.title for file in desk.files()] == ["Neu", "Nr. 2"]


def test_a_refused_replacement_keeps_file_and_words(desk: Desk) -> None:
    desk.attach(PDF)
    (file,) = desk.files()
    response = send(desk.client, desk.edit_page(file), "Speichern", {"titel": "Getippt", **chosen(b"MZ\0", "x.pdf")})
    assert response.status_code == 422
    assert "Getippt" in response.text
    assert desk.files() == [file]


def test_two_who_describe_a_file_do_not_overwrite_each_other(desk: Desk, browser: Browser, colleague: Account) -> None:
    desk.attach(PDF)
    (file,) = desk.files()
    mine = desk.edit_page(file)
    other = browser(colleague)
    theirs = other.get_page(mine.path)
    assert send(other, theirs, "Speichern", {"titel": "Titel der Kollegin"}).status_code == 303
    response = send(desk.client, mine, "Speichern", {"titel": "Mein Titel"})
    assert response.status_code == 422
    assert "Titel der Kollegin" in response.text
    assert 'value="Mein Titel"' in response.text
    assert desk.files()[0].title == "Titel der Kollegin"
    assert send(desk.client, checked(response), "Speichern").status_code == 303
    assert desk.files()[0].title == "Mein Titel"


def test_more_than_twenty_files_find_no_room(desk: Desk, author: Account, database: Database) -> None:
    desk.attach(PDF)
    late = desk.page
    with database.unit_of_work() as session:
        set_id = session.execute(sa.select(Draft.attachment_set_id)).scalar_one()
        for number in range(MAX_FILES - 1):
            file = CheckedFile(Format.DOCX, b"%d" % number)
            attachments.add_file(set_id, file, "a.docx", Words(rights=True), actor=actor_of(author))
    assert "Mehr als 20 Anlagen gehen nicht" in desk.page.text
    response = send(desk.client, late, "Datei anhängen", {**desk.said, **chosen(DOCX, "b.docx")})
    assert response.status_code == 422
    assert "Mehr als 20 Anlagen gehen nicht" in response.text
    assert len(desk.files()) == MAX_FILES


def test_the_next_version_leaves_the_public_one_alone_until_it_is_approved(
    desk: Desk, browser: Browser, guide: Account, client: PageClient
) -> None:
    desk.attach(PDF, titel="Alt")
    lotse = browser(guide)
    address = desk.publish(lotse)
    slug = address.rpartition("/")[2]
    old = client.get_page(address).link("Alt")
    versions = desk.client.get_page(f"/eintraege/{slug}/versionen")
    response = send(desk.client, versions, "Bearbeiten")
    desk.address, desk.public_id = response.location, response.location.rpartition("/")[2]
    send(desk.client, desk.client.get_page(desk.page.link("Bearbeiten")), "Entfernen")
    desk.attach(DOCX, "neu.docx", titel="Neu")
    assert "Alt (PDF" in client.get_page(address).text
    assert "Neu (Word" not in client.get_page(address).text
    assert client.get(old).data == PDF
    desk.publish(lotse)
    assert "Neu (Word" in client.get_page(address).text
    assert "Alt (PDF" not in client.get_page(address).text
    assert client.get_page(old, status=410)
    history = desk.client.get_page(f"/eintraege/{slug}/versionen")
    assert "Anlagen" in [text_of(term) for term in history.all("dt")]
    assert "[gestrichen:] Alt" in history.text
    assert "[neu:] Neu" in history.text
    with desk.database.unit_of_work(), clock.stopped_at(clock.now() + 2 * GRACE):
        forget_unused()
        forget_unused()
    restored = send(desk.client, history, "Als Entwurf")
    assert restored.status_code == 303
    page = desk.client.get_page(f"{restored.location}/anlagen")
    assert desk.client.get(page.link("Alt")).data == PDF
    first = desk.client.get_page(f"/eintraege/{slug}/versionen?von=1&bis=1")
    assert desk.client.get(first.link("Alt (PDF")).data == PDF


def test_a_withdrawn_entry_takes_its_files_along(
    desk: Desk, browser: Browser, guide: Account, client: PageClient
) -> None:
    desk.attach(PDF)
    address = desk.publish(browser(guide))
    file = client.get_page(address).link("Bericht")
    page = desk.client.get_page(f"/eintraege/{address.rpartition('/')[2]}/versionen")
    send(desk.client, page, "Archivieren", {"grund": "Alt"})
    assert client.get(file).status_code == 200
    page = desk.client.get_page(f"/eintraege/{address.rpartition('/')[2]}/versionen")
    send(desk.client, page, "Zurückziehen", {"grund": "Falsch"})
    assert client.get_page(file, status=410)


def test_files_of_a_draft_are_for_those_who_write_and_decide(  # noqa: PLR0917 -- everybody who may come along
    desk: Desk, browser: Browser, guide: Account, colleague: Account, client: PageClient, database: Database
) -> None:
    desk.attach(PDF)
    (file,) = desk.files()
    address = f"{desk.address}/anlagen/{file.digest}"
    with database.unit_of_work():
        stranger, pending = add_person("Fremde Person"), add_person("Wartende Person", pending_in=None)
        neighbour = add_person("Nachbar Person", member_of=add_organisation("09572111", "Aurachtal"))
        far_guide = add_person("Ferne Lotsin", remits=(("01", ""),))
        admin = add_person("Verwaltende Person", is_site_admin=True)
    for person in (colleague, guide, admin):
        answer = browser(person).get(address)
        assert (answer.status_code, answer.data) == (200, PDF), person.name
        assert "no-store" in answer.headers["Cache-Control"]
    for person in (stranger, pending, neighbour, far_guide):
        answer = browser(person).get(address)
        assert answer.status_code == 403, person.name
        assert b"%PDF" not in answer.data
    assert client.get(address).status_code == 303
    assert browser(guide).get(f"{desk.address}/anlagen").status_code == 403


def test_an_address_gives_only_files_of_its_own_thing(  # noqa: PLR0917 -- everybody who may come along
    app: Flask, desk: Desk, guide: Account, author: Account, town: Organisation, client: PageClient, database: Database,
) -> None:  # fmt: skip
    """Who knows the checksum of a file does not get it through a draft or entry that does not have it."""
    desk.attach(PDF)
    secret = desk.files()[0].digest
    with app.test_request_context(), database.unit_of_work():
        other = add_draft(author, town, titel="Ein anderer")
        actor = actor_of(author)
        attaching.attach_file(other, SentFile("a.docx", DOCX), Words("Offen", rights=True), actor=actor)
        act("draft.submit", other, actor=actor)
        act("draft.approve", other, actor=actor_of(guide), review=LOOKED_AT)
    with database.reading() as session:
        slug = session.execute(sa.select(Entry.slug)).scalar_one()
    assert client.get(f"/anlagen/{slug}/{secret}").status_code == 404
    assert desk.client.get(f"/entwuerfe/{other.public_id}/anlagen/{secret}").status_code == 404
    assert desk.client.get(f"/eintraege/{slug}/versionen/1/anlagen/{secret}").status_code == 404
    for wrong in ("x", "0" * 64, secret[:32], secret.upper()):
        assert client.get(f"/anlagen/{slug}/{wrong}").status_code == 404
    assert client.get(f"/anlagen/gibt-es-nicht/{secret}").status_code == 404


def test_without_an_organisation_nobody_fills_the_disk(browser: Browser, database: Database) -> None:
    with database.unit_of_work():
        stranger = add_person("Fremde Person")
        draft = add_draft(stranger, None)
    desk = Desk(browser(stranger), f"/entwuerfe/{draft.public_id}", database, draft.public_id)
    assert "sobald der Entwurf zu einer Organisation gehört" in desk.page.text
    seal = fields_of(form_with(desk.client.get_page(f"{desk.address}/text"), "Speichern"))["absender"]
    data = {"absender": seal, "datei": (io.BytesIO(PDF), "a.pdf")}
    assert desk.client.post(f"{desk.address}/anlagen", data=data).status_code == 403
    assert desk.files() == []


def test_a_form_that_is_not_genuine_changes_nothing(desk: Desk, browser: Browser, colleague: Account) -> None:
    theirs = fields_of(form_with(browser(colleague).get_page(f"{desk.address}/anlagen"), "Datei anhängen"))
    for seal in ("", "falsch", theirs["absender"]):
        data = {"absender": seal, "datei": (io.BytesIO(PDF), "a.pdf")}
        assert desk.client.post(f"{desk.address}/anlagen", data=data).status_code == 400
    assert desk.files() == []


def test_a_draft_in_review_keeps_its_files(desk: Desk) -> None:
    desk.attach(PDF)
    (file,) = desk.files()
    page, edit = desk.page, desk.edit_page(file)
    send(desk.client, desk.client.get_page(desk.address), "Zur Prüfung einreichen")
    answer = send(desk.client, page, "Datei anhängen", {**desk.said, **chosen(DOCX, "b.docx")})
    assert "kann gerade nicht geändert werden" in answer.text
    assert "kann gerade nicht geändert werden" in send(desk.client, edit, "Entfernen").text
    assert desk.files() == [file]
    assert desk.client.get(f"{desk.address}/anlagen").status_code == 303


def test_a_reviewer_does_not_publish_a_file_that_was_not_seen(desk: Desk, browser: Browser, guide: Account) -> None:
    lotse = browser(guide)
    send(desk.client, desk.client.get_page(desk.address), "Zur Prüfung einreichen")
    seen = lotse.get_page(f"/pruefung/{desk.public_id}")
    send(desk.client, desk.client.get_page(desk.address), "Zurückholen")
    desk.attach(PDF)
    send(desk.client, desk.client.get_page(desk.address), "Zur Prüfung einreichen")
    assert "inzwischen geändert" in send(lotse, seen, "Veröffentlichen", ALL_TICKED).text


def test_every_step_is_recorded_without_names(desk: Desk) -> None:
    desk.attach(PDF)
    (file,) = desk.files()
    send(desk.client, desk.edit_page(file), "Speichern", chosen(DOCX, "b.docx"))
    send(desk.client, desk.edit_page(desk.files()[0]), "Entfernen")
    with desk.database.reading() as session:
        rows = session.execute(sa.select(AuditRecord).where(AuditRecord.action.like("draft.file%"))).scalars().all()
    assert [row.action for row in rows] == ["draft.file_attached", "draft.file_replaced", "draft.file_removed"]
    assert rows[0].facts == {"digest": file.digest, "format": "pdf", "size": len(PDF)}


def test_a_discarded_draft_leaves_no_file_behind(desk: Desk) -> None:
    desk.attach(PDF)
    send(desk.client, desk.client.get_page(f"{desk.address}/verwerfen"), "Löschen")
    with desk.database.unit_of_work():
        assert forget_unused() == 0
    assert desk.files() == []
    with desk.database.unit_of_work(), clock.stopped_at(clock.now() + GRACE):
        assert forget_unused() == 1
    with desk.database.reading() as session:
        for model in (AttachmentBlob, AttachmentSet):
            assert session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one() == 0


def test_uploads_are_limited_per_account(settings: Settings, database: Database, town: Organisation) -> None:
    limited = create_app(settings.model_copy(update={"rate_limits_enabled": True, "upload_rate_limit": "1 per hour"}))
    desks = []
    with limited.app_context(), database.unit_of_work():
        for name in ("Autorin Acht", "Autor Neun"):
            person = add_person(name, member_of=town)
            draft = add_draft(person, town, titel=name)
            client = new_client(limited)
            sign_in(client, person)
            desks.append(Desk(client, f"/entwuerfe/{draft.public_id}", database, draft.public_id))
    assert desks[0].attach(PDF).status_code == 303
    assert desks[0].attach(DOCX).status_code == 429
    assert desks[1].attach(PDF).status_code == 303
    limited.extensions["database"].engine.dispose()
