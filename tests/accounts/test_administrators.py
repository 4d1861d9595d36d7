"""An administrator keeps users and master data, and has no say over plans, visits and results."""

import pytest
import rules.permissions
from django.utils.html import strip_tags

from accounts.models import RoleAssignment, User
from supervision.models import Plan, Recommendation, Visit
from tests.supervision.factories import make_item, make_plan, make_recommendation, make_user, make_visit
from workflows.checks import stateful_models
from workflows.services import NotAllowedError, available_transitions, perform

KEEPS = {"reminders.retry_message"}
"""What is an administrator's own work: letters that could not be delivered are tried again, unread."""


@pytest.fixture(params=["staff", "superuser"])
def admin_user(request, world) -> User:
    """Both ways to make an administrator: in the admin itself, and by createsuperuser."""
    return make_user("ผู้ดูแล", is_staff=True, is_superuser=request.param == "superuser")


@pytest.fixture
def records(world):
    visit = make_visit(world.school, world.supervisor, state="released")
    plan = make_plan(world.area, world.supervisor, state="submitted")
    make_item(plan, world.school, world.supervisor)
    return {"visit": visit, "plan": plan, "recommendation": make_recommendation(visit)}


def test_no_rule_lets_an_administrator_through(admin_user, world, records):
    objects = [None, world.area, world.school, world.instrument, world.instrument.versions.get(), *records.values()]
    names = [name for name in rules.permissions.permissions if name not in KEEPS]
    assert len(names) > 15

    passed = []
    for name in names:
        for obj in objects:
            try:
                if admin_user.has_perm(name, obj):
                    passed.append((name, obj))
            except AttributeError:
                continue  # the rule is about another kind of record
    assert passed == []


def test_an_administrator_sees_no_record_of_supervision(admin_user, records):
    for model in (Plan, Visit, Recommendation):
        assert not model.objects.visible_to(admin_user).exists()


def test_an_administrator_moves_nothing(admin_user, records):
    for record in records.values():
        assert available_transitions(record, by=admin_user) == []
    with pytest.raises(NotAllowedError):
        perform(records["visit"], "acknowledge", by=admin_user)
    with pytest.raises(NotAllowedError):
        perform(records["plan"], "return", by=admin_user, reason="ลอง")


def test_an_administrator_with_a_role_has_just_that_role(admin_user, world, records):
    RoleAssignment.objects.create(user=admin_user, role="teacher", school=world.school, starts_on="2020-01-01")
    person = User.objects.get(pk=admin_user.pk)

    assert list(Visit.objects.visible_to(person)) == [records["visit"]]
    assert not Plan.objects.visible_to(person).exists()
    assert available_transitions(records["visit"], by=person) == []


def test_an_administrator_works_with_users_and_master_data(admin_user):
    for permission in ("accounts.change_user", "accounts.add_roleassignment", "schools.change_school"):
        assert admin_user.has_perm(permission)
    assert admin_user.has_module_perms("schools")
    assert admin_user.has_perms(["accounts.view_user", "networks.change_network"])


def test_a_closed_administrator_has_nothing(admin_user):
    admin_user.is_active = False

    assert not admin_user.has_perm("accounts.change_user")
    assert not admin_user.has_module_perms("accounts")


def test_an_ordinary_person_has_no_permission_of_the_admin(world):
    assert not world.head.has_perm("accounts.change_user")
    assert not world.head.has_module_perms("accounts")


# -- The admin's own pages -----------------------------------------------------------------------------------------


@pytest.fixture
def at_admin(signed_in, admin_user):
    return signed_in(admin_user)


def test_the_admin_is_closed_to_everyone_else(signed_in, world):
    assert signed_in(world.head).get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", ["ข้อมูลหลัก ผู้ใช้ และสิทธิ์", "การมอบบทบาท", "โรงเรียน", "เครือข่าย"]),
        ("accounts/user/", ["ชื่อผู้ใช้", "ตำแหน่ง"]),
        ("accounts/user/add/", ["คำนำหน้า", "รหัสผ่าน"]),
        ("accounts/roleassignment/", ["บทบาท", "ตั้งแต่วันที่"]),
        ("accounts/roleassignment/add/", ["รักษาราชการแทน", "ถึงวันที่"]),
        ("schools/school/", ["สถานศึกษา"]),
        ("networks/network/", ["เครือข่าย"]),
        ("workflows/transitionlog/", ["ประวัติการเปลี่ยนสถานะ"]),
        ("workflows/approvalrule/add/", ["สายการอนุมัติ", "ผู้พิจารณา"]),
    ],
)
def test_the_admin_speaks_thai(at_admin, path, words):
    page = at_admin.get(f"/admin/{path}")

    assert page.status_code == 200
    assert [word for word in words if word not in page.content.decode()] == []


def test_a_person_and_a_role_are_made_in_the_admin_with_a_date_as_thais_write_it(at_admin, world):
    made = at_admin.post(
        "/admin/accounts/user/add/",
        {
            "username": "somjai",
            "prefix": "นางสาว",
            "first_name": "สมใจ",
            "last_name": "รักเรียน",
            "position": "ศึกษานิเทศก์",
            "email": "",
            "password1": "wat-arun-2569",
            "password2": "wat-arun-2569",
            "usable_password": "true",
            "assignments-TOTAL_FORMS": "1",
            "assignments-INITIAL_FORMS": "0",
            "assignments-0-role": "supervisor",
            "assignments-0-area": str(world.area.pk),
            "assignments-0-starts_on": "๑/๑๐/๒๕๖๙",
        },
    )

    assert made.status_code == 302, made.context["errors"]
    person = User.objects.get(username="somjai")
    assert person.check_password("wat-arun-2569")
    assignment = person.assignments.get()
    assert (assignment.role, assignment.area, assignment.starts_on.isoformat()) == (
        "supervisor",
        world.area,
        "2026-10-01",
    )


def test_a_role_with_the_wrong_scope_is_refused_in_words(at_admin, world):
    page = at_admin.post(
        "/admin/accounts/roleassignment/add/",
        {"user": world.stranger.pk, "role": "school_head", "area": world.area.pk, "starts_on": "1/10/2569"},
    )

    assert page.status_code == 200
    assert "โปรดระบุขอบเขตให้ตรงกับบทบาท" in page.content.decode()


def test_lists_show_days_of_the_buddhist_era(at_admin, world):
    page = at_admin.get("/admin/accounts/roleassignment/").content.decode()

    assert "1 ม.ค. 2563" in page
    assert "2020" not in strip_tags(page)  # in a link, 2020 may be an area's number


def test_people_are_closed_and_never_deleted(at_admin, world):
    assert at_admin.post(f"/admin/accounts/user/{world.teacher.pk}/delete/", {"post": "yes"}).status_code == 403
    at_admin.post(
        "/admin/accounts/user/",
        {"action": "delete_selected", "_selected_action": [world.teacher.pk], "post": "yes"},
    )
    assert User.objects.filter(pk=world.teacher.pk).exists()


def test_the_history_of_a_person_is_a_page(at_admin, world):
    world.head.position = "รักษาการ"
    world.head.save()

    page = at_admin.get(f"/admin/accounts/user/{world.head.pk}/history/")

    assert page.status_code == 200
    assert str(world.head) in page.content.decode()


def test_the_log_of_moves_can_be_read_and_not_written(at_admin, world, records):
    log = perform(records["visit"], "acknowledge", by=world.school_head)

    page = at_admin.get("/admin/workflows/transitionlog/").content.decode()
    assert [word for word in ("รับทราบผลการนิเทศ", "ในบทบาท", "รายการ", "เลขที่") if word not in page] == []
    assert "title" not in page[page.index("<thead") : page.index("</thead")].lower()
    assert at_admin.get(f"/admin/workflows/transitionlog/{log.pk}/change/").status_code == 200
    assert at_admin.get("/admin/workflows/transitionlog/add/").status_code == 403
    assert at_admin.post(f"/admin/workflows/transitionlog/{log.pk}/change/", {"reason": "x"}).status_code == 403
    assert at_admin.post(f"/admin/workflows/transitionlog/{log.pk}/delete/", {"post": "yes"}).status_code == 403


def test_no_admin_form_holds_a_state(at_admin):
    from django.contrib import admin
    from django.test import RequestFactory

    request = RequestFactory().get("/admin/")
    request.user = User(is_staff=True, is_superuser=True)
    for model in stateful_models():
        assert model._meta.get_field("state").editable is False
        if model in admin.site._registry:
            form = admin.site._registry[model].get_form(request)
            assert {"state", "revision"}.isdisjoint(form.base_fields)
