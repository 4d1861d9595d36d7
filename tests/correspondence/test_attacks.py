"""What is secret stays so for administrators too; old pages, broken and lost files harm nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from correspondence.models import Entry, Paper
from correspondence.services.papers import submit, update_paper
from correspondence.services.registers import ATTACHMENT_BYTES
from schools.uploads import FORM_ROOM
from tests.correspondence.papers import a_pdf
from tests.supervision.factories import make_user
from workflows.models import Notice, TransitionLog
from workflows.services import perform


@pytest.fixture
def secret_and_open(write):
    return write(secrecy="secret", subject="สอบสวนวินัย"), write(subject="ประชุมประจำเดือน")


def test_administrators_find_secret_papers_and_reasons_nowhere(
    world, client, receive, secret_and_open, django_capture_on_commit_callbacks
):
    secret, plain = secret_and_open
    letter = receive(secrecy="secret", subject="สอบสวนวินัย")
    with django_capture_on_commit_callbacks(execute=True):
        for paper in secret_and_open:
            submit(paper, by=world.supervisor)
            perform(paper, "return", by=world.head, reason=f"แก้ชื่อใน{paper.subject}")
    client.force_login(make_user("ผู้ดูแล", is_staff=True, is_superuser=True))

    for record, kind in ((secret, "paper"), (letter, "entry")):
        for page in ("change", "history", f"history/{record.history.first().history_id}"):
            answer = client.get(f"/admin/correspondence/{kind}/{record.pk}/{page}/", follow=True)
            assert "สอบสวนวินัย" not in answer.content.decode(), page
    assert client.get(f"/admin/correspondence/paper/{plain.pk}/history/").status_code == 200
    for paper, shown in ((secret, False), (plain, True)):
        log = TransitionLog.objects.get(object_id=paper.pk, action="return")
        page = client.get(f"/admin/workflows/transitionlog/{log.pk}/change/").content.decode()
        assert ("แก้ชื่อใน" in page) is shown
    told = " ".join(Notice.objects.values_list("text", flat=True))
    assert "ประชุมประจำเดือน" in told
    assert "สอบสวน" not in told


def test_words_that_changed_since_the_page_was_made_are_not_sent_along_the_chain(world, client, write):
    paper = write()
    client.force_login(world.supervisor)
    page = client.get(paper.get_absolute_url()).context["paper"]
    update_paper(Paper.objects.get(pk=paper.pk), by=world.clerk, body="ข้อความที่ผู้จัดทำยังไม่เห็น")

    url, sent = f"/correspondence/papers/{paper.pk}/submit/", {"revision": page.revision, "version": page.version}
    assert "โปรดอ่านข้อความล่าสุด" in client.post(url, sent, follow=True).content.decode()
    assert Paper.objects.get(pk=paper.pk).state == "draft"
    client.post(url, sent | {"version": page.version + 1})
    assert Paper.objects.get(pk=paper.pk).state == "routing"


def test_a_file_that_is_too_large_is_refused_whatever_comes_with_it(world, client, write, sign):
    paper = sign(write())
    client.force_login(world.clerk)
    for url in ("/correspondence/registers/in/new/", f"/correspondence/entries/{paper.entry_id}/edit/"):
        large = SimpleUploadedFile("ใหญ่.pdf", b"%PDF-" + bytes(ATTACHMENT_BYTES + FORM_ROOM))
        answer = client.post(url, {"upload": large})
        assert answer.status_code == 422
        assert "ใหญ่เกิน 10 MB" in answer.content.decode()


def test_a_letter_that_the_store_has_lost_is_not_there(world, client, receive):
    letter = receive(upload=a_pdf())
    letter = Entry.objects.get(pk=letter.pk)
    letter.file.storage.delete(letter.file.name)
    client.force_login(world.clerk)

    assert client.get(f"/correspondence/entries/{letter.pk}/letter.pdf").status_code == 404
