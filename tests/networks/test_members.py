"""Who belongs to a network: terms that never overlap, leads whose page follows their term, pairs, documents, sheets."""

import threading
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from pypdf import PdfReader, PdfWriter

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from handbook.loading import load_handbook
from handbook.models import Edition
from instruments.files import FileRefused
from networks.imports import SheetChangedError, confirm_members, outcomes_of, preview_members
from networks.models import EXAMPLES, Kind, Level, Member, Network, Pair
from networks.services.agreements import add_agreement, remove_agreement
from networks.services.keeping import ChangedMeanwhileError, NetworkRefusedError, NotKeeperError, stamp
from networks.services.members import FIELDS, add_member, end_member, remove_member, update_member
from networks.services.networks import update_network
from networks.services.pairs import add_pair
from tests.networks.test_networks import lead, network
from tests.supervision.factories import LONG_AGO, make_school
from tests.supervision.pictures import photograph

__all__ = ["lead", "network"]


def blank_pdf() -> bytes:
    content, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(90, 90)
    writer.write(content)
    return content.getvalue()


PDF = blank_pdf()


def day(number: int):
    return timezone.localdate() + timedelta(days=number)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def person(network, by, name="นางดวงดี มีสุข", **fields) -> Member:
    return add_member(network, by=by, kind="person", **{"name": name, "role": "member", "joined_on": day(0), **fields})


def test_members_are_people_schools_agencies_and_communities_in_the_order_of_their_roles(world, network):
    add_member(network, by=world.head, kind="agency", name="มหาวิทยาลัย", role="adviser", joined_on=day(0))
    add_member(network, by=world.head, kind="community", name="ชุมชนริมน้ำ", role="member", joined_on=day(0))
    person(network, world.head, role="core_teacher")
    chair = add_member(network, by=world.head, kind="person", user=world.teacher, role="chair", joined_on=day(0))

    assert [(one.role, one.shown_name) for one in network.members.current()] == [
        ("chair", str(world.teacher)), ("adviser", "มหาวิทยาลัย"), ("core_teacher", "นางดวงดี มีสุข"),
        ("member", "ชุมชนริมน้ำ"), ("member", str(world.school)),
    ]  # fmt: skip
    assert chair.affiliation == str(world.school)
    with pytest.raises(NetworkRefusedError, match="เป็นของบุคคล"):
        add_member(network, by=world.head, kind="agency", name="มูลนิธิ", role="chair", joined_on=day(0))
    with pytest.raises(NetworkRefusedError, match="พิมพ์ชื่อเอง"):
        add_member(network, by=world.head, kind="person", user=world.far_head, role="member", joined_on=day(0))


@pytest.mark.parametrize(
    ("first", "last", "overlaps"),
    [(10, None, False), (9, None, True), (-5, -1, False), (-5, 0, True), (3, 4, True)],
    ids=["the day after", "on its last day", "until the day before", "until its first day", "within"],
)
def test_two_terms_in_one_role_share_no_day(world, network, first, last, overlaps):
    person(network, world.head, left_on=day(9))
    fields = {"joined_on": day(first), "left_on": None if last is None else day(last)}

    if overlaps:
        with pytest.raises(NetworkRefusedError, match="ซ้อนกันไม่ได้"):
            person(network, world.head, "ดวงดี มีสุข", **fields)
    else:
        person(network, world.head, "ดวงดี มีสุข", **fields)
    person(network, world.head, role="model_teacher", **fields)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_in_the_same_person_at_once_one_is_told(world, network):
    said = []

    def take_in():
        try:
            person(network, again(world.head))
        except NetworkRefusedError as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=take_in) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert network.members.filter(kind="person").count() == 1
    assert len(said) == 2


def test_who_leads_keeps_the_page_for_the_term_and_the_past_stays_written(world, network):
    chair = add_member(network, by=world.head, kind="person", user=world.teacher, role="chair", joined_on=day(-3))
    coordinator = person(network, world.head, role="coordinator")

    assert again(world.teacher).has_perm("networks.keep_network", network)
    assert coordinator.assignment is None
    with pytest.raises(NetworkRefusedError, match="คราวละหนึ่งคน"):
        person(network, world.head, "นายอื่น", role="chair")
    end_member(chair, on=day(0), by=world.head)
    assert again(world.teacher).has_perm("networks.keep_network", network)
    end_member(chair, on=day(-1), by=world.head)

    assert not again(world.teacher).has_perm("networks.see_network", network) or again(world.teacher).schools_as(
        "teacher"
    )
    assert not again(world.teacher).has_perm("networks.keep_network", network)
    assert list(RoleAssignment.objects.filter(network=network).values_list("role", "ends_on")) == [
        (Role.NETWORK_LEAD, day(-1))
    ]
    assert network.members.filter(role="chair").get().left_on == day(-1)
    assert chair.history.count() >= 3


def test_a_lead_keeps_the_members_and_neither_prolongs_nor_hands_on_the_lead(world, network, lead):
    own = person(network, lead)

    for refused in (
        lambda: person(network, lead, "นายอื่น", role="coordinator"),
        lambda: update_network(network, by=lead, name="ชื่อใหม่"),
        lambda: person(network, world.school_head, "นายอื่น"),
        lambda: person(network, world.far_head, "นายอื่น"),
        lambda: person(network, world.clerk, "นายอื่น"),
    ):
        with pytest.raises(NotKeeperError):
            refused()
    assert set(network.members.filter(kind="person")) == {own}


def test_people_and_member_schools_see_their_network_while_their_term_lasts(people, world, network):
    seers = {name for name, user in people.items() if Network.objects.visible_to(user).exists()}
    term = add_member(
        network, by=world.head, kind="person", user=world.other_school_head, role="member", joined_on=day(-1)
    )

    now = {name for name, user in people.items() if Network.objects.visible_to(again(user)).exists()}
    assert now - seers == {"other_school_head"}
    for user in people.values():
        assert again(user).has_perm("networks.see_network", network) is Network.objects.visible_to(again(user)).exists()

    end_member(term, on=day(-1), by=world.head)
    assert not Network.objects.visible_to(again(world.other_school_head)).exists()


def test_a_mistaken_entry_is_taken_back_on_its_day_only(world, network):
    mistaken = add_member(network, by=world.head, kind="person", user=world.teacher, role="chair", joined_on=day(0))
    older = person(network, world.head)
    Member.objects.filter(pk=older.pk).update(created_at=timezone.now() - timedelta(days=2))

    remove_member(mistaken, by=world.head)
    with pytest.raises(NetworkRefusedError, match="สิ้นสุดวาระ"):
        remove_member(older, by=world.head)

    assert list(network.members.filter(kind="person")) == [older]
    assert not RoleAssignment.objects.filter(network=network).exists()


def test_what_was_changed_meanwhile_is_said_and_not_written_over(world, network):
    member = person(network, world.head)
    seen = stamp(member, FIELDS)
    update_member(member, by=world.supervisor, seen=seen, contact="02-111-1111")

    with pytest.raises(ChangedMeanwhileError, match="บันทึกรายการนี้ไปก่อนแล้ว"):
        update_member(member, by=world.head, seen=seen, contact="02-222-2222")

    assert network.members.get(pk=member.pk).contact == "02-111-1111"


def test_a_network_that_ends_ends_the_terms_and_pairs_in_it(world, network):
    other = add_member(
        network, by=world.head, kind="school", school=world.other_school, role="member", joined_on=day(-9)
    )
    add_pair(network, by=world.head, elder=world.school, younger=world.other_school, purpose="อ่าน", started_on=day(-5))
    add_member(network, by=world.head, kind="person", user=world.teacher, role="chair", joined_on=day(-9))

    update_network(network, by=world.head, ended_on=day(2))

    assert set(network.members.values_list("left_on", flat=True)) == {day(2)}
    assert network.pairs.get().ended_on == day(2)
    assert RoleAssignment.objects.get(network=network).ends_on == day(2)
    with pytest.raises(NetworkRefusedError, match="เครือข่ายนี้สิ้นสุด"):
        person(network, world.head, left_on=day(5))
    end_member(other, on=day(-1), by=world.head)
    assert network.pairs.get().ended_on == day(-1)


def test_a_pair_is_of_two_member_schools_and_once_at_a_time(world, network):
    partner = make_school(world.area)
    ask = {"by": world.head, "purpose": "อ่านออกเขียนได้", "started_on": day(0)}

    with pytest.raises(NetworkRefusedError, match="กับตัวเองไม่ได้"):
        add_pair(network, elder=world.school, younger=world.school, **ask)
    with pytest.raises(NetworkRefusedError, match="ยังไม่เป็นสมาชิก"):
        add_pair(network, elder=world.school, younger=partner, **ask)
    add_member(network, by=world.head, kind="school", school=partner, role="member", joined_on=day(0))
    add_pair(network, elder=world.school, younger=partner, **ask)
    with pytest.raises(NetworkRefusedError, match="อยู่แล้ว"):
        add_pair(network, elder=partner, younger=world.school, **ask)

    assert Pair.objects.count() == 1


def test_a_pair_is_shown_on_the_pages_of_both_schools(signed_in, world, network):
    add_member(network, by=world.head, kind="school", school=world.other_school, role="member", joined_on=day(0))
    add_pair(network, by=world.head, elder=world.school, younger=world.other_school, purpose="อ่าน", started_on=day(0))

    elder, younger = (
        signed_in(user).get(school.get_absolute_url()).content.decode()
        for user, school in ((world.school_head, world.school), (world.other_school_head, world.other_school))
    )

    assert "โรงเรียนนี้เป็นพี่" in elder
    assert str(world.other_school) in elder
    assert "โรงเรียนนี้เป็นน้อง" in younger
    assert str(world.school) in younger


def test_documents_are_known_by_their_content_and_given_only_to_who_sees_the_network(signed_in, world, network, lead):
    ask = {"kind": "order", "title": "คำสั่งแต่งตั้ง", "number": "12/2569", "dated_on": day(0)}
    for upload, refusal in [
        (ContentFile(b"plain text", "a.pdf"), NetworkRefusedError),
        (ContentFile(b"%PDF-broken", "b.pdf"), FileRefused),
        (ContentFile(b"", "c.pdf"), FileRefused),
    ]:
        with pytest.raises(refusal):
            add_agreement(network, by=lead, upload=upload, **ask)
    agreement = add_agreement(network, by=lead, upload=SimpleUploadedFile("ก.docx", PDF), **ask)
    picture = add_agreement(network, by=world.head, upload=photograph(), **ask)
    url = f"{network.get_absolute_url()}documents/{agreement.uuid}/"

    answer = signed_in(world.school_head).get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == PDF
    assert signed_in(world.other_school_head).get(url).status_code == 404
    assert signed_in(world.far_head).get(url).status_code == 404
    with pytest.raises(NotKeeperError, match="ผู้อื่นเป็นผู้แนบ"):
        remove_agreement(picture, by=lead)
    remove_agreement(agreement, by=lead)
    assert signed_in(world.school_head).get(url).status_code == 404


SHEET = """รายชื่อสมาชิกเครือข่าย
ประเภท,ชื่อสมาชิก,บทบาท,ชื่อผู้ใช้,รหัสโรงเรียน,สังกัด,ตั้งแต่วันที่,ถึงวันที่
บุคคล,ครูดวงใจ,ครูต้นแบบ,{teacher},,,1/11/2565,
โรงเรียน,{other},,,,,,
สถานศึกษา,{school},,,,,,
หน่วยงาน,สำนักงานเขตบางรัก,ที่ปรึกษา,,,กรุงเทพมหานคร,,
ชุมชน,ชุมชนวัดใหม่,เลขานุการ,,,,,
บุคคล,นายไร้บัญชี,สมาชิก,nobody,,,,
บุคคล,นายวันผิด,สมาชิก,,,,31/2/2569,
บุคคล,นายกลับวัน,สมาชิก,,,,2/5/2569,1/5/2569
บุคคล,นายคำผิด,หัวหน้าห้อง,,,,,
หน่วยงาน,สำนักงานเขตบางรัก,ที่ปรึกษา,,,กรุงเทพมหานคร,,
,,สมาชิก,,,,,
"""


def test_a_sheet_is_shown_row_by_row_and_taken_once(world, network):
    sheet = SHEET.format(teacher=world.teacher.username, school=world.school.name, other=world.other_school.name)
    job = preview_members(network, sheet.encode(), file_name="สมาชิก.csv", by=world.supervisor)

    rows = [(row.row, row.kind, "".join(row.reasons)[:24]) for row in outcomes_of(job)]
    assert rows == [
        (3, "create", ""), (4, "create", ""), (5, "same", ""), (6, "create", ""),
        (7, "refuse", "บทบาทเลขานุการเป็นของบุค"), (8, "refuse", "ไม่พบบัญชี “nobody” ในเข"), (9, "refuse", "ตั้งแต่วันที่: ปี พ.ศ. 2"),
        (10, "refuse", "วันสิ้นสุดวาระอยู่ก่อนวั"), (11, "refuse", "ไม่รู้จักบทบาท “หัวหน้าห"), (12, "refuse", "สำนักงานเขตบางรัก บทบาทท"),
        (13, "refuse", "ไม่มีชื่อสมาชิก โปรดเติม"),
    ]  # fmt: skip
    assert network.members.count() == 1

    confirm_members(job, by=world.supervisor)
    assert {(one.shown_name, one.role) for one in network.members.all()} == {
        (str(world.school), "member"), (str(world.teacher), "model_teacher"), (str(world.other_school), "member"),
        ("สำนักงานเขตบางรัก", "adviser"),
    }  # fmt: skip
    with pytest.raises(NetworkRefusedError, match="นำเข้าแล้ว"):
        confirm_members(job, by=world.supervisor)


def test_a_sheet_that_would_now_do_something_else_is_shown_anew(world, network):
    job = preview_members(network, "ชื่อสมาชิก\nนางดวงดี มีสุข\n".encode(), file_name="a.csv", by=world.supervisor)
    person(network, world.head)

    with pytest.raises(SheetChangedError):
        confirm_members(job, by=world.supervisor)

    assert (job.created, job.unchanged, job.state) == (0, 1, "previewed")
    assert network.members.filter(kind="person").count() == 1


def test_a_member_is_found_taken_in_changed_and_ended_on_the_pages(signed_in, world, network):
    client, url = signed_in(world.supervisor), network.get_absolute_url()

    found = client.get(f"{url}members/new/", {"kind": "person", "q": "ดวงใจ"}).content.decode()
    assert f"user={world.teacher.pk}" in found
    assert "พิมพ์ชื่อเอง" in client.get(f"{url}members/new/", {"kind": "school", "q": "ไม่มีที่ใด"}).content.decode()
    ask = {"role": "chair", "joined_on": "1/11/2563", "left_on": "", "contact": "โทร 1"}
    refused = client.post(f"{url}members/new/?kind=person&user={world.teacher.pk}", ask | {"left_on": "1/10/2563"})
    assert (refused.status_code, "โทร 1" in refused.content.decode()) == (422, True)
    assert client.post(f"{url}members/new/?kind=person&user={world.teacher.pk}", ask).status_code == 302
    chair = network.members.get(role="chair")
    assert str(world.teacher) in client.get(url).content.decode()
    client.post(f"{url}members/{chair.pk}/end/", {"on": "1/11/2568"})

    assert "ยังไม่ได้แต่งตั้ง" in client.get(url).content.decode()
    assert str(world.teacher) in client.get(f"{url}?show=past").content.decode()


def test_the_directory_is_a_page_a_pdf_and_a_workbook_of_those_that_work_today(signed_in, world, network):
    add_member(
        network, by=world.head, kind="person", user=world.teacher, role="chair", joined_on=day(0), contact="โทร 9"
    )
    over = Network.objects.create(
        area=world.area, name="เครือข่ายเก่า", kind="pair", started_on=LONG_AGO, ended_on=day(-1)
    )
    client = signed_in(world.head)

    page = client.get("/networks/directory/").content.decode()
    printed = PdfReader(BytesIO(client.get("/networks/directory/pdf/").content)).pages[0].extract_text()
    book = openpyxl.load_workbook(BytesIO(client.get("/networks/directory/xlsx/").content))

    for text in (page, printed):
        assert network.name in text
        assert world.teacher.last_name in text
        assert "โทร 9" in text
        assert over.name not in text
    assert [row[0].value for row in book["เครือข่าย"]] == ["เครือข่าย", network.name]
    assert [row[2].value for row in book["สมาชิก"]] == ["ชื่อสมาชิก", str(world.teacher), str(world.school)]


def test_kinds_and_levels_are_those_of_the_handbook(world):
    load_handbook(world.area)
    (process,) = [p for p in Edition.objects.get().book.processes if p.key == "P-5.2"]
    said = " ".join(str(process).split())

    assert set(EXAMPLES) == set(Kind)
    assert Level.labels == ["เขตพื้นที่การศึกษา", "สถานศึกษา", "หน่วยงานที่เกี่ยวข้อง", "ชุมชน"]
    assert "โรงเรียนในฝัน" in said
