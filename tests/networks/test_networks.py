"""Networks: who sees them, when a school belongs to one, and what the directory shows."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.flows import Role
from accounts.models import RoleAssignment
from networks.models import Member, Network
from tests.supervision.factories import LONG_AGO, make_school, make_user

TODAY = timezone.localdate


@pytest.fixture
def network(world) -> Network:
    network = Network.objects.create(
        area=world.area, name="เครือข่ายวังหลวง", kind="club", started_on=LONG_AGO, purpose="พัฒนาการอ่าน"
    )
    Member.objects.create(network=network, kind="school", school=world.school, joined_on=LONG_AGO)
    return network


@pytest.fixture
def lead(network):
    user = make_user("ประธาน")
    RoleAssignment.objects.create(user=user, role=Role.NETWORK_LEAD, network=network, starts_on=LONG_AGO)
    return user


def test_the_areas_staff_the_lead_and_the_member_schools_see_a_network(people, network, lead):
    seers = {name for name, user in people.items() if Network.objects.visible_to(user).exists()}

    assert seers == {
        "head", "supervisor", "colleague", "workgroup_head", "director", "committee", "clerk", "school_head", "teacher"
    }  # fmt: skip
    assert list(Network.objects.visible_to(lead)) == [network]


def test_the_list_form_agrees_with_the_rule_for_everyone(people, network, lead, world):
    other = Network.objects.create(area=world.far_area, name="เครือข่ายไกล", kind="pair", started_on=LONG_AGO)

    for user in [*people.values(), lead]:
        listed = set(Network.objects.visible_to(user))
        allowed = {one for one in (network, other) if user.has_perm("networks.see_network", one)}
        assert listed == allowed, user


@pytest.mark.parametrize(
    ("joined", "left", "member"),
    [(-9, None, True), (0, 0, True), (1, None, False), (-9, -1, False)],
    ids=["long since", "today only", "from tomorrow", "until yesterday"],
)
def test_a_school_belongs_on_the_days_of_its_membership(world, network, joined, left, member):
    Member.objects.create(
        network=network,
        kind="school",
        school=world.other_school,
        joined_on=TODAY() + timedelta(days=joined),
        left_on=None if left is None else TODAY() + timedelta(days=left),
    )

    assert Network.objects.visible_to(world.other_school_head).exists() is member
    assert world.other_school_head.has_perm("networks.see_network", network) is member
    current = {membership.school for membership in network.members.current()}
    assert (world.other_school in current) is member


def test_two_networks_of_one_name_and_an_end_before_the_start_are_refused_in_words(world, network):
    with pytest.raises(ValidationError, match="มีเครือข่ายชื่อนี้แล้ว"):
        Network(area=world.area, name=network.name, kind="club").full_clean()
    with pytest.raises(ValidationError, match="วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม"):
        Network(
            area=world.area, name="ใหม่", kind="club", started_on=date(2026, 5, 1), ended_on=date(2026, 4, 1)
        ).full_clean()
    with pytest.raises(ValidationError, match="มีสมาชิกรายนี้ในบทบาทนี้ตั้งแต่วันนั้นแล้ว"):
        twin = Member(network=network, kind="school", school=world.school, joined_on=LONG_AGO)
        twin.set_keys()
        twin.full_clean()


def test_the_directory_is_in_the_order_of_a_thai_dictionary(signed_in, world, network):
    for name in ["เครือข่าย 10", "เครือข่าย 2", "เอื้อมพร", "กาญจนา"]:
        Network.objects.create(area=world.area, name=name, kind="level", started_on=LONG_AGO)

    page = signed_in(world.head).get("/networks/").context["page"]

    assert [one.name for one in page] == ["กาญจนา", "เครือข่าย 2", "เครือข่าย 10", "เครือข่ายวังหลวง", "เอื้อมพร"]


def test_the_directory_counts_the_schools_of_today(signed_in, world, network):
    Member.objects.create(
        network=network, kind="school", school=world.other_school, joined_on=LONG_AGO, left_on=LONG_AGO
    )

    (shown,) = signed_in(world.head).get("/networks/").context["page"]

    assert shown.schools == 1


@pytest.mark.parametrize(("query", "found"), [("วังหลวง", 1), ("  วังหลวง\u200b", 1), ("ไม่มี", 0), ("", 1), ("x\x00", 0)])
def test_a_search_finds_by_name_as_it_is_typed(signed_in, world, network, query, found):
    page = signed_in(world.head).get("/networks/", {"q": query})

    assert len(page.context["page"].object_list) == found


def test_a_search_that_finds_nothing_says_what_to_try(signed_in, world, network):
    assert "ลองใช้คำที่สั้นลง" in signed_in(world.head).get("/networks/", {"q": "ไม่มี"}).content.decode()
    assert [n.pk for n in signed_in(world.head).get("/networks/", {"kind": "pair"}).context["page"]] == []
    assert [n.pk for n in signed_in(world.head).get("/networks/", {"kind": "nonsense"}).context["page"]] == [network.pk]


def test_a_network_page_names_its_leads_and_links_only_to_schools_one_may_open(signed_in, world, network, lead):
    Member.objects.create(network=network, kind="school", school=world.other_school, joined_on=LONG_AGO)

    text = signed_in(world.school_head).get(network.get_absolute_url()).content.decode()

    assert str(lead) in text
    assert f'href="{world.school.get_absolute_url()}"' in text
    assert str(world.other_school) in text
    assert f'href="{world.other_school.get_absolute_url()}"' not in text


def test_a_lead_who_left_is_named_no_more(signed_in, world, network, lead):
    lead.assignments.update(ends_on=TODAY() - timedelta(days=1))

    assert "ยังไม่ได้แต่งตั้ง" in signed_in(world.head).get(network.get_absolute_url()).content.decode()
    assert not Network.objects.visible_to(lead).exists()


def test_the_network_of_another_area_does_not_exist(signed_in, world, network):
    assert signed_in(world.far_head).get(network.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("url", ["/networks/", "detail"])
def test_a_page_asks_as_much_for_many_schools_as_for_one(signed_in, world, network, url, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(world.head)
    address = network.get_absolute_url() if url == "detail" else url
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(address)
    for number in range(25):
        Member.objects.create(network=network, kind="school", school=make_school(world.area), joined_on=LONG_AGO)
        Network.objects.create(area=world.area, name=f"เครือข่าย {number}", kind="club", started_on=LONG_AGO)

    with django_assert_num_queries(len(one)):
        client.get(address)
