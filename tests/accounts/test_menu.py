"""The menu holds the pages of a person's day and no page that would be refused."""

import pytest

from accounts.flows import Role
from accounts.models import RoleAssignment
from accounts.navigation import ITEMS
from networks.models import Network
from tests.supervision.factories import LONG_AGO, make_user

STAFF = [
    "หน้าแรก", "การนิเทศ", "ข้อเสนอแนะ", "แผนนิเทศ", "รอบการดำเนินงาน", "สถานศึกษา", "เครื่องมือ",
    "ผลการประเมินและสถิติ", "แบบสำรวจ", "เครือข่าย", "งานสารบรรณ", "เกียรติบัตร", "คู่มือ", "สรุปผล",
]  # fmt: skip
SCHOOL = ["หน้าแรก", "การนิเทศ", "ข้อเสนอแนะ", "งานปีนี้", "สถานศึกษา", "แบบสำรวจ", "เครือข่าย", "คู่มือ"]
MENUS = {
    "supervisor": STAFF,
    "workgroup_head": STAFF,
    "head": [*STAFF[:11], "แบบเอกสาร", *STAFF[11:]],
    "director": STAFF,
    "committee": [label for label in STAFF if label not in ("เกียรติบัตร", "งานสารบรรณ")],
    "clerk": [
        "หน้าแรก",
        "งานสารบรรณ",
        "การนิเทศ",
        "ข้อเสนอแนะ",
        "แผนนิเทศ",
        "รอบการดำเนินงาน",
        "สถานศึกษา",
        "เครือข่าย",
        "แบบเอกสาร",
        "เกียรติบัตร",
        "คู่มือ",
    ],
    "school_head": SCHOOL,
    "teacher": SCHOOL,
    "network_lead": ["หน้าแรก", "งานปีนี้", "เครือข่าย", "คู่มือ"],
    "stranger": ["หน้าแรก"],
}


@pytest.fixture
def network_lead(world):
    network = Network.objects.create(area=world.area, name="เครือข่ายวัง", kind="club", started_on=LONG_AGO)
    user = make_user("ประธาน")
    RoleAssignment.objects.create(user=user, role=Role.NETWORK_LEAD, network=network, starts_on=LONG_AGO)
    return user


@pytest.mark.parametrize("who", MENUS)
def test_each_role_has_its_menu_and_every_page_of_it_opens(signed_in, world, network_lead, who):
    client = signed_in(network_lead if who == "network_lead" else getattr(world, who))

    menu = client.get("/menu/").context["navigation"]

    assert [item["label"] for item in menu] == MENUS[who]
    assert [(item["label"], client.get(item["url"]).status_code) for item in menu] == [
        (label, 200) for label in MENUS[who]
    ]


def test_an_administrator_finds_the_admin(signed_in, world):
    world.stranger.is_staff = True
    world.stranger.save()

    assert signed_in(world.stranger).get("/menu/").context["navigation"][-1]["url"] == "/admin/"


@pytest.mark.parametrize("item", [item for item in ITEMS if item.view != "home"], ids=lambda item: item.view)
def test_the_open_page_is_marked_and_no_other(signed_in, world, item):
    client = signed_in(world.head if Role.GROUP_HEAD in item.roles else world.school_head)
    url = next(row["url"] for row in client.get("/menu/").context["navigation"] if row["label"] == item.label)

    menu = client.get(url).context["navigation"]

    assert [row["label"] for row in menu if row["current"]] == [item.label]


def test_the_page_of_ones_account_names_roles_and_days(signed_in, world):
    page = signed_in(world.supervisor).get("/account/").content.decode()

    assert "ศึกษานิเทศก์ชำนาญการพิเศษ" in page
    assert "ตั้งแต่ 1 มกราคม 2563" in page


def test_a_person_without_a_role_is_told_whom_to_ask(signed_in, world):
    page = signed_in(world.stranger).get("/account/").content.decode()

    assert "ยังไม่มีบทบาท" in page
    assert "ผู้ดูแลระบบของเขตพื้นที่" in page
