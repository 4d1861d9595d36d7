"""A paper goes along its chain, is signed under the next number of its register, and is then never changed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from accounts.models import User
from correspondence import committees
from correspondence.models import Entry, LetterCode, Paper
from correspondence.services.papers import create_paper, decide, set_code, submit, update_paper
from correspondence.services.refusals import LetterRefused
from correspondence.services.registers import cancel, correct
from tests.supervision.factories import assign
from workflows.services import NotAllowedError, TransitionError, perform


def test_a_memo_goes_from_its_maker_by_the_head_to_the_director_and_gets_its_number_last(world, write):
    paper = write()
    submit(paper, by=world.supervisor)
    decide(paper, by=world.head, word="เห็นควรอนุมัติ", text="มอบงานธุรการ")

    assert not Entry.objects.exists()

    log = decide(paper, by=world.director, word="อนุมัติ")

    entry = Entry.objects.get()
    assert (paper.state, paper.number, paper.day, entry.register.kind) == ("signed", "ศธ 04009/1", entry.day, "out")
    assert (entry.subject, entry.to) == ("ขออนุญาตไปราชการ", "ผู้อำนวยการ")
    assert log.digest == paper.content_digest()


@pytest.mark.parametrize("kind", ["memo", "letter", "circular"])
def test_no_number_is_taken_that_would_have_no_code_before_it(world, write, sign, kind):
    LetterCode.objects.all().delete()
    paper = write(kind)

    with pytest.raises(TransitionError, match="กำหนดรหัสหนังสือ"):
        submit(paper, by=world.supervisor)

    set_code(world.area, by=world.clerk, code="ศธ 04001")
    assert sign(paper).number.startswith("ศธ 04001/")


def test_a_code_taken_away_on_the_way_stops_the_last_word_and_no_number_is_lost(world, write, sign):
    paper = write()
    submit(paper, by=world.supervisor)
    decide(paper, by=world.head, word="เห็นควรอนุมัติ")
    LetterCode.objects.all().delete()

    with pytest.raises(TransitionError, match="กำหนดรหัสหนังสือ"):
        decide(paper, by=world.director, word="อนุมัติ")

    assert not Entry.objects.exists()


def test_orders_and_announcements_need_no_code(write, sign):
    LetterCode.objects.all().delete()

    assert [sign(write(kind)).number for kind in ("order", "announcement")] == ["1/2569", "1/2569"]


@pytest.mark.parametrize(
    ("kind", "register", "number"),
    [
        ("memo", "out", "ศธ 04009/1"),
        ("letter", "out", "ศธ 04009/1"),
        ("circular", "circular", "ศธ 04009/ว 1"),
        ("order", "order", "1/2569"),
        ("announcement", "announcement", "1/2569"),
    ],
)
def test_each_kind_is_numbered_in_its_register(world, write, sign, time_machine_day, kind, register, number):
    set_code(world.area, by=world.clerk, code="ศธ 04009/")

    paper = sign(write(kind))

    assert (paper.number, paper.entry.register.kind) == (number, register)


@pytest.fixture
def time_machine_day():
    import time_machine

    with time_machine.travel("2026-11-21T10:00+07:00", tick=True):
        yield


def test_who_decides_is_the_role_whose_turn_it_is_and_nobody_else(world, write):
    paper = write()
    submit(paper, by=world.supervisor)

    for person in (world.director, world.supervisor, world.clerk, world.far_head):
        with pytest.raises(NotAllowedError, match="ผู้อำนวยการกลุ่มนิเทศฯ"):
            decide(paper, by=person, word="อนุมัติ")

    decide(paper, by=world.head, word="เห็นชอบ")
    assert paper.state == "routing"


def test_a_head_does_not_endorse_her_own_memo_and_nobody_grants_oneself(world, write):
    paper = write(by=world.head, chain=[["group_head", "เห็นควร"], ["area_director", "อนุมัติ"]])
    submit(paper, by=world.head)

    decide(paper, by=world.director, word="อนุมัติ")
    assert paper.state == "signed"

    own = write(by=world.director)
    with pytest.raises(TransitionError, match="นอกจากตัวท่านเอง"):
        submit(own, by=world.director)
    letter = write("letter", by=world.director)
    submit(letter, by=world.director)
    decide(letter, by=world.director, word="ลงนามแล้ว")
    assert letter.state == "signed"


def test_who_acts_in_the_directors_stead_signs_so_and_the_paper_says_for_whom(world, write):
    assign(world.workgroup_head, "area_director", area=world.area, acting=True)
    paper = write("letter", chain=[["area_director", "ลงนาม"]])
    submit(paper, by=world.supervisor)

    log = decide(paper, by=world.workgroup_head, word="ลงนามแล้ว")

    assert log.acting
    assert log.data["acting_for"] == f"รักษาราชการแทนผู้อำนวยการ{world.area.name}"


def test_a_returned_paper_comes_back_with_its_reason_and_goes_its_way_again(world, write):
    paper = write()
    submit(paper, by=world.supervisor)
    with pytest.raises(TransitionError, match="เหตุผล"):
        perform(paper, "return", by=world.head)
    perform(paper, "return", by=world.head, reason="ระบุวันเดินทาง")

    update_paper(paper, by=world.supervisor, body="ด้วยมีกำหนดนิเทศวันที่ 1 ธันวาคม")
    paper = Paper.objects.get(pk=paper.pk)
    submit(paper, by=world.supervisor)

    decide(paper, by=world.head, word="เห็นชอบ")
    assert [(a.round, a.log.action) for a in approvals(paper)] == [(1, "return"), (2, "endorse")]
    assert not Entry.objects.exists()


def approvals(paper):
    from workflows.services import approvals_of

    return [approval for approval in approvals_of(paper) if approval.log]


def test_what_is_on_its_way_or_signed_is_changed_by_nobody(world, write, sign):
    paper = write()
    submit(paper, by=world.supervisor)
    with pytest.raises(LetterRefused, match="ถอนเรื่อง"):
        update_paper(paper, by=world.supervisor, subject="เรื่องใหม่")
    signed = sign(write())

    with pytest.raises(LetterRefused, match="ลงนามแล้ว"):
        update_paper(signed, by=world.head, subject="เรื่องใหม่")
    signed.subject = "เรื่องใหม่"
    with pytest.raises(ValidationError, match="แก้ไขไม่ได้"):
        signed.save()


def test_who_saves_second_is_told_and_nothing_is_written_over(world, write):
    paper = write()
    update_paper(paper, by=world.supervisor, seen=0, subject="หนึ่ง")

    with pytest.raises(LetterRefused, match="มีผู้อื่นบันทึก"):
        update_paper(paper, by=world.head, seen=0, subject="สอง")

    assert Paper.objects.get().subject == "หนึ่ง"


def test_a_void_paper_keeps_its_number_and_the_next_one_goes_on(world, write, sign):
    paper = sign(write())
    with pytest.raises(LetterRefused, match="ที่หน้าของหนังสือ"):
        cancel(paper.entry, by=world.clerk, reason="ผิด")
    perform(paper, "void", by=world.clerk, reason="เรื่องซ้ำ")

    entry = Entry.objects.get()
    assert (paper.state, entry.cancel_reason, entry.number) == ("cancelled", "เรื่องซ้ำ", 1)
    assert sign(write()).entry.number == 2


def test_beside_the_number_of_a_signed_paper_only_action_and_note_are_written(world, write, sign):
    entry = sign(write()).entry
    correct(entry, by=world.clerk, action="ส่งโรงเรียนแล้ว")

    with pytest.raises(LetterRefused, match="ตามหนังสือที่ลงนาม"):
        correct(entry, by=world.clerk, subject="เรื่องอื่น")

    assert Entry.objects.get().action == "ส่งโรงเรียนแล้ว"


def test_what_may_not_be_held_here_is_refused_with_the_reason(world, write):
    with pytest.raises(LetterRefused, match="ฉบับที่ 4"):
        write(secrecy="top_secret")

    assert not Paper.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [({"body": ""}, "ข้อความ"), ({"to": ""}, "เรียน"), ({"chain": []}, "สายการเสนอ")],
)
def test_a_paper_that_is_not_whole_is_not_sent(world, write, values, words):
    paper = write(**values)

    with pytest.raises(TransitionError, match=words):
        submit(paper, by=world.supervisor)

    assert paper.state == "draft"


@pytest.mark.parametrize(
    "chain",
    [
        [["supervisor", "ลงนาม"]],
        [["area_director", "เห็นควร"], ["group_head", "ลงนาม"]],
        [["group_head", "ก"], ["group_head", "ข"]],
    ],
)
def test_a_chain_that_cannot_end_is_refused(write, chain):
    with pytest.raises(LetterRefused, match="สายการเสนอไม่ถูกต้อง"):
        write(chain=chain)


def test_who_does_not_work_for_the_office_writes_no_paper_of_it(world):
    for person in (world.school_head, world.far_head, world.stranger, world.committee):
        with pytest.raises(LetterRefused, match="จัดทำหนังสือ"):
            create_paper(area=world.area, kind="memo", by=person, subject="เรื่อง")


def test_of_two_who_sign_at_once_one_wins_and_the_other_is_told(transactional_db, world, write):
    assign(world.workgroup_head, "area_director", area=world.area, acting=True)
    paper = write(chain=[["area_director", "อนุมัติ"]])
    submit(paper, by=world.supervisor)
    barrier = Barrier(2)

    def run(person):
        try:
            mine, by = Paper.objects.select_related("area").get(pk=paper.pk), User.objects.get(pk=person.pk)
            barrier.wait(10)
            return decide(mine, by=by, word="อนุมัติ", seen=mine.revision)
        except TransitionError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(run, [world.director, world.workgroup_head]))

    [refused] = [outcome for outcome in outcomes if isinstance(outcome, TransitionError)]
    assert "มีผู้ดำเนินการกับรายการนี้ไปก่อนแล้ว" in str(refused)
    assert Entry.objects.count() == 1


def test_the_bodies_of_an_order_are_read_as_they_are_written():
    typed = (
        "คณะกรรมการอำนวยการ\nนายก ข | ผอ. | ประธานกรรมการ\nนางค ง |\nมีหน้าที่ ให้คำปรึกษา\n\n"
        "คณะกรรมการดำเนินงาน\nนางสาวจ ฉ\tครู\tกรรมการ"
    )

    bodies = committees.read(typed)

    assert [(b["heading"], len(b["lines"]), b["duty"]) for b in bodies] == [
        ("คณะกรรมการอำนวยการ", 2, "ให้คำปรึกษา"),
        ("คณะกรรมการดำเนินงาน", 1, ""),
    ]
    assert bodies[1]["lines"][0] == {"name": "นางสาวจ ฉ", "position": "ครู", "role": "กรรมการ"}
    assert committees.read(committees.write(bodies)) == bodies
    with pytest.raises(committees.Unreadable, match="บรรทัดที่ 3"):
        committees.read("คณะ\nนายก ข | ผอ. | ประธาน\nนางค ง กรรมการ")
    with pytest.raises(committees.Unreadable, match="บัญชีแนบท้าย"):
        committees.read("นายก ข | ผอ. | กรรมการ\n" * 501)
