"""A batch from its list to the issue: who may do what, doubles, numbers without gaps, what never changes again."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from certificates.models import Batch, Certificate, Register
from certificates.services import (
    CertificateRefused,
    Recipient,
    add_recipients,
    change_recipient,
    create_batch,
    reissue,
    remove_recipient,
    revoke,
    update_batch,
)
from reminders.queries import duties_of
from tests.certificates.conftest import issue
from workflows.models import Notice
from workflows.services import NotAllowedError, TransitionError, perform


def numbers(batch) -> list[int]:
    return list(batch.certificates.order_by("place", "pk").values_list("number", flat=True))


def test_another_app_makes_a_batch_with_recipients_doubles_merged_and_accounts_known(world, make_batch):
    teacher = str(world.teacher)
    batch = make_batch(
        [
            Recipient("น.ส. สุดา  ใจดี", "โรงเรียนวัดสุทธิ"),
            Recipient("นางสาวสุดา ใจดี", "โรงเรียนวัดสุทธิ"),
            Recipient("นางสาวสุดา ใจดี", "โรงเรียนพญาไท"),
            Recipient(teacher, "โรงเรียนวัดสุทธิ"),
            Recipient(teacher, "โรงเรียนพญาไท"),
            Recipient("นายนอก ระบบ", "", world.stranger),
        ],
        source_text="กิจกรรมเครือข่าย",
        source_url="/networks/1/",
    )

    assert [(line.organisation, line.user) for line in batch.certificates.all()] == [
        ("โรงเรียนวัดสุทธิ", None), ("โรงเรียนพญาไท", None), ("โรงเรียนวัดสุทธิ", world.teacher), ("โรงเรียนพญาไท", None),
        ("", world.stranger),
    ]  # fmt: skip
    assert batch.signers == [[str(world.director), "ผู้อำนวยการ สพป.ใกล้", ""]]
    with pytest.raises(CertificateRefused, match="ผู้ที่ทำได้คือศึกษานิเทศก์"):
        create_batch(area=world.area, by=world.teacher, title="อบรม", kind="speaker")


def test_the_chain_from_draft_to_issue_with_its_refusals(world, make_batch, django_capture_on_commit_callbacks):
    batch = make_batch([])
    with pytest.raises(TransitionError, match="ยังไม่มีรายชื่อผู้รับ"):
        perform(batch, "submit", by=world.supervisor)
    add_recipients(batch, [Recipient("นายหนึ่ง ใจดี"), Recipient(str(world.teacher), user=world.teacher)], by=world.clerk)
    with django_capture_on_commit_callbacks(execute=True):
        perform(batch, "submit", by=world.supervisor)
    with pytest.raises(CertificateRefused, match="ถอนเรื่องกลับมาแก้ไข"):
        update_batch(batch, by=world.supervisor, title="ใหม่")
    with pytest.raises(NotAllowedError, match="ผู้ที่ดำเนินการได้คือ"):
        perform(batch, "issue", by=world.supervisor)
    with pytest.raises(TransitionError, match="โปรดระบุเหตุผล"):
        perform(batch, "return", by=world.head)
    perform(batch, "return", by=world.head, reason="สะกดชื่อกิจกรรมผิด")
    update_batch(batch, by=world.supervisor, title="การอบรมที่ถูกต้อง")
    batch.refresh_from_db()
    perform(batch, "submit", by=world.supervisor)
    with django_capture_on_commit_callbacks(execute=True):
        log = perform(batch, "issue", by=world.director)

    assert log.digest
    assert numbers(batch) == [1, 2]
    assert {len(line.token) for line in batch.certificates.all()} == {12}
    assert set(Notice.objects.filter(text__contains="รอท่านอนุมัติ").values_list("user", flat=True)) == {
        world.head.pk, world.director.pk,
    }  # fmt: skip
    assert Notice.objects.get(user=world.teacher).url == "/certificates/mine/"


def test_who_made_a_batch_does_not_issue_it(world, make_batch):
    batch = make_batch(by=world.head)
    perform(batch, "submit", by=world.head)

    with pytest.raises(NotAllowedError):
        perform(batch, "issue", by=world.head)
    perform(batch, "issue", by=world.director)

    assert batch.is_issued


def test_numbers_run_on_by_area_and_year_and_a_rolled_back_issue_leaves_no_gap(world, make_batch):
    first, other_year = make_batch(), make_batch(issued_on="2027-01-05")
    issue(first, world)
    failed = make_batch()
    perform(failed, "submit", by=world.supervisor)
    with pytest.raises(RuntimeError), transaction.atomic():
        perform(failed, "issue", by=world.director)
        raise RuntimeError
    failed.refresh_from_db()
    perform(failed, "issue", by=world.director)
    issue(other_year, world)
    far = create_batch(
        area=world.far_area, by=world.far_supervisor, title="อบรม", kind="speaker", issued_on=first.issued_on,
        signers=first.signatories, recipients=[Recipient("นายไกล ใจดี")],
    )  # fmt: skip
    perform(far, "submit", by=world.far_supervisor)
    perform(far, "issue", by=world.far_head)

    assert [numbers(batch) for batch in (first, failed, other_year, far)] == [[1, 2], [3, 4], [1, 2], [1]]
    assert [line.full_number for line in other_year.certificates.all()] == ["1/2570", "2/2570"]


def test_what_is_issued_never_changes(world, make_batch):
    batch = issue(make_batch(), world)
    line = batch.certificates.first()
    line.name = "นายอื่น"

    for change in (line.save, line.delete, batch.save):
        with pytest.raises(ValidationError, match="ไม่ได้"):
            change()
    with pytest.raises(CertificateRefused, match="ออกแล้ว"):
        remove_recipient(line, by=world.supervisor)
    with pytest.raises(CertificateRefused, match="ออกแล้ว"):
        add_recipients(batch, [Recipient("นายใหม่ ใจดี")], by=world.supervisor)


def test_a_revoked_one_keeps_its_number_and_a_corrected_copy_takes_the_next(world, make_batch):
    batch = issue(make_batch(), world)
    first, second = batch.certificates.order_by("place")
    with pytest.raises(CertificateRefused, match="ผู้ที่ทำได้คือ"):
        revoke(first, by=world.supervisor, reason="ผิดคน")
    with pytest.raises(CertificateRefused, match="โปรดระบุเหตุผล"):
        revoke(first, by=world.head, reason=" ")
    with pytest.raises(CertificateRefused, match="เหมือนฉบับเดิม"):
        reissue(second, by=world.head, name=second.name, organisation=second.organisation, reason="ผิด")
    revoke(first, by=world.head, reason="ผิดคน")
    with pytest.raises(CertificateRefused, match="ถูกเพิกถอนไปก่อนแล้ว"):
        reissue(first, by=world.head, name="นายใหม่", organisation="", reason="ผิด")
    copy = reissue(second, by=world.director, name="นายสองที่ถูก ใจงาม", organisation="", reason="สะกดผิด")
    second.refresh_from_db()

    assert (copy.number, copy.replaces, second.replaced_by) == (3, second, copy)
    assert (second.is_revoked, second.revoked_by, second.number) == (True, world.director, 2)
    assert Register.objects.get(area=world.area, year=2569).last == 3


def test_a_line_is_corrected_until_it_is_somebody_else_of_the_list(world, make_batch):
    batch = make_batch()
    first, second = batch.certificates.order_by("place")

    change_recipient(first, by=world.clerk, name="นายหนึ่งเดียว ใจดี", organisation="โรงเรียนวัดสุทธิ")
    with pytest.raises(CertificateRefused, match="ในชุดนี้แล้ว"):
        change_recipient(second, by=world.clerk, name="นาย หนึ่งเดียว ใจดี", organisation="โรงเรียนวัดสุทธิ")
    remove_recipient(second, by=world.clerk)

    assert [line.name for line in batch.certificates.all()] == ["นายหนึ่งเดียว ใจดี"]


@pytest.mark.django_db(transaction=True)
def test_batches_issued_at_the_same_moment_share_the_register_without_gap_or_double(world, make_batch):
    batches = [make_batch() for _ in range(4)]
    for batch in batches:
        perform(batch, "submit", by=world.supervisor)
    start, failed = threading.Barrier(4), []

    def run(pk):
        try:
            start.wait()
            perform(Batch.objects.get(pk=pk), "issue", by=world.director)
        except Exception as error:  # noqa: BLE001 -- shown by the assertion
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[batch.pk]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert sorted(Certificate.objects.values_list("number", flat=True)) == list(range(1, 9))


def waiting(user) -> set[tuple[str, str]]:
    return {
        (duty.kind, duty.url) for duty in duties_of(user, date(2026, 11, 1)) if duty.kind.startswith("certificates")
    }


def test_a_submitted_batch_waits_for_those_who_issue_and_a_returned_one_for_its_maker(make_batch, world):
    batch = make_batch()
    perform(batch, "submit", by=world.supervisor)
    url = batch.get_absolute_url()

    assert [waiting(person) for person in (world.head, world.director)] == [{("certificates-issue", url)}] * 2
    assert [waiting(person) for person in (world.supervisor, world.clerk)] == [set(), set()]

    perform(batch, "return", by=world.head, reason="ชื่อไม่ครบ")

    assert waiting(world.supervisor) == {("certificates-returned", url)}
    assert [waiting(person) for person in (world.head, world.director, world.clerk)] == [set()] * 3


def test_nobody_is_asked_to_issue_an_own_batch(make_batch, world):
    perform(make_batch(by=world.head), "submit", by=world.head)

    assert waiting(world.head) == set()
    assert len(waiting(world.director)) == 1
