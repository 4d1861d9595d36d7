"""P-5.1 step 4: methods, tools, the order that appoints the team, the visits of the plan and how far they are."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, Sum
from django.urls import reverse

from accounts.flows import Role
from accounts.models import User
from appraisal.models import ContentReview, ExpertMark
from cycles.forms import StepForm
from cycles.kinds import Gap, StepKind, step_kind
from documents.official import directing
from instruments.models import Instrument, InstrumentVersion
from instruments.statistics import Congruence, rounded
from supervision.flows import SEEN_BY_SCHOOL
from supervision.models import Plan, PlanItem, Visit, VisitMember
from supervision.queries.coverage import coverage_of
from thai.dates import date_range, today_in_bangkok
from thai.fields import ThaiCharField, ThaiDateField
from thai.text import name_sort_key, thai_sort_key
from workflows.models import TransitionLog

BASES = {"school": "โรงเรียนเป็นฐาน", "project": "โครงการเป็นฐาน"}
TECHNIQUES = {
    "classroom": "เยี่ยมชั้นเรียน สังเกตการสอน",
    "coaching": "Coaching & Mentoring",
    "plc": "ชุมชนการเรียนรู้ทางวิชาชีพ (PLC)",
    "consult": "ประชุมปรึกษาหารือ",
    "interview": "สัมภาษณ์ สนทนากลุ่ม",
    "documents": "ตรวจเอกสารหลักฐาน",
    "online": "นิเทศออนไลน์",
    "workshop": "อบรมเชิงปฏิบัติการ",
}
HELD, WRITING, DUE, LATE, POSTPONED, AHEAD, CANCELLED, UNMADE = (
    "held", "writing", "due", "late", "postponed", "ahead", "cancelled", "unmade",
)  # fmt: skip
WORDS = {
    HELD: "นิเทศแล้ว",
    WRITING: "กำลังนิเทศ",
    DUE: "ถึงกำหนด",
    LATE: "เลยกำหนด",
    POSTPONED: "เลื่อน",
    AHEAD: "ยังไม่ถึงกำหนด",
    CANCELLED: "ยกเลิก",
    UNMADE: "รออนุมัติแผน",
}
"""Where one visit of the plan stands, in the order in which the columns of the page have it."""
SETTLED = (HELD, CANCELLED)
NAMED = 8
"""Visits that the gate names one by one."""


class SupervisionForm(StepForm):
    """Methods in words, and what the order says beside its names and days."""

    needed = ("bases", "methods")

    bases = forms.MultipleChoiceField(
        label="ฐานของการนิเทศ", choices=list(BASES.items()), widget=forms.CheckboxSelectMultiple
    )
    techniques = forms.MultipleChoiceField(
        label="เทคนิควิธีการนิเทศ", choices=list(TECHNIQUES.items()), widget=forms.CheckboxSelectMultiple
    )
    methods = ThaiCharField(
        label="วิธีการและแนวทางการนิเทศ", max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="ขั้นตอนการนิเทศ นวัตกรรมหรือรูปแบบที่ใช้ และเหตุผลที่เลือก ให้สอดคล้องกับวัตถุประสงค์ของแผน",
    )  # fmt: skip
    tools = ThaiCharField(
        label="การสร้างหรือแสวงหาเครื่องมือ", max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="ที่มาและคุณภาพของเครื่องมือ โดยเฉพาะเครื่องมือที่ยังไม่มีค่า IOC",
    )  # fmt: skip
    order_number = ThaiCharField(
        label="เลขที่คำสั่งแต่งตั้งคณะนิเทศ", max_length=40, help_text="เช่น 15/2570 เลขคำสั่งเริ่มที่ 1 ทุกปีปฏิทิน"
    )
    order_date = ThaiDateField(label="คำสั่งลงวันที่")
    order_subject = ThaiCharField(
        label="เรื่องของคำสั่ง", max_length=300, help_text="เว้นว่างไว้จะพิมพ์ว่า “แต่งตั้งคณะนิเทศ ติดตาม และประเมินผลการจัดการศึกษา”"
    )
    order_text = ThaiCharField(
        label="ข้อความของคำสั่ง (เหตุและอำนาจ)", max_length=5000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="รายชื่อคณะนิเทศและปฏิทินมาจากแผน ไม่ต้องพิมพ์ซ้ำ หากมีคำสั่งที่ลงนามแล้ว แนบเป็นหลักฐานของขั้นนี้แทนได้",
    )  # fmt: skip
    order_duties = ThaiCharField(
        label="หน้าที่ของคณะนิเทศ", max_length=5000, widget=forms.Textarea(attrs={"rows": 3}), help_text="บรรทัดละหนึ่งข้อ"
    )
    order_from = ThaiDateField(label="คำสั่งมีผลตั้งแต่วันที่", help_text="เว้นว่างไว้จะพิมพ์ว่า “ตั้งแต่บัดนี้เป็นต้นไป”")
    waiting_note = ThaiCharField(
        label="บันทึกที่ยังไม่ได้ส่งผลให้โรงเรียน", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="หากจะจบขั้นนี้ขณะยังมีบันทึกรอส่งผล โปรดระบุว่าเหลือกี่ฉบับ เพราะเหตุใด และจะเสร็จเมื่อใด",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        initial = dict(kwargs.pop("initial", None) or {})
        for name in ("order_date", "order_from"):
            if isinstance(initial.get(name), str):
                initial[name] = date.fromisoformat(initial[name])
        super().__init__(*args, initial=initial, **kwargs)


@step_kind("P-5.1", "s4")
class SupervisionStep(StepKind):
    title = "วิธีการ เครื่องมือ และการดำเนินการนิเทศ"
    template = "cycles/steps/supervision.html"
    document = "cycles/steps/supervision_document.html"
    form = SupervisionForm
    styles = ("css/charts.css", "css/analysis.css", "css/cycle-reports.css")

    def gather(self, step) -> dict[str, Any]:
        """A fixed number of queries, whatever the number of visits; only those of the plan are read."""
        plan = step.cycle.plan
        if plan is None:
            return {"plan": None}
        lines = _lines(plan)
        counts = _counted(lines)
        return {
            "plan": {
                "title": plan.title, "code": plan.record_code, "url": plan.get_absolute_url(), "state": plan.state_label,
                "approved": plan.state == "approved", "period": plan.period_label,
            },
            "instruments": _instruments(plan),
            "counts": counts,
            "words": WORDS,
            "waiting": sum(line["status"] == HELD and not line["released"] for line in lines),
            "lines": lines,
            "months": _months(lines),
            "schools": _apart(lines, "school", thai_sort_key),
            "people": _apart(lines, "lead", name_sort_key),
            "unvisited": _unvisited(lines),
            "coverage": coverage_of(plan),
            "team": _team(plan),
            "signer": _signer(plan.area_id),
        }  # fmt: skip

    def gaps(self, step, facts: dict[str, Any]) -> list[Gap]:
        plan = facts["plan"]
        if plan is None:
            return [
                Gap(
                    "รอบนี้ยังไม่มีแผนนิเทศ",
                    step.in_charge,
                    reverse("cycles:step", args=[step.cycle_id, 3]),
                    "เลือกแผนในขั้นที่ 3",
                )
            ]
        found = []
        if not plan["approved"]:
            found.append(Gap(f"แผนนิเทศยังไม่ได้รับอนุมัติ ({plan['state']})", "ผู้จัดทำแผนและผู้อนุมัติ", plan["url"], "เปิดแผน"))
        elif not facts["lines"]:
            found.append(Gap("แผนนิเทศไม่มีกำหนดการ", step.in_charge, plan["url"], "เปิดแผน"))
        found += _order_gaps(step)
        found += _open_visits(facts["lines"]) if plan["approved"] else []
        if facts["waiting"] and not step.content.get("waiting_note"):
            found.append(
                Gap(
                    f"บันทึกผลการนิเทศ {facts['waiting']:,} ฉบับยังไม่ได้ส่งผลให้โรงเรียน โปรดส่งผล หรือระบุจำนวนและเหตุผลในช่อง “บันทึกที่ยังไม่ได้ส่งผลให้โรงเรียน”",
                    "ผู้ตรวจและผู้อำนวยการกลุ่มนิเทศฯ",
                    f"{reverse('supervision:visit-list')}?tab=release",
                    "บันทึกที่รอส่งผล",
                )
            )
        return found


def _order_gaps(step) -> list[Gap]:
    written = step.content
    labels = [("order_number", "เลขที่คำสั่ง"), ("order_date", "วันที่ของคำสั่ง"), ("order_text", "ข้อความของคำสั่ง")]
    missing = [(name, label) for name, label in labels if not written.get(name)]
    if not missing or step.evidence.exists():
        return []
    text = f"คำสั่งแต่งตั้งคณะนิเทศยังไม่มี{' '.join(label for _, label in missing)} หรือแนบคำสั่งที่ลงนามแล้วเป็นหลักฐาน"
    return [Gap(text, step.in_charge, f"{step.get_absolute_url()}#id_{missing[0][0]}", "กรอกคำสั่ง")]


def _open_visits(lines: list[dict]) -> list[Gap]:
    """Each visit that is neither held nor called off, the oldest first; of many only the first by name."""
    left = [line for line in lines if line["status"] not in SETTLED]
    found = [
        Gap(f"{line['school']} {line['days']} {WORDS[line['status']]}", line["lead"], line["url"], "เปิดการนิเทศ")
        for line in left[:NAMED]
    ]
    if len(left) > NAMED:
        url = f"{reverse('supervision:visit-list')}?{urlencode({'tab': 'all', 'state': 'planned'})}"
        found.append(
            Gap(
                f"และการนิเทศอีก {len(left) - NAMED:,} ครั้งที่ยังไม่ได้นิเทศหรือยกเลิกพร้อมเหตุผล",
                "หัวหน้าคณะของแต่ละแห่ง",
                url,
                "รายการการนิเทศ",
            )
        )
    return found


# -- What is gathered ----------------------------------------------------------------------------------------------


def _status(state: str | None, first: date, last: date, today: date) -> str:
    if state is None:
        return UNMADE
    if state == "in_progress":
        return WRITING
    if state in (POSTPONED, CANCELLED):
        return state
    if state != "planned":
        return HELD
    if last < today:
        return LATE
    return DUE if first <= today else AHEAD


def _lines(plan: Plan) -> list[dict[str, Any]]:
    """The schedule with what became of each line; three queries."""
    today = today_in_bangkok()
    rows = list(
        PlanItem.objects.filter(plan=plan)
        .order_by("starts_on", "pk")
        .values(
            "school__name", "purpose", "starts_on", "ends_on", "lead__prefix", "lead__first_name", "lead__last_name",
            "visit__pk", "visit__state", "visit__starts_on", "visit__ends_on", "visit__visited_on",
        )
    )  # fmt: skip
    leads = {
        visit: _name(*name)
        for visit, *name in VisitMember.objects.filter(visit__plan_item__plan=plan, is_lead=True).values_list(
            "visit", "user__prefix", "user__first_name", "user__last_name"
        )
    }
    reasons = _reasons([row["visit__pk"] for row in rows if row["visit__state"] in (POSTPONED, CANCELLED)])
    found = []
    for row in rows:
        pk = row["visit__pk"]
        first, last = row["visit__starts_on"] or row["starts_on"], row["visit__ends_on"] or row["ends_on"]
        first, last = (row["visit__visited_on"],) * 2 if row["visit__visited_on"] else (first, last)
        found.append(
            {
                "school": f"โรงเรียน{row['school__name']}",
                "purpose": row["purpose"],
                "from": first,
                "to": last,
                "days": date_range(first, last, style="short"),
                "lead": leads.get(pk) or _name(row["lead__prefix"], row["lead__first_name"], row["lead__last_name"]),
                "status": _status(row["visit__state"], first, last, today),
                "released": row["visit__state"] in SEEN_BY_SCHOOL,
                "reason": reasons.get(pk, ""),
                "url": reverse("supervision:visit-detail", args=[pk]) if pk else plan.get_absolute_url(),
            }
        )
    return sorted(found, key=lambda line: line["from"])


def _name(prefix: str, first: str, last: str) -> str:
    return f"{prefix}{first} {last}".strip()


def _reasons(visits: list[int]) -> dict[int, str]:
    """Why each was put off or called off, as last said."""
    logs = TransitionLog.objects.filter(
        content_type=ContentType.objects.get_for_model(Visit), object_id__in=visits, action__in=("postpone", "cancel")
    )
    return dict(logs.order_by("at", "pk").values_list("object_id", "reason"))


def _counted(lines: Iterable[dict]) -> dict[str, int]:
    """How many stand where, and all; the keys are those of ``WORDS``."""
    found = dict.fromkeys(WORDS, 0)
    for line in lines:
        found[line["status"]] += 1
    return {"all": sum(found.values()), **found}


def _months(lines: list[dict]) -> list[dict[str, Any]]:
    """The calendar: how many visits of each month stand where, with the list of that month."""
    by_month: dict[date, list[dict]] = defaultdict(list)
    for line in lines:
        by_month[line["from"].replace(day=1)].append(line)
    found = []
    for first, rows in sorted(by_month.items()):
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        days = {"tab": "all", "since": first.isoformat(), "until": last.isoformat()}
        found.append(
            {"month": first, "counts": _counted(rows), "url": f"{reverse('supervision:visit-list')}?{urlencode(days)}"}
        )
    return found


def _apart(lines: list[dict], by: str, key) -> list[dict[str, Any]]:
    groups: dict[str, list[dict]] = defaultdict(list)
    for line in lines:
        groups[line[by]].append(line)
    return [{"name": name, "counts": _counted(groups[name])} for name in sorted(groups, key=key)]


def _unvisited(lines: list[dict]) -> list[str]:
    """Schools of the plan in which no visit has been held yet."""
    seen = {line["school"] for line in lines if line["status"] in (HELD, WRITING)}
    return sorted({line["school"] for line in lines} - seen, key=thai_sort_key)


def _team(plan: Plan) -> list[dict[str, str]]:
    """Everybody whom the order appoints: the team of the plan, and whoever leads or goes along on a visit.

    Each asked for by itself: joined in one query they would multiply each other.
    """
    ids = {plan.owner_id, *plan.team.values_list("pk", flat=True)}
    ids.update(PlanItem.objects.filter(plan=plan).values_list("lead", flat=True))
    ids.update(PlanItem.team.through.objects.filter(planitem__plan=plan).values_list("user", flat=True))
    ids.update(VisitMember.objects.filter(visit__plan_item__plan=plan).values_list("user", flat=True))
    people = sorted(
        User.objects.filter(pk__in=ids), key=lambda user: name_sort_key(f"{user.first_name} {user.last_name}")
    )
    return [{"name": str(user), "position": user.signing_position} for user in people]


def _signer(area: int) -> dict[str, str]:
    held = directing(area)
    if held is None:
        return {"name": "", "position": Role.AREA_DIRECTOR.label}
    position = held.user.signing_position
    return {
        "name": str(held.user),
        "position": f"{position} รักษาราชการแทน{Role.AREA_DIRECTOR.label}" if held.acting else position,
    }


def _instruments(plan: Plan) -> list[dict[str, Any]]:
    """The forms of the schedule with the version in use and what experts said of it; four queries."""
    chosen = list(
        Instrument.objects.filter(plan_items__plan=plan)
        .annotate(lines=Count("plan_items", filter=Q(plan_items__plan=plan), distinct=True))
        .order_by("code", "pk")
    )
    versions: dict[int, list[InstrumentVersion]] = defaultdict(list)
    for version in InstrumentVersion.objects.filter(instrument__in=chosen).defer("definition").order_by("-number"):
        versions[version.instrument_id].append(version)
    results = _ioc([version.pk for found in versions.values() for version in found], plan.area_id)
    rows = []
    for instrument in chosen:
        mine = versions[instrument.pk]
        current = next((version for version in mine if version.state == "published"), None)
        judged = next((version for version in mine if version.pk in results), None)
        rows.append(
            {
                "code": instrument.code,
                "title": instrument.title,
                "url": current.get_absolute_url() if current else "",
                "version": current.number if current else None,
                "state": current.state_label if current else "ไม่มีฉบับที่เผยแพร่",
                "lines": instrument.lines,
                "ioc": {**results[judged.pk], "of": judged.number} if judged else None,
            }
        )
    return rows


def _ioc(versions: list[int], area: int) -> dict[int, dict[str, Any]]:
    """Of each version the last round that any expert has sent: experts, the mean IOC, questions that pass and fail."""
    reviews = list(
        ContentReview.objects.filter(version__in=versions, area=area)
        .annotate(sent=Count("experts", filter=Q(experts__sent_at__isnull=False)))
        .filter(sent__gt=0)
        .order_by("opened_at", "pk")
        .values_list("pk", "version", "sent")
    )
    last = {version: (review, sent) for review, version, sent in reviews}
    marks: dict[int, list[Congruence]] = defaultdict(list)
    rows = ExpertMark.objects.filter(
        expert__review__in=[review for review, _ in last.values()], expert__sent_at__isnull=False, mark__isnull=False
    )
    for review, n, total in (
        rows.values("expert__review", "question").annotate(n=Count("pk"), total=Sum("mark")).values_list("expert__review", "n", "total")
    ):  # fmt: skip
        marks[review].append(Congruence(n, total))
    found = {}
    for version, (review, sent) in last.items():
        values = [Fraction(one.total, one.n) for one in marks[review]]
        found[version] = {
            "experts": sent,
            "average": rounded(sum(values, Fraction(0)) / len(values)) if values else None,
            "passed": sum(one.passes is True for one in marks[review]),
            "failed": sum(one.passes is False for one in marks[review]),
            "url": reverse("appraisal:review-detail", args=[review]),
        }
    return found
