"""รายงานผลการดำเนินงานเครือข่ายการนิเทศ: one fiscal year of one network on paper."""

from collections import Counter
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.flows import Role
from documents.kinds import document_kind
from documents.wording import text_of, wording, wording_kind
from instruments.results import read
from instruments.statistics import percent, show
from networks.models import Member, MemberKind, MemberRole, Network, Outcome
from networks.queries.certificates import OVER
from networks.queries.scores import Scores
from networks.queries.yearly import (
    NetworkYear,
    activities_of_year,
    directions_of,
    meetings_of_year,
    problems_of_year,
    scores_of_year,
)
from thai.dates import long_date
from thai.years import fiscal_year_range

_REPORT = "network-report"
_FIELDS = {"network": ("ชื่อเครือข่าย", "เครือข่ายตัวอย่าง"), "year": ("ปีงบประมาณ", "2569")}
wording_kind(_REPORT, label="รายงานผลการดำเนินงานเครือข่ายการนิเทศ", paper="memo")
wording(
    _REPORT, "background", label="ความเป็นมา", fields=_FIELDS,
    default="{network} ดำเนินงานตามคู่มือกระบวนงานส่งเสริมและสนับสนุนเครือข่ายการนิเทศ เพื่อให้บุคคล สถานศึกษา หน่วยงาน และชุมชนร่วมกันพัฒนาคุณภาพการจัดการศึกษา "
    "รายงานนี้สรุปผลการดำเนินงานในปีงบประมาณ {year} จากข้อมูลที่บันทึกไว้",
)  # fmt: skip
wording(_REPORT, "closing", label="คำลงท้าย", default="จึงรายงานมาเพื่อโปรดทราบ และพิจารณาข้อเสนอเพื่อพัฒนาเครือข่ายในปีต่อไป")


def _asked(printed: NetworkYear | Network) -> NetworkYear:
    return printed if isinstance(printed, NetworkYear) else NetworkYear.last(printed)


@document_kind(
    _REPORT,
    label="รายงานผลการดำเนินงานเครือข่ายการนิเทศ",
    model=Network,
    template="documents/network_report.html",
    queryset=lambda user: Network.objects.visible_to(user).select_related("area"),
    record_code=lambda printed: f"NR-{(asked := _asked(printed)).year}-{asked.pk:05d}",
    filename=lambda printed: f"รายงานผลการดำเนินงาน {(asked := _asked(printed)).network} ปีงบประมาณ {asked.year}.pdf",
)
def network_report(printed: NetworkYear | Network, user) -> dict[str, Any]:
    """As far as this reader sees the network's records; a fixed number of queries."""
    asked = _asked(printed)
    network, year = asked.network, asked.year
    first, last = fiscal_year_range(year)
    on = min(timezone.localdate(), last)
    members = list(network.members.current(on).select_related("user", "school"))
    meetings, activities = meetings_of_year(network, year, user), activities_of_year(network, year, user)
    directions, scores = directions_of(network, user), scores_of_year(network, year, user)
    return {
        "office": network.area.name,
        "unit": network.area.group_name,
        "subtitle": f"{network} ปีงบประมาณ {year}",
        "facts": _facts(network, on),
        "background": text_of(network.area, _REPORT, "background", network=network, year=year),
        "closing": text_of(network.area, _REPORT, "closing"),
        "network": network,
        "year": year,
        "on": on,
        "kinds": _kinds(members),
        "members": [one for one in members if one.role != MemberRole.MEMBER],
        "pairs": list(network.pairs.current(on).select_related("elder", "younger")),
        "agreements": list(network.agreements.kept().filter(dated_on__lte=on).order_by("dated_on", "pk")),
        "meetings": [(one, _share(one)) for one in meetings],
        "activities": [(one, _share(one)) for one in activities],
        "reported": [one for one in activities if one.state == "reported"],
        "budget": sum(one.budget for one in activities),
        "expense": sum(one.expense or 0 for one in activities),
        "scores": scores,
        "judged": _judged(scores),
        "learnt": [one for one in activities if one.state == "reported" and one.knowledge.strip()],
        "done": [one for one in directions if one.done_on and first <= one.done_on <= last],
        "troubled": [one for one in activities if one.state == "reported" and one.problems.strip()],
        "problems": problems_of_year(network, year, activities, directions),
        "directions": [one for one in directions if one.done_on is None],
        "next_steps": [one for one in activities if one.next_steps.strip() and one.state == "reported"],
        "signatures": _signatures(members),
    }


def _facts(network: Network, on: date) -> list[tuple[str, ...]]:
    until = f" ถึง {long_date(network.ended_on)}" if network.ended_on else ""
    return [
        ("รูปแบบ", network.get_kind_display()),
        ("ระดับ", network.get_level_display()),
        ("ระยะเวลา", f"ตั้งแต่ {long_date(network.started_on)}{until}", "wide"),
        ("เป้าหมายร่วม", network.purpose or "ยังไม่ระบุ", "wide"),
        *([("ภารกิจ", network.description, "wide")] if network.description else []),
        ("ข้อมูล ณ", long_date(on), "wide"),
    ]


def _kinds(members: list[Member]) -> list[tuple[str, int]]:
    """How many of each kind belong to the network; who holds two roles counts once."""
    counts = Counter(kind for kind, _ in {(one.kind, one.identity) for one in members})
    return [(kind.label, counts[kind]) for kind in MemberKind]


def _share(gathering: Any) -> str:
    """Per cent of those who were asked that came; "-" before the day, and where nobody was asked."""
    return show(percent(gathering.asked_came, gathering.asked)) if gathering.state in OVER else "-"


def _judged(scores: Scores | None) -> dict[str, Any] | None:
    """The decision on the last evaluation with the rule of that day, and what the evaluator wrote."""
    if scores is None or scores.after is None:
        return None
    evaluation = scores.after.evaluation
    written = [row for section in read(evaluation.response).sections for row in section.rows]
    return {
        "form": str(evaluation.round.version.instrument),
        "rule": evaluation.result.get("rule", ""),
        "grounds": evaluation.result.get("grounds", []),
        "decision": Outcome(evaluation.decision).label if evaluation.decision else "-",
        "written": [
            (row.question.text, row.text) for row in written
            if row.question.type == "text" and row.question.long and row.text
        ],
    }  # fmt: skip


def _signatures(members: list[Member]) -> list[dict[str, str]]:
    chair = next((one for one in members if one.role == MemberRole.CHAIR), None)
    reporter = {"role": "ผู้รายงาน", "name": chair.shown_name if chair else "", "position": "ประธานเครือข่าย"}
    return [reporter, {"role": "ผู้รับรอง", "name": "", "position": Role.GROUP_HEAD.label}]
