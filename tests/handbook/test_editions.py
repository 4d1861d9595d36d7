"""Which edition holds when, who reads which, and that what is published never changes."""

from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from handbook.models import Edition
from handbook.queries import edition_in_force, years_to_write
from handbook.services import EditRefused, begin_edition, discard, save_piece
from tests.handbook.factories import make_draft, make_edition
from workflows.models import Notice
from workflows.services import NotAllowedError, TransitionError, perform

TODAY = date(2026, 11, 21)


def test_the_edition_of_the_newest_year_that_has_begun_is_in_force(world, edition):
    newer = make_edition(world.area, fiscal_year=2570)
    second = make_edition(world.area, fiscal_year=2570, number=2)
    make_edition(world.area, fiscal_year=2571)
    make_edition(world.area, fiscal_year=2569, state="draft")

    assert edition_in_force(world.area, date(2025, 1, 1)) == edition
    assert edition_in_force(world.area, date(2026, 9, 30)) == edition
    assert edition_in_force(world.area, date(2026, 10, 1)) == second != newer
    assert edition_in_force(world.far_area, TODAY) is None


def test_a_process_is_read_from_the_edition_that_one_holds(world, edition):
    later = make_edition(world.area, fiscal_year=2570)
    later_content = {**later.content, "processes": []}
    newest = make_edition(world.area, fiscal_year=2571, content=later_content)

    assert edition.book.process("P-5.1").step(4).short == "กำหนดวิธีการ/สร้างเครื่องมือ/ดำเนินการนิเทศ"
    with pytest.raises(LookupError):
        newest.book.process("P-5.1")


def test_whoever_works_with_the_office_reads_what_is_published_and_the_staff_its_drafts(world, edition, draft, people):
    reads = {who for who, user in people.items() if edition in Edition.objects.visible_to(user)}
    drafts = {who for who, user in people.items() if draft in Edition.objects.visible_to(user)}

    staff = {"supervisor", "colleague", "workgroup_head", "head", "director"}
    assert drafts == staff
    assert reads == staff | {"committee", "clerk", "school_head", "other_school_head", "teacher"}


# -- A new edition -------------------------------------------------------------------------------------------------


def test_a_new_year_begins_as_a_copy_of_the_last_without_the_corrections_of_its_print(world, edition):
    made, is_new = begin_edition(world.area, fiscal_year=2571, by=world.supervisor)

    assert (is_new, made.based_on, made.number, made.state) == (True, edition, 1, "draft")
    assert made.book.counts == edition.book.counts
    assert edition.book.process("P-5.1").corrections
    assert made.book.process("P-5.1").corrections == ()


def test_a_second_edition_within_the_year_counts_on(world, edition):
    made, _ = begin_edition(world.area, fiscal_year=2564, by=world.supervisor)

    assert (made.number, made.based_on) == (2, edition)


def test_two_who_begin_the_same_year_write_in_one_draft(world, edition):
    first, _ = begin_edition(world.area, fiscal_year=2571, by=world.supervisor)

    again, is_new = begin_edition(world.area, fiscal_year=2571, by=world.colleague)

    assert (again, is_new) == (first, False)


def test_an_office_without_a_handbook_begins_from_the_shipped_one(world):
    made, _ = begin_edition(world.far_area, fiscal_year=2570, by=world.far_head)

    assert made.based_on is None
    assert made.book.counts["steps"] == 105


def test_years_are_offered_that_nobody_writes_yet(world, edition):
    assert [label for _, label in years_to_write(world.area, TODAY)] == [
        "ปีงบประมาณ 2571 (ฉบับใหม่)", "ปีงบประมาณ 2570 (ฉบับใหม่)", "ปีงบประมาณ 2564 (ปรับปรุงเป็นฉบับที่ 2)",
    ]  # fmt: skip
    begin_edition(world.area, fiscal_year=2571, by=world.supervisor)

    assert [year for year, _ in years_to_write(world.area, TODAY)] == [2570, 2564]


# -- Publishing ----------------------------------------------------------------------------------------------------


def test_staff_hand_in_and_the_head_publishes(world, draft, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        perform(draft, "submit", by=world.supervisor)
    with pytest.raises(NotAllowedError):
        perform(draft, "publish", by=world.workgroup_head)
    with django_capture_on_commit_callbacks(execute=True):
        log = perform(draft, "publish", by=world.head)

    draft.refresh_from_db()
    assert (draft.state, draft.published_at) == ("published", log.at)
    assert log.digest == draft.content_digest()
    told = {(notice.user, notice.text) for notice in Notice.objects.all()}
    assert (world.head, f"{draft} รอท่านเผยแพร่") in told
    assert (world.supervisor, f"{draft} เผยแพร่แล้ว") in told


def test_what_is_returned_is_told_to_who_handed_it_in(world, draft, django_capture_on_commit_callbacks):
    perform(draft, "submit", by=world.supervisor)
    with django_capture_on_commit_callbacks(execute=True):
        perform(draft, "return", by=world.head, reason="โปรดเติมมาตรฐาน")

    assert [(n.user, n.text) for n in Notice.objects.all()] == [
        (world.supervisor, f"{draft} ถูกส่งกลับแก้ไข: โปรดเติมมาตรฐาน")
    ]


def test_a_half_written_edition_is_not_handed_in(world, draft):
    save_piece(draft, "task:5.1", {"steps": []}, was="", over="", by=world.supervisor)

    with pytest.raises(TransitionError, match=r"งานที่ 5\.1 ยังไม่มีขั้นตอน"):
        perform(Edition.objects.get(pk=draft.pk), "submit", by=world.supervisor)


def test_a_revision_within_the_year_that_changes_nothing_is_not_handed_in(world, edition):
    Edition.objects.all().delete()
    plain = make_edition(world.area, fiscal_year=2570)
    same = make_edition(world.area, fiscal_year=2570, number=2, state="draft", based_on=plain)

    with pytest.raises(TransitionError, match="ยังเหมือน"):
        perform(same, "submit", by=world.supervisor)
    save_piece(same, "group:g1", {"title": "งานธุรการและสารบรรณ"}, was="", over="", by=world.supervisor)
    assert perform(Edition.objects.get(pk=same.pk), "submit", by=world.supervisor).to_state == "in_review"


# -- Nothing changes what is published -----------------------------------------------------------------------------


def test_neither_the_model_nor_the_services_change_a_published_edition(world, edition):
    edition.content["title"] = "อื่น"
    with pytest.raises(ValidationError, match="เผยแพร่แล้วแก้ไขไม่ได้"):
        edition.save()
    with pytest.raises(ValidationError, match="เก็บไว้เสมอ"):
        edition.delete()
    with pytest.raises(EditRefused, match="เริ่มฉบับใหม่"):
        save_piece(edition, "group:g1", {"title": "อื่น"}, was="", over="", by=world.supervisor)
    with pytest.raises(EditRefused):
        discard(edition, by=world.supervisor)
    assert Edition.objects.get(pk=edition.pk).book.group("g1").title == "งานธุรการ"


@pytest.mark.parametrize(
    "change", ["content = '{}'", "fiscal_year = 2580", "number = 9", "state = 'draft'", "content_hash = 'x'"]
)
def test_the_database_refuses_whatever_goes_round_the_model(edition, change):
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE handbook_edition SET {change} WHERE id = %s", [edition.pk])


def test_an_edition_that_waits_for_the_head_is_not_edited(world, draft):
    perform(draft, "submit", by=world.supervisor)

    with pytest.raises(EditRefused, match="รอเผยแพร่"):
        save_piece(draft, "group:g1", {"title": "อื่น"}, was="", over="", by=world.supervisor)


def test_changing_the_next_edition_leaves_the_earlier_one_as_it_was(world, edition, draft):
    before = Edition.objects.get(pk=edition.pk).content

    save_piece(draft, "task:5.1", {"title": "อื่น", "steps": []}, was="", over="", by=world.supervisor)

    assert Edition.objects.get(pk=edition.pk).content == before


def test_a_draft_is_thrown_away_until_it_was_handed_in(world, edition):
    thrown, kept = make_draft(edition), make_draft(edition, fiscal_year=2570)
    perform(kept, "submit", by=world.supervisor)
    perform(kept, "return", by=world.head, reason="แก้")

    discard(thrown, by=world.supervisor)
    with pytest.raises(EditRefused, match="เคยเสนอเผยแพร่"):
        discard(kept, by=world.supervisor)

    assert set(Edition.objects.all()) == {edition, kept}


# -- Loading -------------------------------------------------------------------------------------------------------


def test_loading_gives_each_office_the_handbook_once(world):
    out = StringIO()
    call_command("load_handbook", stdout=out)
    call_command("load_handbook", stdout=out)

    assert out.getvalue().count("เพิ่มคู่มือ") == 2
    assert out.getvalue().count("คงเดิม") == 2
    assert {(e.area, e.fiscal_year, e.state) for e in Edition.objects.all()} == {
        (world.area, 2564, "published"), (world.far_area, 2564, "published"),
    }  # fmt: skip


def test_loading_for_an_office_that_is_not_there_says_so(world):
    with pytest.raises(CommandError, match="9999"):
        call_command("load_handbook", "--area", "9999")
