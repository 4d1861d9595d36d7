"""The report against old pages, readers who look for drafts, and strangers who send more than a file."""

import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cycles.annual import versions
from cycles.annual.keeping import write_passage
from cycles.annual.versions import annual_of
from cycles.models import PassageEdit, ReportFile, ReportVersion
from cycles.views import annual as pages
from schools.uploads import FORM_ROOM
from tests.cycles.annual_office import annual_office, another_answer, fresh
from workflows.services import perform


@pytest.fixture
def office(world, edition):
    return annual_office(world, edition)


def test_words_written_beside_numbers_that_changed_meanwhile_are_not_taken_for_new(world, office, signed_in):
    key = f"{office.key}.whole"
    client, url = signed_in(world.colleague), reverse("cycles:passage-edit", args=[office.report.pk, key])
    old = annual_of(fresh(office.report)).passages[key]
    typed = {"what": "write", "text": "มีผู้ตอบ 3 ชุด", "seen": "0"}
    assert f'name="of" value="{old.of}"' in client.get(url).content.decode()
    another_answer(world, office, A1=1)

    refused = client.post(url, typed | {"of": old.of})

    assert refused.status_code == 409
    assert "มีผู้ตอบ 3 ชุด" in refused.content.decode()
    assert not PassageEdit.objects.exists()
    assert client.post(url, typed | {"of": refused.context["one"].of}).status_code == 302


def test_numbers_that_move_while_the_report_is_sent_are_not_those_that_are_kept(world, office, monkeypatch):
    report = fresh(office.report)
    whole = annual_of(report).passages[f"{office.key}.whole"]
    write_passage(report, whole.passage, "มีผู้ตอบ 3 ชุด", by=world.supervisor, seen=0)
    gather, looked = versions.gather, []

    def looking(cycle):
        found = gather(cycle)
        if not looked:
            looked.append(found)
            another_answer(world, office, A1=1)
        return found

    monkeypatch.setattr(versions, "gather", looking)
    perform(fresh(report), "submit", by=world.supervisor)

    kept = ReportVersion.objects.get().content
    assert kept["words"][whole.passage.key] == "มีผู้ตอบ 3 ชุด"
    assert [form["responses"] for form in kept["data"]["forms"]] == [3]


def test_files_of_drafts_are_not_for_who_reads_what_was_sent(world, office, client):
    def made(**values):
        job = ReportFile(report=office.report, kind=ReportFile.WHOLE, says="-", ask=uuid.uuid4(), **values)
        job.status = ReportFile.DONE
        job.file.save("draft.pdf", ContentFile(b"%PDF-1.7"), save=True)
        return reverse("cycles:report-file-download", args=[job.pk])

    draft = made(by=world.supervisor)
    perform(fresh(office.report), "submit", by=world.supervisor)
    sent = made(by=world.supervisor, created_at=timezone.now())

    for person, address, status in (
        (world.clerk, draft, 404), (world.clerk, sent, 200), (world.supervisor, draft, 200), (world.director, draft, 200),
        (world.far_head, sent, 404),
    ):  # fmt: skip
        client.force_login(person)
        answer = client.get(address)
        assert b"".join(answer)  # read to its end
        assert answer.status_code == status, (person, address)


def test_a_stranger_sends_no_more_than_a_report_may_be(world, office, client, monkeypatch):
    report = fresh(office.report)
    for move, person in (("submit", world.supervisor), ("endorse", world.head), ("approve", world.director)):
        perform(report, move, by=person)
    monkeypatch.setattr(pages, "MOST_UPLOADED", 1000)
    url = ReportVersion.objects.get().public_url

    answer = client.post(url, {"file": SimpleUploadedFile("large.pdf", bytes(1001))})
    assert "ไม่เกิน 100 MB" in answer.content.decode()
    answer = client.post(url, {"file": SimpleUploadedFile("huge.pdf", bytes(FORM_ROOM + 2000))})
    assert "ไม่เกิน 100 MB" in answer.content.decode()
    assert "ไม่ตรงกับไฟล์" in client.post(url, {"file": SimpleUploadedFile("other.pdf", b"%PDF")}).content.decode()
    assert client.get(reverse("cycles:verify-report", args=["a\0b"])).status_code == 404
