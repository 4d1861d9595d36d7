"""Numbers of a register run from 1 through the calendar year without a gap, whoever takes them and when."""

from datetime import date, datetime
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from accounts.models import User
from correspondence.models import Entry, LetterCode, Register
from correspondence.services.papers import set_code
from correspondence.services.refusals import LetterRefused
from correspondence.services.registers import cancel, correct, enter, stamp
from instruments.files import FileRefused
from schools.models import AreaOffice
from tests.correspondence.papers import a_pdf


def on(*day):
    return time_machine.travel(datetime(*day, 10, tzinfo=ZoneInfo("Asia/Bangkok")), tick=False)


def test_numbers_run_from_one_in_each_register_and_begin_anew_each_calendar_year(world, receive):
    with on(2026, 12, 31):
        taken = [receive(), receive(), receive(kind="out"), receive(kind="circular")]
    with on(2027, 1, 1):
        taken += [receive(), receive(kind="order", subject="แต่งตั้งคณะทำงาน")]

    assert [(entry.register.kind, entry.full_number, entry.day) for entry in taken] == [
        ("in", "1/2569", date(2026, 12, 31)),
        ("in", "2/2569", date(2026, 12, 31)),
        ("out", "1/2569", date(2026, 12, 31)),
        ("circular", "1/2569", date(2026, 12, 31)),
        ("in", "1/2570", date(2027, 1, 1)),
        ("order", "1/2570", date(2027, 1, 1)),
    ]


def test_what_was_written_elsewhere_takes_its_number_here_and_is_called_by_it(world, receive):
    set_code(world.area, by=world.head, code="ศธ 04009")
    with on(2026, 11, 21):
        sent = [receive(kind=kind, ref="") for kind in ("out", "circular", "order")]

    assert [entry.ref for entry in sent] == ["ศธ 04009/1", "ศธ 04009/ว 1", "1/2569"]
    assert sent[0].dated_on == date(2026, 11, 21)


def test_one_page_takes_one_number_however_often_it_is_pressed(world, signed_in):
    client, page = signed_in(world.clerk), reverse("correspondence:entry-create", args=["in"])
    wanted = {"ref": "ศธ 04001/9", "dated_on": "1/11/2569", "sender": "สพฐ.", "subject": "ขอข้อมูล"}
    wanted["ask"] = str(client.get(page).context["ask"])

    first, second = client.post(page, wanted), client.post(page, wanted)
    another = client.post(page, {**wanted, "ask": ""})
    of_the_head = signed_in(world.head).post(page, wanted)

    assert first.url == second.url != another.url
    assert of_the_head.url not in (first.url, another.url)
    assert list(Entry.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_what_goes_out_takes_no_number_before_the_office_has_a_code_and_what_comes_in_does(world, receive):
    LetterCode.objects.all().delete()

    for kind in ("out", "circular"):
        with pytest.raises(LetterRefused, match="กำหนดรหัสหนังสือ"):
            receive(kind=kind, ref="")

    assert [receive(kind=kind).number for kind in ("in", "order")] == [1, 1]
    assert Entry.objects.count() == 2


def test_each_office_has_registers_of_its_own(world, receive):
    receive()

    assert receive(area=world.far_area, by=world.far_head).number == 1


def test_a_number_is_of_today_whatever_day_the_letter_has(world, receive):
    with on(2026, 11, 21):
        entry = receive(dated_on=date(2026, 10, 1))

    assert (entry.day, entry.dated_on) == (date(2026, 11, 21), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"subject": " "}, "โปรดระบุเรื่อง"),
        ({"sender": ""}, "โปรดระบุจาก"),
        ({"secrecy": "top_secret"}, "ลับที่สุด"),
    ],
)
def test_what_is_refused_takes_no_number(world, receive, fields, words):
    with pytest.raises(LetterRefused, match=words):
        receive(**fields)

    assert receive().number == 1


def test_a_file_that_is_no_pdf_takes_no_number(world, receive):
    with pytest.raises(FileRefused, match="PDF"):
        receive(upload=a_picture())

    entry = receive(upload=a_pdf())

    assert (entry.number, entry.file_name) == (1, "หนังสือ.pdf")


def a_picture():
    from tests.supervision.pictures import photograph

    return photograph()


@pytest.mark.parametrize("who", ["supervisor", "director", "far_head", "school_head"])
def test_only_the_clerk_and_the_head_take_numbers(world, receive, who):
    with pytest.raises(LetterRefused, match="เจ้าหน้าที่ธุรการ"):
        receive(by=getattr(world, who))

    assert receive(by=world.head).number == 1


def test_a_cancelled_number_stays_with_its_reason_and_is_not_given_again(world, receive):
    entry = receive()

    cancel(entry, by=world.head, reason="ลงซ้ำ")

    assert [(e.number, e.cancel_reason) for e in Entry.objects.all()] == [(1, "ลงซ้ำ")]
    assert receive().number == 2
    with pytest.raises(LetterRefused, match="ถูกยกเลิกแล้ว"):
        correct(entry, by=world.clerk, subject="เรื่องใหม่")


def test_cancelling_asks_for_a_reason(world, receive):
    entry = receive()

    with pytest.raises(LetterRefused, match="เหตุผล"):
        cancel(entry, by=world.clerk, reason="  ")

    assert not Entry.objects.get().is_cancelled


def test_who_writes_beside_a_number_that_another_has_changed_is_told(world, receive):
    entry = receive()
    seen = stamp(entry)
    correct(entry, by=world.clerk, seen=seen, action="เสนอ ผอ.กลุ่ม")

    with pytest.raises(LetterRefused, match="มีผู้อื่นบันทึก"):
        correct(entry, by=world.head, seen=seen, action="เก็บ")

    assert Entry.objects.get().action == "เสนอ ผอ.กลุ่ม"


def test_twenty_people_at_once_get_twenty_numbers_without_a_gap(transactional_db, world):
    failed, barrier = [], Barrier(20)

    def take(number):
        try:
            area, by = AreaOffice.objects.get(pk=world.area.pk), User.objects.get(pk=world.clerk.pk)
            barrier.wait(20)
            enter(area, "in", by=by, sender="สพฐ.", subject=f"เรื่องที่ {number}")
        except Exception as error:  # noqa: BLE001 -- told below
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=take, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert sorted(Entry.objects.values_list("number", flat=True)) == list(range(1, 21))
    assert Register.objects.get().last == 20
