"""P-5.2, steps 3 to 6: the networks meet, develop, are judged, and learn what to do next."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Count, Q, Sum
from django.urls import reverse, reverse_lazy

from cycles.kinds import Gap, Source, StepKind, step_kind
from cycles.models import CycleStep
from cycles.steps.rows import RowSet, RowsForm
from networks.models import Activity, Direction, Evaluation, Meeting
from networks.models.network import Level
from networks.queries.gatherings import DONE, activities_per_semester, attendance_of
from networks.queries.results import SemesterResult, evaluations_of, proposal_for
from schools.queries import calendar_for
from thai.dates import today_in_bangkok
from thai.fields import ThaiCharField, ThaiDateField
from thai.years import semester_label, semester_range

MOST_MEETINGS = 6
"""Meetings that one step draws from; each costs two queries."""
MOST_NAMES = 40
"""Networks that are named; the lists of networks have them all."""


def begun_semesters(step: CycleStep) -> list[int]:
    """The semesters of the cycle's academic year that have begun by today."""
    calendar = calendar_for(step.area_id)
    today = today_in_bangkok()
    return [n for n in (1, 2) if semester_range(step.cycle.year, n, calendar).start <= today]


def _named(names: Iterable[str]) -> dict[str, Any]:
    names = list(names)
    return {"count": len(names), "names": names[:MOST_NAMES], "more": max(len(names) - MOST_NAMES, 0)}


# -- Step 3: the meeting -------------------------------------------------------------------------------------------


def _meetings(step: CycleStep, user):
    """Meetings of the office that were not cancelled, the newest first."""
    return Meeting.objects.visible_to(user).filter(area=step.area_id).exclude(state="cancelled")


class MeetingForm(RowsForm):
    needed = ("direction",)
    direction = ThaiCharField(
        label="แนวทางการพัฒนาเครือข่ายที่ตกลงร่วมกัน", max_length=10_000, widget=forms.Textarea,
        help_text="สรุปจากมติของทุกการประชุมที่เลือก เป็นผลผลิตของขั้นนี้",
    )  # fmt: skip


@step_kind("P-5.2", "s3")
class MeetingStep(StepKind):
    title = "สรุปการประชุมสัมมนาเครือข่ายและแนวทางการพัฒนา"
    template = "cycles/steps/network_meeting.html"
    document = "cycles/steps/network_meeting_document.html"
    form = MeetingForm
    styles = ("css/analysis.css", "css/cycle-steps.css")
    sources = (
        Source(
            "meetings", "การประชุม", _meetings, create_url=reverse_lazy("networks:meeting-create"),
            help=f"การประชุมหรือสัมมนาที่กำหนดแนวทางของรอบนี้ เลือกได้ไม่เกิน {MOST_MEETINGS} ครั้ง", empty="ยังไม่มีการประชุมเครือข่าย",
        ),
    )  # fmt: skip

    def gather(self, step: CycleStep) -> dict[str, Any]:
        chosen = Meeting.objects.filter(pk__in=step.sources.get("meetings", []), area=step.area_id)
        found = chosen.select_related("network", "chair").prefetch_related("agenda").order_by("starts_on", "pk")
        return {"meetings": [_meeting_facts(meeting) for meeting in found[:MOST_MEETINGS]]}

    def gaps(self, step: CycleStep, facts: dict[str, Any]) -> list[Gap]:
        if not facts["meetings"]:
            return [
                Gap("ยังไม่ได้เลือกการประชุมของรอบนี้", step.in_charge, f"{step.get_absolute_url()}#sources", "เลือกการประชุม")
            ]
        return [
            Gap(
                f"“{row['title']}” ยังไม่ได้รับรองรายงานการประชุม ({row['status']})",
                step.in_charge,
                row["url"],
                "เปิดการประชุม",
            )
            for row in facts["meetings"]
            if not row["minuted"]
        ]


def _meeting_facts(meeting: Meeting) -> dict[str, Any]:
    """What the cycle's readers may read of it: what was resolved only once the minutes are approved."""
    came = attendance_of(meeting)
    minuted = meeting.state == "minuted"
    return {
        "title": meeting.title,
        "kind": meeting.get_kind_display(),
        "days": meeting.days,
        "place": meeting.place,
        "url": meeting.get_absolute_url(),
        "status": meeting.state_label,
        "minuted": minuted,
        "chair": meeting.chaired_by,
        "invited": came.invited,
        "came": came.came,
        "agenda": [
            {"place": item.place, "title": item.title, "resolution": item.resolution if minuted else ""}
            for item in meeting.agenda.all()
        ],
        "direction": meeting.direction if minuted else "",
    }


# -- Step 4: development -------------------------------------------------------------------------------------------


def _reason(label: str, help_text: str) -> ThaiCharField:
    """Why the step may be done although not all networks are."""
    return ThaiCharField(label=label, max_length=4000, widget=forms.Textarea, help_text=help_text)


class DevelopmentForm(RowsForm):
    needed = ("summary",)
    summary = ThaiCharField(
        label="สรุปผลการพัฒนาเครือข่าย", max_length=10_000, widget=forms.Textarea,
        help_text="สิ่งที่ทำ องค์ความรู้ที่ได้ และผลที่เกิดกับครูและผู้เรียน",
    )  # fmt: skip
    reason = _reason("เหตุที่บางเครือข่ายยังไม่มีกิจกรรมครบทุกภาคเรียน", "กรอกเมื่อจำเป็นต้องจบขั้นนี้ทั้งที่ยังมีเครือข่ายที่ไม่ได้จัดกิจกรรม")


@step_kind("P-5.2", "s4")
class DevelopmentStep(StepKind):
    title = "ผลการดำเนินการพัฒนาเครือข่าย"
    template = "cycles/steps/network_development.html"
    document = "cycles/steps/network_development_document.html"
    form = DevelopmentForm
    styles = ("css/analysis.css", "css/cycle-steps.css")

    def gather(self, step: CycleStep) -> dict[str, Any]:
        """Six queries, however many networks and activities there are."""
        year = step.cycle.year
        rows = activities_per_semester(step.area_id, year)
        done = Activity.objects.filter(area=step.area_id, academic_year=year, state__in=DONE)
        by_kind = {
            row["kind"]: row
            for row in done.values("kind").order_by("kind").annotate(
                count=Count("pk"), networks=Count("network", distinct=True), reported=Count("pk", filter=Q(state="reported")),
                budget=Sum("budget"), expense=Sum("expense"),
            )
        }  # fmt: skip
        waiting = Activity.objects.filter(area=step.area_id, academic_year=year, state="held").count()
        return {
            "year": year,
            "networks": len(rows),
            "semesters": [
                {
                    "number": n,
                    "label": semester_label(year, n),
                    "count": sum(row.counts[n] for row in rows),
                    "missing": _named(row.network.name for row in rows if not row.counts[n]),
                }
                for n in begun_semesters(step)
            ],
            "kinds": [{"label": label, **by_kind.get(kind, _NOTHING)} for kind, label in Activity.Kind.choices],
            "waiting": waiting,
        }

    def gaps(self, step: CycleStep, facts: dict[str, Any]) -> list[Gap]:
        activities = reverse("networks:activity-list")
        found = []
        if not facts["networks"]:
            found.append(Gap("ยังไม่มีเครือข่ายในปีการศึกษานี้", step.in_charge, reverse("networks:network-list"), "เครือข่าย"))
        elif not any(row["count"] for row in facts["kinds"]):
            found.append(Gap("ยังไม่มีกิจกรรมพัฒนาเครือข่ายที่จัดแล้ว", "ผู้ประสานงานเครือข่าย", activities, "กิจกรรม"))
        elif not step.content.get("reason"):
            found += [
                Gap(
                    f"{row['label']} ยังมี {row['missing']['count']} เครือข่ายที่ไม่ได้จัดกิจกรรม หรือโปรดระบุเหตุผล",
                    "ผู้ประสานงานเครือข่าย", activities, "กิจกรรม",
                )
                for row in facts["semesters"]
                if row["missing"]["count"]
            ]  # fmt: skip
        if facts["waiting"]:
            found.append(
                Gap(f"กิจกรรมที่จัดแล้วยังไม่ได้รายงานผล {facts['waiting']} รายการ", "ผู้จัดกิจกรรม", activities, "กิจกรรม")
            )
        return found


_NOTHING = {"count": 0, "networks": 0, "reported": 0, "budget": None, "expense": None}


# -- Step 5: the evaluation and its decision -----------------------------------------------------------------------


class JudgingForm(RowsForm):
    needed = ("grounds",)
    grounds = ThaiCharField(
        label="เหตุผลประกอบการตัดสิน", max_length=10_000, widget=forms.Textarea,
        help_text="ผลเป็นอย่างไรเมื่อเทียบกับเกณฑ์และรอบก่อน เพราะเหตุใด และควรดำเนินการปกติหรือปรับปรุง",
    )  # fmt: skip
    reason = _reason("เหตุที่ยังประเมินไม่ครบทุกเครือข่าย", "กรอกเมื่อจำเป็นต้องตัดสินทั้งที่ยังมีเครือข่ายที่ไม่มีผลยืนยัน")


@step_kind("P-5.2", "s5")
class JudgingStep(StepKind):
    title = "รายงานผลการประเมินการพัฒนาเครือข่าย"
    template = "cycles/steps/network_judging.html"
    document = "cycles/steps/network_judging_document.html"
    form = JudgingForm
    styles = ("css/charts.css", "css/analysis.css", "css/cycle-steps.css")

    def gather(self, step: CycleStep) -> dict[str, Any]:
        """A fixed number of queries. The proposal is that of the last semester in which something was sent."""
        year = evaluations_of(step.cycle.area, step.cycle.year)
        begun = [year.semester(n) for n in begun_semesters(step)]
        sent = [result for result in begun if result.sent]
        proposal = proposal_for(step.cycle.area, step.cycle.year, sent[-1].semester) if sent else None
        return {
            "semesters": [_semester_facts(result) for result in begun],
            "proposal": {
                "key": proposal.proposal,
                "label": proposal.label,
                "of": proposal.result.label,
                "grounds": list(proposal.grounds),
                "improving": _named(one.network for one in proposal.improving),
            }
            if proposal
            else None,
            "improve_to": str(step.cycle.step(step.cycle.improve_to)) if step.cycle.improve_to else "",
        }

    def gaps(self, step: CycleStep, facts: dict[str, Any]) -> list[Gap]:
        scores = reverse("networks:scores-list")
        if not facts["proposal"]:
            return [Gap("ยังไม่มีผลการประเมินเครือข่ายที่ส่งแล้ว", "ศึกษานิเทศก์และผู้ประสานงานเครือข่าย", scores, "การประเมินเครือข่าย")]
        if step.content.get("reason"):
            return []
        return [
            Gap(
                f"{row['label']} ยังมี {row['missing']} เครือข่ายที่ไม่มีผลยืนยัน หรือโปรดระบุเหตุผล", "ผู้อำนวยการกลุ่มนิเทศฯ",
                scores, "การประเมินเครือข่าย",
            )
            for row in facts["semesters"]
            if row["missing"]
        ]  # fmt: skip


def _semester_facts(result: SemesterResult) -> dict[str, Any]:
    whole = result.whole.whole
    return {
        "label": result.label,
        "to_evaluate": result.to_evaluate,
        "evaluated": result.evaluated,
        "missing": result.missing,
        "normal": result.normal,
        "improve": result.improve,
        "mean": whole.mean,
        "level": whole.level,
        "n": whole.summary.n,
        "sections": [{"title": one.title, "mean": one.mean, "level": one.level} for one in result.whole.sections],
        "kinds": [
            {
                "title": one.label,
                "networks": one.networks,
                "mean": one.numbers.whole.mean,
                "level": one.numbers.whole.level,
            }
            for one in result.kinds
        ],
    }


# -- Step 6: directions --------------------------------------------------------------------------------------------


def _direction_fields(form) -> dict[str, forms.Field]:
    return {
        "what": ThaiCharField(label="แนวทางพัฒนา", max_length=500),
        "level": forms.ChoiceField(label="ระดับ", choices=[("", "ทุกระดับ"), *Level.choices]),
        "who": ThaiCharField(label="ผู้รับผิดชอบ", max_length=200),
        "due": ThaiDateField(label="ภายในวันที่"),
    }


class DirectionsForm(RowsForm):
    needed = ("directions", "guideline")
    order = ("directions", "guideline")
    row_sets = (RowSet("directions", "แนวทางการพัฒนาเครือข่ายของเขต", "แนวทาง", "what", _direction_fields, most=20),)
    guideline = ThaiCharField(
        label="แนวทางสำหรับรอบต่อไป", max_length=10_000, widget=forms.Textarea,
        help_text="ขั้นที่ 1 และขั้นที่ 2 ของรอบถัดไปจะเริ่มจากข้อความนี้",
    )  # fmt: skip


@step_kind("P-5.2", "s6")
class DirectionsStep(StepKind):
    title = "แนวทางการพัฒนาเครือข่ายการนิเทศ"
    template = "cycles/steps/network_directions.html"
    document = "cycles/steps/network_directions_document.html"
    form = DirectionsForm
    styles = ("css/analysis.css", "css/cycle-steps.css")

    def gather(self, step: CycleStep) -> dict[str, Any]:
        """Three queries, however many networks there are."""
        judged = Evaluation.objects.standing().filter(
            area=step.area_id, round__academic_year=step.cycle.year, state="confirmed"
        )
        rows = Direction.objects.filter(evaluation__in=judged).select_related("evaluation__network")
        counts = rows.aggregate(
            all=Count("pk"), done=Count("pk", filter=Q(done_on__isnull=False)),
            late=Count("pk", filter=Q(done_on__isnull=True, due_on__lt=today_in_bangkok())),
            networks=Count("evaluation__network", distinct=True),
        )  # fmt: skip
        improving = judged.filter(decision="improve").exclude(network__in=rows.values("evaluation__network"))
        open_rows = rows.filter(done_on__isnull=True).order_by("due_on", "pk")[:MOST_NAMES]
        return {
            "counts": counts,
            "without": _named(
                improving.order_by("network__sort_key").values_list("network__name", flat=True).distinct()
            ),
            "open": [
                {"network": row.evaluation.network.name, "text": row.text, "owner": row.owner, "due": row.due_on}
                for row in open_rows
            ],
        }

    def gaps(self, step: CycleStep, facts: dict[str, Any]) -> list[Gap]:
        if not facts["without"]["count"]:
            return []
        return [
            Gap(
                f"เครือข่ายที่ต้องปรับปรุง {facts['without']['count']} เครือข่ายยังไม่มีแนวทางพัฒนา",
                "ศึกษานิเทศก์หรือผู้ประสานงานเครือข่าย", reverse("networks:scores-list"), "การประเมินเครือข่าย",
            )
        ]  # fmt: skip
