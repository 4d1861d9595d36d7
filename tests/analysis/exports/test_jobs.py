"""Asking for a file of answers: at once or in the background, once, stopped, begun again, swept up."""

import errno
import hashlib
import threading
import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import RoleAssignment
from analysis.exports import jobs, writing
from analysis.exports.jobs import answer_files, ask_for
from analysis.exports.selection import Selection
from analysis.models import Export
from jobs import making
from jobs.making import FileRefused
from jobs.models import DEAD_AFTER, KEPT
from tests.analysis.exports.reading import content, csv_tables, sheet_rows, workbook
from workflows.models import Notice

IN_BACKGROUND = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def ask(world, every_type, answered):
    """Ask for the one answer there is, as the supervisor unless told otherwise."""
    answered(every_type)

    def asking(*, by=world.supervisor, mark=None, **options):
        chosen = Selection(area=world.area.pk, instrument=every_type.instrument_id, **options)
        return ask_for(chosen, ask=mark or uuid.uuid4(), by=by)

    return asking


@pytest.fixture
def large(monkeypatch, settings):
    """Every file is too large for the request, and a worker would have to write it."""
    monkeypatch.setattr(answer_files, "at_once", 0)
    settings.TASKS = IN_BACKGROUND


def age(export, how_long: timedelta, *fields):
    Export.objects.filter(pk=export.pk).update(**{name: timezone.now() - how_long for name in fields})
    export.refresh_from_db()


# -- Done ----------------------------------------------------------------------------------------------------------


def test_a_small_file_is_ready_at_once(ask):
    export = ask()

    assert (export.status, export.total, export.done) == (Export.DONE, 1, 1)
    assert len(sheet_rows(workbook(content(export)).worksheets[0])) == 1
    assert export.size == export.file.size
    assert export.sha256 == hashlib.sha256(content(export)).hexdigest()
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_large_file_waits_for_the_worker_which_tells_when_it_is_ready(ask, large, world):
    export = ask()
    assert export.status == Export.WAITING
    assert DBTaskResult.objects.count() == 1

    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)

    export.refresh_from_db()
    assert export.status == Export.DONE
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    notice = Notice.objects.get()
    assert (notice.user, notice.url) == (world.supervisor, export.get_absolute_url())
    assert "พร้อมแล้ว" in notice.text


def test_asking_twice_with_one_page_is_asking_once(ask):
    mark = uuid.uuid4()

    first, second = ask(mark=mark), ask(mark=mark)

    assert first == second
    assert Export.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_file(ask):
    mark, found = uuid.uuid4(), []

    def click():
        try:
            found.append(ask(mark=mark).pk)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    assert len(set(found)) == 1
    assert [export.status for export in Export.objects.all()] == [Export.DONE]


def test_a_task_that_runs_twice_writes_once(ask, large):
    export = ask()
    answer_files.run(export.pk, told=True)
    name = Export.objects.get(pk=export.pk).file.name

    answer_files.run(export.pk, told=True)

    assert Export.objects.get(pk=export.pk).file.name == name
    assert Notice.objects.count() == 1


# -- Refused -------------------------------------------------------------------------------------------------------


def test_the_committee_reads_results_and_not_every_answer(ask, world):
    with pytest.raises(PermissionDenied):
        ask(by=world.committee)
    with pytest.raises(PermissionDenied):
        ask(by=world.far_head)
    assert ask(by=world.head).status == Export.DONE


def test_a_file_without_a_single_answer_is_refused_with_a_sentence(ask):
    with pytest.raises(FileRefused, match="ไม่มีชุดคำตอบ"):
        ask(academic_year=2500)

    assert not Export.objects.exists()


def test_a_person_has_a_few_files_under_way_and_no_more(ask, large):
    for _ in range(3):
        ask()

    with pytest.raises(FileRefused, match="ยกเลิก"):
        ask()

    answer_files.cancel(Export.objects.first(), by=Export.objects.first().by)
    assert ask().status == Export.WAITING


def test_what_is_begun_again_counts_as_a_file_under_way(ask, large):
    over = ask()
    answer_files.cancel(over, by=over.by)
    others = [ask() for _ in range(3)]

    with pytest.raises(FileRefused, match="3 ไฟล์"):
        answer_files.try_again(over, by=over.by)
    over.refresh_from_db()
    assert over.status == Export.CANCELLED

    answer_files.try_again(others[0], by=over.by)  # a second click on what is under way is no fourth file
    answer_files.cancel(others[0], by=over.by)
    answer_files.try_again(over, by=over.by)
    assert over.status == Export.WAITING


# -- Stopped -------------------------------------------------------------------------------------------------------


def test_what_is_cancelled_while_it_is_written_is_never_handed_out(ask, large, monkeypatch):
    export = ask()
    monkeypatch.setattr(making, "BEAT", -1)
    write = writing._write

    def write_and_cancel(*args):
        answer_files.cancel(Export.objects.get(pk=export.pk), by=export.by)
        return write(*args)

    monkeypatch.setattr(writing, "_write", write_and_cancel)

    answer_files.run(export.pk, told=True)

    export.refresh_from_db()
    assert (export.status, export.file.name) == (Export.CANCELLED, "")
    assert not Notice.objects.exists()


def test_what_is_cancelled_at_the_last_moment_leaves_no_file(ask, large, monkeypatch):
    export = ask()
    write, saved = jobs.write_answers, []

    def write_then_cancel(*args, **options):
        result = write(*args, **options)
        answer_files.cancel(Export.objects.get(pk=export.pk), by=export.by)
        return result

    save = default_storage.save
    monkeypatch.setattr(jobs, "write_answers", write_then_cancel)
    monkeypatch.setattr(
        type(export.file.storage), "save", lambda self, *a, **k: saved.append(save(*a, **k)) or saved[-1], raising=False
    )

    answer_files.run(export.pk)

    export.refresh_from_db()
    assert (export.status, export.file.name) == (Export.CANCELLED, "")
    assert len(saved) == 1
    assert not default_storage.exists(saved[0])


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "เนื้อที่"),
        (OSError(errno.EIO, "I/O error"), "ขัดข้อง"),
        (ZeroDivisionError(), "ขัดข้อง"),
        (writing.Incomplete("ไม่ครบ"), "ไม่ครบ"),
    ],
)
def test_a_failure_is_said_in_thai_and_nothing_half_is_handed_out(ask, monkeypatch, failure, said):
    def fail(*args, **options):
        raise failure

    monkeypatch.setattr(writing.Reading, "chunks", fail)
    failed = ask()
    monkeypatch.undo()

    assert (failed.status, failed.file.name) == (Export.FAILED, "")
    assert said in failed.message
    answer_files.try_again(failed, by=failed.by)
    failed.refresh_from_db()
    assert (failed.status, failed.message) == (Export.DONE, "")


def test_who_lost_the_right_meanwhile_gets_no_file(ask, large, world):
    export = ask()
    RoleAssignment.objects.filter(user=world.supervisor).delete()

    answer_files.run(export.pk)

    export.refresh_from_db()
    assert (export.status, export.file.name) == (Export.FAILED, "")
    assert "สิทธิ์" in export.message


# -- Workers that die, or are not there ----------------------------------------------------------------------------


def test_what_a_dead_worker_left_is_begun_again_and_given_up_in_the_end(ask, large, django_capture_on_commit_callbacks):
    export = ask()
    Export.objects.update(status=Export.RUNNING, attempt=1)
    assert answer_files.sweep() == (0, 0)
    age(export, 2 * DEAD_AFTER, "beat_at")

    with django_capture_on_commit_callbacks(execute=True):
        assert answer_files.sweep() == (1, 0)

    export.refresh_from_db()
    assert export.status == Export.WAITING
    assert DBTaskResult.objects.count() == 1
    Export.objects.update(status=Export.RUNNING, attempt=3)
    age(export, 2 * DEAD_AFTER, "beat_at")
    assert answer_files.sweep() == (0, 0)
    export.refresh_from_db()
    assert (export.status, "หลายครั้ง" in export.message) == (Export.FAILED, True)


def test_an_attempt_that_wakes_up_late_does_not_disturb_the_next(ask, large, monkeypatch):
    export = ask()
    monkeypatch.setattr(making, "BEAT", -1)
    write = writing._write

    def write_late(*args):
        Export.objects.update(attempt=2)  # meanwhile another worker has begun it anew
        return write(*args)

    monkeypatch.setattr(writing, "_write", write_late)

    answer_files.run(export.pk)

    export.refresh_from_db()
    assert (export.status, export.attempt, export.file.name) == (Export.RUNNING, 2, "")


def test_a_worker_that_is_told_to_end_leaves_its_work_to_the_next(ask, large, monkeypatch):
    export = ask()

    def end(*args, **options):
        raise SystemExit(1)

    monkeypatch.setattr(jobs, "write_answers", end)
    with pytest.raises(SystemExit):
        answer_files.run(export.pk)

    export.refresh_from_db()
    assert export.status == Export.WAITING


def test_where_no_worker_is_there_the_page_says_so_and_offers_to_write_it_now(ask, large, signed_in, world):
    export = ask()
    client = signed_in(world.supervisor)
    assert "db_worker" not in client.get(export.get_absolute_url()).content.decode()
    age(export, timedelta(minutes=1), "created_at", "beat_at")

    page = client.get(export.get_absolute_url()).content.decode()
    answer = client.post(reverse("analysis:export-here", args=[export.pk]), follow=True)

    assert "ตัวทำงานเบื้องหลังยังไม่เปิด" in page
    assert "ทำในหน้านี้ตอนนี้" in page
    assert "ดาวน์โหลด" in answer.content.decode()


def test_a_queue_behind_another_file_is_no_missing_worker(ask, large):
    first, second = ask(), ask()
    age(second, timedelta(minutes=1), "created_at", "beat_at")
    assert second.waits_for_nobody

    Export.objects.filter(pk=first.pk).update(status=Export.RUNNING, beat_at=timezone.now())

    assert not second.waits_for_nobody


def test_what_is_too_large_for_the_page_is_not_written_there(ask, large, monkeypatch):
    export = ask()
    monkeypatch.setattr(answer_files, "in_the_page", 0)

    with pytest.raises(FileRefused, match="ตัวทำงานเบื้องหลัง"):
        answer_files.run_here(export, by=export.by)


def test_files_are_deleted_after_seven_days(ask):
    young, old = ask(), ask()
    name = old.file.name
    age(old, KEPT + timedelta(minutes=1), "finished_at")

    out = StringIO()
    call_command("sweep_files", stdout=out)

    old.refresh_from_db()
    young.refresh_from_db()
    assert out.getvalue() == "re-queued 0, deleted 1\n"
    assert (old.status, old.file.name, young.status) == (Export.GONE, "", Export.DONE)
    assert not default_storage.exists(name)
    assert default_storage.exists(young.file.name)


def test_what_was_deleted_is_written_anew_as_it_was_asked_for(ask, signed_in, world):
    export = ask(keys=True)
    age(export, KEPT + timedelta(minutes=1), "finished_at")
    answer_files.sweep()
    client = signed_in(world.supervisor)
    page = client.get(export.get_absolute_url()).content.decode()

    client.post(reverse("analysis:export-again", args=[export.pk]))

    export.refresh_from_db()
    assert "ทำใหม่ด้วยเงื่อนไขเดิม" in page
    assert (export.status, export.wanted["keys"]) == (Export.DONE, True)
    assert default_storage.exists(export.file.name)


# -- Command line --------------------------------------------------------------------------------------------------


def test_the_command_line_writes_the_same_file(world, every_type, answered, tmp_path):
    answered(every_type)
    out = StringIO()

    call_command(
        "export_answers", "EVERY", out=tmp_path / "a.zip", area=world.area.code, keys=True, values=True,
        since="1 พ.ย. 2569", school=world.school.obec_code, stdout=out,
    )  # fmt: skip

    tables = csv_tables((tmp_path / "a.zip").read_bytes())
    assert [row["A1"] for row in tables["answers"]] == ["9"]
    assert out.getvalue() == "answers: 1 rows\nT: 2 rows\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_the_command_line_leaves_no_half_file(world, every_type, answered, tmp_path, monkeypatch):
    answered(every_type)
    monkeypatch.setattr(writing.Reading, "_read", lambda self, ids: [])

    with pytest.raises(CommandError, match="0 แถว"):
        call_command("export_answers", "EVERY", out=tmp_path / "a.xlsx", area=world.area.code)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong", [{"area": None}, {"code": "NONE"}, {"school": "0000000000"}, {"version_number": 9}, {"group": "ไม่มี"}]
)
def test_the_command_line_says_what_it_does_not_know(world, every_type, tmp_path, wrong):
    options = {"code": "EVERY", "area": world.area.code, "out": tmp_path / "a.xlsx"} | wrong

    with pytest.raises(CommandError, match="[ก-๛]"):
        call_command("export_answers", options.pop("code"), **options)
