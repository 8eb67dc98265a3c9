"""Who sent a file is given out to that person alone and forgotten with the account; the file stays."""

from sqlmodel import Session

from marketplace.attachments import queries, service
from marketplace.attachments.checking import CheckedFile
from marketplace.attachments.formats import Format
from marketplace.attachments.wording import Words
from marketplace.core import personal_data
from marketplace.core.personal_data import Person
from tests.factories.people import actor_of, add_person


def test_own_uploads_are_given_out_and_forgotten(session: Session) -> None:
    mine, other = add_person("Ich Selbst"), add_person("Jemand Anders")
    set_id = service.create_set()
    for person, content in ((mine, b"a"), (other, b"b")):
        file = CheckedFile(Format.PDF, content)
        service.add_file(set_id, file, f"{person.name}.pdf", Words("Titel"), actor=actor_of(person))
    me = Person(mine.id or 0, mine.mail)
    assert [row["name"] for row in personal_data.export(me)["attachment"]] == ["Ich Selbst.pdf"]
    personal_data.erase(me)
    session.expire_all()
    assert personal_data.export(me)["attachment"] == []
    assert [each.uploaded_by_id for each in queries.list_attachments(set_id)] == [None, other.id]
    assert queries.read_content(queries.list_attachments(set_id)[0]) == b"a"
