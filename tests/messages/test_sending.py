import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlmodel import select

from consortium.core.errors import Unavailable
from consortium.core.later import Task
from consortium.core.work import Works
from consortium.documents.keeping import keep
from consortium.documents.queries import document
from consortium.messages.client import Post, post, put
from consortium.messages.sending import letter_by_key, mark_letter_sent, write_letter
from tests.conftest import NOON, OPERATOR, Clock

TEXT = ("Ämne", "Hej å ä ö\n")


def test_a_letter_is_written_and_queued_once(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        assert write_letter(work, "plan:1:2", "mora@lib.example", TEXT) is not None
        assert write_letter(work, "plan:1:2", "mora@lib.example", TEXT) is None
    with works.reading(OPERATOR) as work:
        assert [task.key for task in work.session.exec(select(Task))] == ["plan:1:2"]


def test_the_first_moment_of_sending_is_kept(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        write_letter(work, "a", "mora@lib.example", TEXT)
    for _ in range(2):
        with works.writing(OPERATOR) as work:
            mark_letter_sent(work, "a")
        clock.forward(hours=1)
    with works.reading(OPERATOR) as work:
        assert letter_by_key(work, "a").sent_at == NOON


def test_a_letter_leaves_as_a_file_that_mail_programs_read(tmp_path: Path) -> None:
    letter = Post("invoice:1", "mora@lib.example", *TEXT, NOON, b"%PDF-1", "faktura-1.pdf")
    path = post(tmp_path, letter)
    assert post(tmp_path, letter) == path  # sent again after a crash: the same file
    assert [file.name for file in tmp_path.iterdir()] == ["invoice-1.eml"]
    read = email.message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    assert (read["To"], read["Subject"]) == ("mora@lib.example", "Ämne")
    body, (attached,) = read.get_body(), list(read.iter_attachments())
    assert body is not None
    assert body.get_content() == "Hej å ä ö\n"
    assert (attached.get_filename(), attached.get_content()) == ("faktura-1.pdf", b"%PDF-1")


def test_a_line_break_in_a_subject_adds_no_header(tmp_path: Path) -> None:
    letter = Post("a", "mora@lib.example", "Hej\nBcc: all@lib.example", "x", NOON)
    with pytest.raises(ValueError, match=r"newline|linefeed"):
        post(tmp_path, letter)


def test_a_folder_that_cannot_be_written_to_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable):
        put(tmp_path / "file" / "below" / "x.xml", b"<a/>")


def test_the_same_bytes_are_one_document(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        first = keep(work, b"abc", "text/plain")
        assert keep(work, b"abc", "text/plain") == first
        assert document(work, first).content == b"abc"
    assert first == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2
