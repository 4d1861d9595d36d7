"""Each role in the demonstration office: every page of its menu, and a record of each kind in each state."""

from collections.abc import Iterator

import pytest
from django.urls import resolve, reverse

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from instruments.models import Instrument
from networks.models import Network
from schools.models import School
from supervision.models import Plan, Recommendation, Visit
from tests.e2e.looking import english_in, troubles

pytestmark = pytest.mark.e2e

BOTH = (360, 1280)
DOORS = ("accounts:login", "accounts:password-reset")


def one_of_each_state(model, user) -> Iterator[tuple[str, str]]:
    """(name, address) of a record in each state that the person may see, newest first."""
    seen = set()
    for record in model.objects.visible_to(user).order_by("-pk"):
        if record.state not in seen:
            seen.add(record.state)
            yield f"{model.__name__.lower()}-{record.state}", record.get_absolute_url()


def details(user) -> Iterator[tuple[str, str]]:
    for model in (Plan, Visit, Recommendation):
        yield from one_of_each_state(model, user)


def common(user) -> Iterator[tuple[str, str]]:
    for name in ("menu", "accounts:password-change", "workflows:notice-list"):
        yield name.replace(":", "-"), reverse(name)


def desk_of_supervisor(user) -> Iterator[tuple[str, str]]:
    """The pages on which a supervisor writes."""
    visit = Visit.objects.filter(state="in_progress", members__user=user, members__is_lead=True).first()
    yield "visit-edit", reverse("supervision:visit-edit", args=[visit.pk])
    yield "visit-team", reverse("supervision:visit-team", args=[visit.pk])
    for side in ("supervisor", "school"):
        yield f"visit-sign-{side}", reverse("supervision:visit-sign", args=[visit.pk]) + f"?side={side}"
    for form in visit.forms.select_related("response__version__instrument"):
        address = reverse("supervision:visit-form", args=[visit.pk, form.pk])
        code = form.response.version.instrument.code
        for section in form.response.version.definition["sections"]:
            yield f"visit-form-{code}-{section['key']}", f"{address}?section={section['key']}"
    yield "visit-create", reverse("supervision:visit-create")
    yield "plan-create", reverse("supervision:plan-create")


def desk_of_head(user) -> Iterator[tuple[str, str]]:
    draft = Plan.objects.get(state="draft")
    yield "plan-edit", reverse("supervision:plan-edit", args=[draft.pk])
    yield "plan-item-add", reverse("supervision:plan-item-add", args=[draft.pk])
    yield "plan-item-add-many", reverse("supervision:plan-item-add-many", args=[draft.pk])
    yield "plan-copy", reverse("supervision:plan-copy", args=[Plan.objects.filter(state="approved").first().pk])
    planned = Visit.objects.filter(state="planned").first()
    yield "visit-days", reverse("supervision:visit-reschedule", args=[planned.pk])
    school = School.objects.visible_to(user).first()
    yield "school", school.get_absolute_url()
    yield "school-groups", reverse("schools:group-list")
    yield "instrument", reverse("instruments:instrument-detail", args=[Instrument.objects.get(code="INS-02").pk])
    for instrument in Instrument.objects.all():
        yield f"version-{instrument.code}", reverse("instruments:version-detail", args=[instrument.current.pk])
    yield "network", reverse("networks:network-detail", args=[Network.objects.first().pk])


def desk_of_clerk(user) -> Iterator[tuple[str, str]]:
    school = School.objects.visible_to(user).first()
    yield "school", school.get_absolute_url()
    yield "school-imports", reverse("schools:import-list")
    yield "school-import", reverse("schools:import-new")


def nothing_more(user) -> Iterator[tuple[str, str]]:
    yield from ()


def somebody(role: str) -> User:
    """The person of that role with the most to see."""
    people = User.objects.filter(pk__in=RoleAssignment.objects.filter(role=role).values("user"))
    if role == Role.SUPERVISOR:
        return (
            people.filter(visit_memberships__visit__state="in_progress", visit_memberships__is_lead=True)
            .order_by("pk")
            .first()
        )
    if role == Role.SCHOOL_HEAD:
        states = {user: set(Visit.objects.visible_to(user).values_list("state", flat=True)) for user in people}
        return max(people, key=lambda user: ("released" in states[user], len(states[user])))
    return people.order_by("pk").first()


DESKS = {
    Role.SUPERVISOR: (details, desk_of_supervisor),
    Role.GROUP_HEAD: (details, desk_of_head),
    Role.WORKGROUP_HEAD: (nothing_more,),
    Role.AREA_DIRECTOR: (nothing_more,),
    Role.COMMITTEE: (details,),
    Role.CLERK: (desk_of_clerk,),
    Role.SCHOOL_HEAD: (details,),
    Role.TEACHER: (nothing_more,),
    Role.NETWORK_LEAD: (nothing_more,),
}


@pytest.mark.parametrize("role", DESKS, ids=str)
def test_every_page_of_a_role_fits_reads_thai_and_shuts_nobody_out(office, device, role):
    user = somebody(role)
    at = device(office)
    at.admit(user)
    page = at.page
    page.goto(reverse("menu"))
    offered = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
    assert len(offered) >= 2
    pages = [(resolve(address).url_name, address) for address in offered]
    pages += list(common(user))
    for desk in DESKS[role]:
        pages += list(desk(user))
    found = []
    for name, address in pages:
        answer = page.goto(address)
        if answer is None or not answer.ok:
            found.append(f"{name}: {address} answered {answer and answer.status}")
            continue
        found += troubles(page, f"{role}-{name}", BOTH, known=user.username)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("door", DOORS)
def test_the_doors_are_clean_for_a_stranger(office, device, door):
    at = device(office)
    at.page.goto(reverse(door))
    assert troubles(at.page, f"stranger-{door.replace(':', '-')}", BOTH) == []


def test_a_page_that_is_not_there_says_so_in_thai(office, device):
    at = device(office)
    at.admit(somebody(Role.SUPERVISOR))
    assert at.page.goto("/supervision/visits/99999999/").status == 404
    assert not troubles(at.page, "supervisor-404", BOTH)
    at.complaints.clear()


def test_english_is_noticed_and_codes_are_not():
    assert english_in("ส่งรายงาน Submit now") == ["Submit", "now"]
    assert english_in("Active Learning INS-02 V-2570-00012 a.b@example.org แบบ PDF") == []
