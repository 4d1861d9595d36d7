"""Each role in the demonstration office: every page of its menu, and a record of each kind in each state."""

from collections.abc import Iterator

import pytest
from django.urls import resolve, reverse

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from correspondence.flows import RegisterKind
from correspondence.models import Paper
from cycles.models import Cycle, NetworkPlan, Report
from documents.wording import wording_kinds
from instruments.models import Instrument
from networks.models import Network
from reports.models import Dossier
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
    yield "visit-forms", reverse("supervision:visit-forms", args=[visit.pk])
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


def steps_of(cycles) -> Iterator[tuple[str, str]]:
    for cycle in cycles:
        for step in cycle.all_steps:
            yield f"step-{cycle.process}-{step.number}-{cycle.state}", step.get_absolute_url()


def cycles_that_run(user) -> Iterator[tuple[str, str]]:
    """Every step of this year's cycles: those done, the present one, those ahead."""
    yield from steps_of(Cycle.objects.visible_to(user).running())


def cycles_and_reports(user) -> Iterator[tuple[str, str]]:
    """What is decided about cycles, and the screens of last year's as they were frozen."""
    yield "cycle-open", reverse("cycles:cycle-open")
    for cycle in Cycle.objects.visible_to(user):
        yield f"cycle-{cycle.process}-{cycle.state}", cycle.get_absolute_url()
    running = Cycle.objects.visible_to(user).running().first()
    yield "cycle-schedule", reverse("cycles:schedule", args=[running.pk])
    finished = Cycle.objects.visible_to(user).get(process="P-5.1", state="finished")
    yield from steps_of([finished])
    yield from one_of_each_state(NetworkPlan, user)
    yield from one_of_each_state(Report, user)
    writing = Report.objects.visible_to(user).order_by("-pk").first()
    yield "passages", reverse("cycles:passages", args=[writing.pk])
    yield "dossier-new", reverse("reports:dossier-new", args=["cycle", finished.pk])
    yield "dossier", Dossier.objects.visible_to(user).first().get_absolute_url()
    yield "deliveries", reverse("cycles:deliveries", args=[Report.objects.published().first().pk])


def opinion(user) -> Iterator[tuple[str, str]]:
    cycle = Cycle.objects.visible_to(user).filter(plan__isnull=False).first()
    yield "plan-opinion", reverse("cycles:plan-opinion", args=[cycle.pk])


def papers(user) -> Iterator[tuple[str, str]]:
    """What comes and goes on paper, and how the office's papers look."""
    yield from one_of_each_state(Paper, user)
    for kind in RegisterKind:
        yield f"register-{kind}", reverse("correspondence:entry-list", args=[kind])
    yield "register-new", reverse("correspondence:entry-create", args=["in"])
    yield "paper-new", reverse("correspondence:paper-create", args=["order"])
    yield "paper-edit", reverse("correspondence:paper-edit", args=[Paper.objects.get(state="draft").pk])
    yield "signature", reverse("correspondence:signature")
    area = min(user.areas_as(Role.CLERK, Role.GROUP_HEAD))
    yield "wording", reverse("documents:wording-edit", args=[area, wording_kinds()[0].code])
    yield "fonts", reverse("documents:fonts", args=[area])


def desk_of_clerk(user) -> Iterator[tuple[str, str]]:
    school = School.objects.visible_to(user).first()
    yield "school", school.get_absolute_url()
    yield from papers(user)
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
    Role.SUPERVISOR: (details, desk_of_supervisor, cycles_that_run),
    Role.GROUP_HEAD: (details, desk_of_head, cycles_and_reports),
    Role.WORKGROUP_HEAD: (nothing_more,),
    Role.AREA_DIRECTOR: (nothing_more,),
    Role.COMMITTEE: (details, opinion),
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


def test_everybody_reads_what_is_published(office, device):
    at = device(office)
    report = Report.objects.published().first()
    found = []
    for name, address in (("list", reverse("cycles:public-list")), ("report", report.public_url)):
        at.page.goto(address)
        found += troubles(at.page, f"stranger-public-{name}", BOTH)
    assert found == []


def test_a_page_that_is_not_there_says_so_in_thai(office, device):
    at = device(office)
    at.admit(somebody(Role.SUPERVISOR))
    assert at.page.goto("/supervision/visits/99999999/").status == 404
    assert not troubles(at.page, "supervisor-404", BOTH)
    at.complaints.clear()


def test_english_is_noticed_and_codes_are_not():
    assert english_in("ส่งรายงาน Submit now") == ["Submit", "now"]
    assert english_in("Active Learning INS-02 V-2570-00012 a.b@example.org แบบ PDF") == []
