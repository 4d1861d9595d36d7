"""A cycle as schools and networks see it: which part of the year it is, what is asked of them, what came of it.

In their words: nothing here names a step of the office, who is in charge of it, or that it is late.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse

from accounts.flows import NETWORK_ROLES, SCHOOL_ROLES, Role
from accounts.models import User
from cycles.flows import CANCELLED, DELIVERED, FINISHED
from cycles.models import Cycle, CycleStep, Delivery, Report
from cycles.queries import BoardRow, board_rows
from cycles.steps.asking import SURVEYS
from networks.duties import evaluation as judged
from networks.duties import gatherings as gathered
from networks.models import Activity, Evaluation, Meeting, Member, Network
from networks.queries.gatherings import DONE
from reminders.queries import duties_of
from reminders.registry import Duty
from reminders.standing import Standing, in_days, standing_of
from schools.models import School
from supervision import duties as supervised
from supervision.flows import OPEN_RECOMMENDATION, SEEN_BY_SCHOOL
from supervision.models import Recommendation, Visit
from supervision.queries.visits import Appointment, appointments_of
from surveys.models import Survey, SurveySchool
from surveys.queries import waiting_for
from thai.dates import short_date

OUTSIDE_ROLES = (*SCHOOL_ROLES, *NETWORK_ROLES)
SUPERVISION, NETWORKS = "P-5.1", "P-5.2"
SHOWN = 6
"""How many things of one kind a cycle names; where the rest is, the page says."""
MOST_CYCLES = 12


@dataclass(frozen=True)
class Words:
    """One step as those outside know it: the name of the part of the year, and what goes on in it."""

    part: str
    now: str


TITLES = {SUPERVISION: "การนิเทศโรงเรียน", NETWORKS: "การพัฒนาเครือข่าย"}
WORDS: dict[tuple[str, str], Words] = {
    (SUPERVISION, "s1"): Words("ศึกษาข้อมูล", "สำนักงานกำลังรวบรวมข้อมูลของโรงเรียนและผลของปีก่อน เพื่อใช้วางแผนนิเทศของปีนี้"),
    (SUPERVISION, "s2"): Words(
        "สำรวจความต้องการ", "สำนักงานกำลังสำรวจปัญหาและความต้องการของโรงเรียน หากมีแบบสำรวจถึงท่าน โปรดตอบภายในกำหนด"
    ),
    (SUPERVISION, "s3"): Words(
        "วางแผนนิเทศ", "สำนักงานกำลังวางแผนนิเทศจากความต้องการที่โรงเรียนแจ้ง เมื่อกำหนดวันนิเทศแล้วจะแสดงในหน้านี้"
    ),
    (SUPERVISION, "s4"): Words(
        "นิเทศโรงเรียน", "ศึกษานิเทศก์กำลังออกนิเทศโรงเรียน เมื่อผลนิเทศส่งถึงแล้ว โปรดอ่าน รับทราบ และตอบข้อเสนอแนะ"
    ),
    (SUPERVISION, "s5"): Words(
        "ประเมินผล", "สำนักงานกำลังประเมินผลการนิเทศของทั้งเขต ข้อเสนอแนะที่ยังดำเนินการไม่เสร็จ โปรดทำต่อและรายงานภายในกำหนด"
    ),
    (SUPERVISION, "s6"): Words("สรุปและรายงาน", "สำนักงานกำลังสรุปรายงานของปี เมื่อเสร็จแล้วท่านอ่านได้ในหน้านี้"),
    (NETWORKS, "s1"): Words(
        "สำรวจความต้องการ", "สำนักงานกำลังสำรวจข้อมูลและความต้องการของเครือข่าย หากมีแบบสำรวจถึงท่าน โปรดตอบภายในกำหนด"
    ),
    (NETWORKS, "s2"): Words("วางแผน", "สำนักงานกำลังวางแผนส่งเสริมเครือข่ายจากความต้องการที่ได้รับ"),
    (NETWORKS, "s3"): Words("ประชุมเครือข่าย", "เครือข่ายประชุมเพื่อตกลงแนวทางการพัฒนาร่วมกัน หากท่านได้รับเชิญ วันและสถานที่อยู่ด้านล่าง"),
    (NETWORKS, "s4"): Words("พัฒนาเครือข่าย", "เครือข่ายจัดกิจกรรมพัฒนาอย่างน้อยภาคเรียนละครั้ง จัดแล้วโปรดรายงานผล"),
    (NETWORKS, "s5"): Words("ประเมินเครือข่าย", "เครือข่ายกำลังรับการประเมิน หากท่านเป็นผู้ประเมิน โปรดส่งผลภายในกำหนด"),
    (NETWORKS, "s6"): Words(
        "กำหนดแนวทางต่อไป", "สำนักงานและเครือข่ายกำหนดสิ่งที่จะพัฒนาต่อจากผลประเมิน โปรดทำตามแนวทางภายในกำหนด"
    ),
    (NETWORKS, "s7"): Words("สรุปและรายงาน", "สำนักงานกำลังสรุปรายงานของเครือข่าย เมื่อเสร็จแล้วท่านอ่านได้ในหน้านี้"),
}
OVER = Words("เสร็จสิ้น", "งานของปีนี้เสร็จสิ้นแล้ว")

VERBS: dict[str, tuple[str, str]] = {
    supervised.TO_ACKNOWLEDGE.key: (SUPERVISION, "อ่านและรับทราบผลการนิเทศ"),
    supervised.TO_ANSWER.key: (SUPERVISION, "ตอบข้อเสนอแนะ"),
    supervised.TO_REPORT.key: (SUPERVISION, "รายงานผลตามข้อเสนอแนะ"),
    gathered.TO_COME.key: (NETWORKS, "เข้าร่วมประชุม"),
    gathered.MINUTES.key: (NETWORKS, "ทำรายงานการประชุม"),
    gathered.TO_HOLD.key: (NETWORKS, "จัดกิจกรรม"),
    gathered.TO_REPORT.key: (NETWORKS, "รายงานผลกิจกรรม"),
    judged.RETURNED.key: (NETWORKS, "แก้ไขผลการประเมิน"),
    judged.TO_FILL.key: (NETWORKS, "ประเมินเครือข่าย"),
    judged.TO_DO.key: (NETWORKS, "ทำตามแนวทางพัฒนา"),
}
"""{kind of duty: (process, what is asked, as a verb)}; surveys belong to the cycle that asks for them."""
OF_SCHOOL = {supervised.TO_ACKNOWLEDGE.key, supervised.TO_ANSWER.key, supervised.TO_REPORT.key}
"""Kinds whose duties name the school first and the thing itself as their detail."""


def words_of(cycle: Cycle, step: CycleStep) -> Words:
    """What those outside call the step; one that an office added keeps its name."""
    return WORDS.get((cycle.process, step.key)) or Words(step.name, f"สำนักงานกำลังดำเนินการ “{step.name}”")


# -- What the page shows -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ask:
    """One thing that is asked of the person."""

    verb: str
    what: str
    url: str
    due_on: date | None
    today: date
    where: str = ""
    note: str = ""
    """When, in words, where it is an appointment."""

    @property
    def when(self) -> str:
        return self.note or (f"ภายใน {short_date(self.due_on)}" if self.due_on else "")

    @property
    def standing(self) -> Standing:
        return standing_of(Duty(0, "", "", "", self.due_on, ""), self.today, 7)

    @property
    def in_days(self) -> str:
        near = self.due_on if self.standing is not Standing.WAITING else None
        return in_days(near, self.today) if near else ""


@dataclass(frozen=True)
class Came:
    """One thing that came of the year: where it is read, and how it stands."""

    text: str
    url: str
    detail: str = ""


@dataclass
class Part:
    """One part of the year."""

    number: int
    name: str
    is_done: bool
    is_here: bool


@dataclass
class Year:
    """One cycle as the person's school or network sees it."""

    cycle: Cycle
    row: BoardRow
    today: date
    asks: list[Ask] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    report_url: str = ""

    @property
    def title(self) -> str:
        return f"{TITLES.get(self.cycle.process) or self.cycle.title} {self.cycle.year_name}"

    @property
    def words(self) -> Words:
        return words_of(self.cycle, self.row.present) if self.row.present else OVER

    @property
    def parts(self) -> list[Part]:
        return [
            Part(step.number, words_of(self.cycle, step).part, step.is_done, step.is_present) for step in self.row.steps
        ]

    @property
    def here(self) -> Part | None:
        return next((part for part in self.parts if part.is_here), None)

    @property
    def until(self) -> date | None:
        """When this part ends, as planned; None once that day has passed."""
        present = self.row.present
        return present.ends_on if present and present.ends_on >= self.today else None

    @property
    def shown(self) -> list[Ask]:
        return self.asks[:SHOWN]

    @property
    def more(self) -> int:
        return max(len(self.asks) - SHOWN, 0)


@dataclass
class OtherSide:
    """All of the page: whose it is, its years (what runs first), and what is asked beside them."""

    schools: list[School]
    networks: list[Network]
    years: list[Year]
    others: list[Ask]


# -- Reads ---------------------------------------------------------------------------------------------------------


def cycles_around(schools: Iterable[School], networks: Iterable[Network]) -> list[Cycle]:
    """The running cycles of the areas of these schools and networks, and of each process the last finished one."""
    here = {school.area_id for school in schools}
    areas = here | {network.area_id for network in networks}
    found = Cycle.objects.filter(area__in=areas).exclude(state=CANCELLED).order_by("-year", "process", "pk")
    if not here:
        found = found.filter(process=NETWORKS)
    running = list(found.exclude(state=FINISHED)[:MOST_CYCLES])
    last: dict[tuple[int, str], Cycle] = {}
    for cycle in found.filter(state=FINISHED)[:MOST_CYCLES]:
        last.setdefault((cycle.area_id, cycle.process), cycle)
    return [*running, *last.values()]


def other_side_of(user: User, today: date) -> OtherSide:
    """What the person's schools and networks see today. A fixed number of queries."""
    schools = list(School.objects.filter(pk__in=user.schools_as(*SCHOOL_ROLES)).order_by("sort_key"))
    belongs = Member.objects.current(today).of_person(user).values("network")
    of_networks = Q(pk__in=user.networks_as(*NETWORK_ROLES)) | Q(pk__in=belongs)
    networks = list(Network.objects.filter(of_networks).standing("running", today).order_by("sort_key"))
    years = [Year(row.cycle, row, today) for row in board_rows(cycles_around(schools, networks))]
    others = _asked(user, years, today, several=len(schools) > 1)
    for year in years:
        if year.cycle.process == SUPERVISION and not year.cycle.is_finished:
            year.appointments = appointments_of([school.pk for school in schools], today)[:SHOWN]
            break
    _results_of_schools(user, years, schools)
    _results_of_networks(user, years, networks)
    _reports(years, schools)
    return OtherSide(schools, networks, years, others)


def _asked(user: User, years: list[Year], today: date, *, several: bool) -> list[Ask]:
    """Put what is asked under its year; what belongs to none is answered."""
    by_process: dict[str, Year] = {}
    for year in years:
        if not year.cycle.is_finished:
            by_process.setdefault(year.cycle.process, year)
    asking: dict[int, Year] = {}
    known = {year.cycle.pk: year for year in years if not year.cycle.is_finished}
    sources = CycleStep.objects.filter(cycle__in=known).order_by("pk").values_list("cycle", "sources")
    for cycle, chosen in sources:
        asking |= dict.fromkeys(chosen.get(SURVEYS.name) or [], known[cycle])
    others: list[Ask] = []
    for place in _surveys(user, today):
        survey = place.survey
        found = asking.get(survey.pk)
        where = str(place.school) if several else ""
        url = reverse("surveys:answer", args=[place.token])
        ask = Ask("ตอบแบบสำรวจ", survey.title, url, survey.closes_on, today, where)
        (found.asks if found else others).append(ask)
    for duty in duties_of(user, today):
        if duty.kind not in VERBS:
            continue
        process, verb = VERBS[duty.kind]
        what, where = (
            (duty.detail, duty.text if several else "") if duty.kind in OF_SCHOOL else (duty.text, duty.detail)
        )
        note = duty.note if duty.kind in {gathered.TO_COME.key, gathered.TO_HOLD.key} else ""
        found = by_process.get(process)
        (found.asks if found else others).append(Ask(verb, what, duty.url, duty.due_on, today, where, note))
    for rows in (others, *(year.asks for year in years)):
        rows.sort(key=lambda ask: ask.due_on or date.max)
    return others


def _surveys(user: User, today: date) -> list[SurveySchool]:
    """What waits for the schools whose head the person is, and what their teachers may answer. Two queries."""
    found = {place.pk: place for place in waiting_for(user, today).defer("survey__message")}
    teaches = user.schools_as(Role.TEACHER) - user.schools_as(Role.SCHOOL_HEAD)
    if teaches:
        places = SurveySchool.objects.visible_to(user).filter(
            school__in=teaches, survey__in=Survey.objects.taking_answers(today)
        )
        found |= {place.pk: place for place in places.select_related("survey", "school").defer("survey__message")}
    return list(found.values())


def _results_of_schools(user: User, years: list[Year], schools: list[School]) -> None:
    """The visits of each year whose record the school has, and what became of the recommendations. Two queries."""
    mine = {year.cycle.year: year for year in years if year.cycle.process == SUPERVISION}
    if not (mine and schools):
        return
    visits = (
        Visit.objects.visible_to(user)
        .filter(school__in=schools, fiscal_year__in=mine, state__in=SEEN_BY_SCHOOL)
        .select_related("school").only("state", "revision", "purpose", "visited_on", "fiscal_year", "school__name")
        .order_by("-visited_on", "-pk")
    )  # fmt: skip
    for visit in visits[: 10 * SHOWN]:
        came = mine[visit.fiscal_year].came
        if len(came) < SHOWN:
            on = f"นิเทศเมื่อ {short_date(visit.visited_on)}" if visit.visited_on else ""
            parts = (str(visit.school) if len(schools) > 1 else "", on, visit.status.outside_label)
            came.append(Came(visit.purpose, visit.get_absolute_url(), " · ".join(filter(None, parts))))
    counted = (
        Recommendation.objects.visible_to(user)
        .filter(school__in=schools, visit__fiscal_year__in=mine, visit__state__in=SEEN_BY_SCHOOL)
        .order_by().values("visit__fiscal_year")
        .annotate(n=Count("pk"), left=Count("pk", filter=Q(state__in=OPEN_RECOMMENDATION)))
    )  # fmt: skip
    for row in counted:
        done = row["n"] - row["left"]
        text = f"ข้อเสนอแนะ {row['n']:,} เรื่อง ดำเนินการแล้ว {done:,} เรื่อง"
        mine[row["visit__fiscal_year"]].came.append(Came(text, supervised.TO_ANSWER.page().partition("?")[0]))


def _results_of_networks(user: User, years: list[Year], networks: list[Network]) -> None:
    """Of each year: the minutes that were approved, the activities of the networks, their confirmed evaluations.
    Three queries."""
    mine = {year.cycle.year: year for year in years if year.cycle.process == NETWORKS}
    if not (mine and networks):
        return
    concerned = Q(network__in=networks) | Q(others__in=networks) | Q(for_all=True)
    held = Meeting.objects.visible_to(user).filter(concerned, state="minuted", academic_year__in=mine).distinct()
    for meeting in held.only("title", "academic_year", "starts_on", "state", "revision").order_by("-starts_on")[:SHOWN]:
        detail = f"รายงานการประชุมและแนวทางที่ตกลงร่วมกัน · {short_date(meeting.starts_on)}"
        mine[meeting.academic_year].came.append(Came(meeting.title, meeting.get_absolute_url(), detail))
    evaluations = (
        Evaluation.objects.visible_to(user)
        .filter(network__in=networks, state="confirmed", round__academic_year__in=mine)
        .for_list().order_by("-round__academic_year", "-round__semester", "-pk")
    )  # fmt: skip
    for one in evaluations[: 2 * SHOWN]:
        text = f"ผลประเมิน{one.network}: {one.get_decision_display()}"
        mine[one.round.academic_year].came.append(Came(text, one.get_absolute_url(), str(one.round)))
    counted = (
        Activity.objects.visible_to(user).filter(network__in=networks, state__in=DONE, academic_year__in=mine)
        .order_by().values("academic_year", "network", "network__name").annotate(n=Count("pk", distinct=True))
    )  # fmt: skip
    for row in counted[: 2 * SHOWN]:
        text, url = (
            f"{row['network__name']} จัดกิจกรรมแล้ว {row['n']:,} ครั้ง",
            f"{gathered.TO_HOLD.page()}?network={row['network']}",
        )
        mine[row["academic_year"]].came.append(Came(text, url))


def _reports(years: list[Year], schools: list[School]) -> None:
    """The report of each cycle, where it was sent to one of the schools or everybody may read it. Two queries."""
    known = {year.cycle.pk: year for year in years}
    for report in Report.objects.published().filter(cycle__in=known).only("cycle", "slug", "state", "revision"):
        known[report.cycle_id].report_url = report.public_url
    sent = Delivery.objects.filter(
        report__cycle__in=known, school__in=schools, report__state__in=DELIVERED, sent_at__isnull=False
    )
    for cycle, token in sent.values_list("report__cycle", "token"):
        known[cycle].report_url = reverse("cycles:delivered-report", args=[token])
