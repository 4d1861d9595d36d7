"""Official papers drafted from visits and plans: what is reported, asked for, announced and ordered about them.

The sentences are standard passages that an office may change (``documents.wording``); names, days and findings come
from the record.
"""

from collections.abc import Callable, Iterable

from accounts.models import User
from correspondence.drafts import (
    OFFICE,
    TO_DIRECTOR,
    Further,
    Words,
    draft,
    joined,
    main_point,
    numbered,
    one_line,
    passages,
    words,
    written,
)
from correspondence.queries import standing_paper
from supervision.flows import SEEN_BY_SCHOOL
from supervision.models import Plan, Visit, VisitPhoto
from supervision.queries.journeys import day_of, in_order, visits_beside, was_held
from supervision.queries.record import findings_by_kind, form_readings
from thai.dates import date_range, long_date
from thai.numerals import format_number

VISIT = {
    **OFFICE,
    "school": ("ชื่อโรงเรียน", "โรงเรียนวัดตัวอย่าง"),
    "purpose": ("ประเด็นการนิเทศ", "การจัดการเรียนรู้เชิงรุก"),
    "days": ("วันนิเทศ", "15–16 มกราคม 2570"),
    "team": ("คณะผู้นิเทศ", "นางตัวอย่าง ใจดี ศึกษานิเทศก์ชำนาญการพิเศษ"),
}
PLAN = {**OFFICE, "plan": ("ชื่อแผน", "แผนนิเทศ ติดตาม และประเมินผล"), "period": ("ช่วงของแผน", "ปีงบประมาณ 2570")}


# -- Visits --------------------------------------------------------------------------------------------------------


def _of_visit(visit: Visit) -> dict[str, str]:
    days = long_date(visit.visited_on) if visit.visited_on else date_range(visit.starts_on, visit.ends_on)
    return {
        "office": visit.area.name, "school": str(visit.school), "purpose": visit.purpose, "days": days,
        "team": joined(_team_of(visit)),
    }  # fmt: skip


def _team_of(visit: Visit) -> list[str]:
    """Who goes, with the position, the lead first."""
    members = visit.members.select_related("user").order_by("-is_lead", "pk")
    return [_person(member.user) for member in members]


NAMED = 3
"""How many schools or purposes of one journey a sentence names; more are told by their number."""


def _some(texts: Iterable[str], unit: str) -> str:
    """Each once: ก, ข และ ค; ก, ข, ค และอีก 2 แห่ง."""
    each = list(dict.fromkeys(texts))
    return joined(each if len(each) <= NAMED else [*each[:NAMED], f"อีก {len(each) - NAMED} {unit}"])


def _of_journey(visits: list[Visit]) -> dict[str, str]:
    """The same words as of one visit, of several in the order of their days."""
    return {
        "office": visits[0].area.name, "school": _some((str(visit.school) for visit in visits), "แห่ง"),
        "purpose": _some((visit.purpose for visit in visits), "เรื่อง"),
        "days": date_range(day_of(visits[0]), day_of(visits[-1])), "team": joined(_travellers(visits)),
        "permit": joined(list(dict.fromkeys(map(_permit, visits)))),
    }  # fmt: skip


def _travellers(visits: list[Visit]) -> list[str]:
    """Everybody who went on any of the visits, each once."""
    return list(dict.fromkeys(person for visit in visits for person in _team_of(visit)))


def _person(user: User) -> str:
    return f"{user} {user.signing_position}".strip()


def _in_brackets(texts: list[str]) -> str:
    return " ".join(f"({place}) {text}" for place, text in enumerate(texts, 1))


def _found(visit: Visit, *, told: Callable[[str], str] = one_line) -> list[str]:
    """What was found, a part each: the numbers of the forms, the summary, findings, recommendations."""
    parts = []
    for form, reading in form_readings(visit):
        if reading.whole.is_rated:
            title = form.response.version.instrument.title
            parts.append(f"ผลการประเมินตาม{title} ค่าเฉลี่ย {reading.whole.mean} อยู่ในระดับ{reading.whole.level}")
    if visit.summary.strip():
        parts.append(f"สรุปผลการนิเทศ {told(visit.summary)}")
    for label, findings in findings_by_kind(visit):
        parts.append(f"{label} {_in_brackets([told(finding.text) for finding in findings])}")
    recommended = list(visit.recommendations.order_by("pk").values_list("text", flat=True))
    if recommended:
        parts.append(f"ข้อเสนอแนะต่อสถานศึกษา {_in_brackets(list(map(told, recommended)))}")
    return parts


def is_ahead(visit: Visit) -> bool:
    return visit.state in ("planned", "postponed")


def is_released(visit: Visit) -> bool:
    return visit.state in SEEN_BY_SCHOOL


passages(
    "visit-report", "บันทึกรายงานผลการนิเทศ", "memo", VISIT,
    subject="รายงานผลการนิเทศ{school}",
    to=TO_DIRECTOR,
    cause="ตามที่ข้าพเจ้าพร้อมคณะได้รับมอบหมายให้นิเทศ ติดตาม และประเมินผลการจัดการศึกษาของ{school} เรื่อง {purpose} เมื่อวันที่ {days} โดยมีคณะผู้นิเทศ คือ {team} นั้น",
    purpose="บัดนี้ การนิเทศได้ดำเนินการเสร็จสิ้นแล้ว จึงขอรายงานผล ดังนี้",
    ending="จึงเรียนมาเพื่อโปรดทราบ และเห็นควรแจ้งผลการนิเทศให้โรงเรียนทราบเพื่อพัฒนาการจัดการศึกษาต่อไป",
)  # fmt: skip


@draft("visit-report", kind="memo", model="supervision.Visit", label="บันทึกรายงานผลการนิเทศ", applies=was_held)
def visit_report(visit: Visit, by: User) -> Words:
    return written(visit.area, "visit-report", *numbered(_found(visit)), **_of_visit(visit)) | {
        "enclosures": [_record_of(visit)],
        "asked": "ทราบ",
    }


def _record_of(visit: Visit) -> str:
    return f"บันทึกผลการนิเทศ รหัส {visit.record_code} จำนวน 1 ฉบับ"


passages(
    "visit-travel", "บันทึกขออนุญาตไปราชการเพื่อนิเทศ", "memo", VISIT,
    subject="ขออนุญาตไปราชการเพื่อนิเทศ{school}",
    to=TO_DIRECTOR,
    cause="ด้วยข้าพเจ้ามีกำหนดนิเทศ ติดตาม และประเมินผลการจัดการศึกษา เรื่อง {purpose} ณ {school} ในวันที่ {days}",
    purpose="ในการนี้ จึงขออนุญาตให้คณะผู้นิเทศเดินทางไปราชการตามวันและสถานที่ดังกล่าว ได้แก่ {team}",
    ending="จึงเรียนมาเพื่อโปรดพิจารณาอนุญาต",
)  # fmt: skip


@draft("visit-travel", kind="memo", model="supervision.Visit", label="บันทึกขออนุญาตไปราชการ", applies=is_ahead)
def visit_travel(visit: Visit, by: User) -> Words:
    return written(visit.area, "visit-travel", **_of_visit(visit)) | {"asked": "อนุมัติ"}


DOTS = "." * 30
"""Room to write by hand, or to type over, where the system does not know."""

passages(
    "travel-report", "รายงานการเดินทางไปราชการ", "memo",
    {**VISIT, "permit": ("หนังสืออนุญาต", "บันทึกข้อความ ที่ ศธ 04000/15 ลงวันที่ 5 มกราคม 2570")},
    subject="รายงานการเดินทางไปราชการเพื่อนิเทศ{school}",
    to=TO_DIRECTOR,
    cause="ตามที่ข้าพเจ้าพร้อมคณะได้รับอนุญาตให้เดินทางไปราชการตาม{permit} เพื่อนิเทศ ติดตาม และประเมินผลการจัดการศึกษา เรื่อง {purpose} ณ {school} เมื่อวันที่ {days} นั้น",
    purpose="บัดนี้ การเดินทางไปราชการเสร็จสิ้นแล้ว จึงขอรายงานผล ดังนี้",
    journey=f"ออกเดินทางวันที่ {{days}} เวลา {DOTS} น. กลับถึงวันที่ {DOTS} เวลา {DOTS} น. โดยพาหนะ {DOTS} หมายเลขทะเบียน {DOTS}",
    ending="จึงเรียนมาเพื่อโปรดทราบ และเห็นควรติดตามผลการดำเนินการตามข้อเสนอแนะในการนิเทศครั้งต่อไป",
)  # fmt: skip


def further_visits(visit: Visit, by: User) -> list[Further]:
    """What may have been the same journey; what was held on the same day is taken to be."""
    return [
        Further(other, f"{long_date(day_of(other))} {other.school}", day_of(other) == day_of(visit))
        for other in visits_beside(visit, by)
    ]


@draft(
    "travel-report", kind="memo", model="supervision.Visit", label="รายงานการเดินทางไปราชการ", applies=was_held,
    further=further_visits,
)  # fmt: skip
def travel_report(visit: Visit, by: User, *others: Visit) -> Words:
    """Who went, by whose leave, how, for what, and the main points of what was found, school by school where ``others``
    were visited on the same journey; also printed for the hand.
    """
    visits = in_order([visit, *others])
    values = _of_journey(visits)
    people = _travellers(visits)
    forms = list(dict.fromkeys(title for one in visits for title in _form_titles(one)))
    aims = f"วัตถุประสงค์ เพื่อนิเทศ ติดตาม และประเมินผล เรื่อง {values['purpose']}"
    left = values | {"days": long_date(day_of(visits[0]))}
    facts = [
        f"ผู้เดินทางไปราชการ จำนวน {len(people)} คน ได้แก่ {_in_brackets(people)}",
        f"การเดินทาง {words(visit.area, 'travel-report', ('journey',), **left)['journey']}",
        f"{aims} โดยใช้แบบนิเทศ {_in_brackets(forms)}" if forms else aims,
    ]
    if others:
        lines = numbered(facts)
        for place, one in enumerate(visits, len(facts) + 1):
            lines.append(f"{place}. {_stop(one, people)}")
            lines += [f"{place}.{part} {text}" for part, text in enumerate(_found(one, told=main_point), 1)]
    else:
        lines = numbered([*facts, *_found(visit, told=main_point)])
    photos = VisitPhoto.objects.filter(visit__in=visits).count()
    return written(visit.area, "travel-report", *lines, **values) | {
        "enclosures": [*map(_record_of, visits), *([f"ภาพกิจกรรม จำนวน {photos} ภาพ"] if photos else [])],
        "asked": "ทราบ",
    }


def _stop(visit: Visit, people: list[str]) -> str:
    """One visit of a journey: when, where, what for, and who, where not everybody of the journey was there."""
    team = _team_of(visit)
    there = "" if set(team) == set(people) else f" คณะผู้นิเทศ คือ {joined(team)}"
    return f"วันที่ {long_date(day_of(visit))} นิเทศ{visit.school} เรื่อง {visit.purpose}{there}"


def _form_titles(visit: Visit) -> list[str]:
    return [form.response.version.instrument.title for form in visit.forms.select_related(_INSTRUMENT)]


_INSTRUMENT = "response__version__instrument"


def _permit(visit: Visit) -> str:
    """The paper by which the team went; room for its number where none was signed here."""
    plan = visit.plan_item.plan if visit.plan_item else None
    drafts = [("visit-travel", visit), ("plan-travel", plan), ("plan-order", plan)]
    papers = (standing_paper(record, key) for key, record in drafts if record is not None)
    paper = next(filter(None, papers), None)
    if paper and paper.day:
        return f"{paper.get_kind_display()} ที่ {paper.number} ลงวันที่ {long_date(paper.day)}"
    return f"บันทึกข้อความ ที่ {DOTS} ลงวันที่ {DOTS}"


passages(
    "visit-notice", "หนังสือแจ้งกำหนดการนิเทศ", "letter", VISIT,
    subject="แจ้งกำหนดการนิเทศ ติดตาม และประเมินผลการจัดการศึกษา",
    to="ผู้อำนวยการ{school}",
    cause="ด้วย{office} กำหนดนิเทศ ติดตาม และประเมินผลการจัดการศึกษาของสถานศึกษา เรื่อง {purpose} เพื่อส่งเสริมและพัฒนาคุณภาพการจัดการเรียนรู้ นั้น",
    purpose="ในการนี้ จึงขอแจ้งกำหนดการนิเทศ{school} ในวันที่ {days} โดยมีคณะผู้นิเทศ คือ {team} ขอให้โรงเรียนเตรียมผู้เกี่ยวข้องและเอกสารร่องรอยการดำเนินงานตามเครื่องมือนิเทศที่ส่งมาพร้อมนี้",
    ending="จึงเรียนมาเพื่อโปรดทราบ และอำนวยความสะดวกแก่คณะผู้นิเทศตามวันดังกล่าว",
)  # fmt: skip


@draft("visit-notice", kind="letter", model="supervision.Visit", label="หนังสือแจ้งกำหนดการถึงโรงเรียน", applies=is_ahead)
def visit_notice(visit: Visit, by: User) -> Words:
    return written(visit.area, "visit-notice", **_of_visit(visit)) | {
        "enclosures": [f"{title} จำนวน 1 ชุด" for title in _form_titles(visit)],
    }


passages(
    "visit-results", "หนังสือแจ้งผลการนิเทศ", "letter", VISIT,
    subject="แจ้งผลการนิเทศ ติดตาม และประเมินผลการจัดการศึกษา",
    to="ผู้อำนวยการ{school}",
    cause="ตามที่{office} ได้นิเทศ ติดตาม และประเมินผลการจัดการศึกษาของ{school} เรื่อง {purpose} เมื่อวันที่ {days} นั้น",
    purpose="บัดนี้ การนิเทศได้เสร็จสิ้นแล้ว จึงขอแจ้งผลการนิเทศและข้อเสนอแนะ ดังนี้",
    ending="จึงเรียนมาเพื่อโปรดทราบ พิจารณาดำเนินการตามข้อเสนอแนะ และรายงานผลผ่านระบบตามกำหนด",
)  # fmt: skip


@draft("visit-results", kind="letter", model="supervision.Visit", label="หนังสือแจ้งผลถึงโรงเรียน", applies=is_released)
def visit_results(visit: Visit, by: User) -> Words:
    return written(visit.area, "visit-results", *numbered(_found(visit)), **_of_visit(visit)) | {
        "enclosures": [_record_of(visit)],
    }


# -- Plans ---------------------------------------------------------------------------------------------------------

SHOWN_LINES = 12
"""How many lines of a schedule a memo names one by one; more are told by their number."""


def _of_plan(plan: Plan) -> dict[str, str]:
    return {"office": plan.area.name, "plan": plan.title, "period": plan.period_label}


def _schedule(plan: Plan) -> list[str]:
    items = list(plan.items.select_related("school", "lead").order_by("starts_on", "pk"))
    lines = numbered(
        f"วันที่ {date_range(item.starts_on, item.ends_on)} {item.school} เรื่อง {item.purpose} หัวหน้าคณะ {item.lead}"
        for item in items[:SHOWN_LINES]
    )
    if len(items) > SHOWN_LINES:
        lines.append(f"และอีก {len(items) - SHOWN_LINES} ครั้ง ตามกำหนดการในแผนที่แนบ")
    return lines


def _team(plan: Plan) -> list[User]:
    """Everybody who goes out for the plan, each once: those in charge first, then leads and teams of its lines."""
    people = list(plan.team.all())
    for item in plan.items.select_related("lead").prefetch_related("team"):
        people += [item.lead, *item.team.all()]
    return list(dict.fromkeys(people))


def has_schedule(plan: Plan) -> bool:
    return plan.state != "discarded" and plan.items.exists()


def is_approved(plan: Plan) -> bool:
    return plan.state == "approved"


def may_be_submitted(plan: Plan) -> bool:
    return plan.state in ("draft", "returned", "submitted")


passages(
    "plan-submit", "บันทึกเสนอแผนนิเทศ", "memo", PLAN,
    subject="ขอความเห็นชอบ{plan}",
    to=TO_DIRECTOR,
    cause="ด้วย{office} มีภารกิจนิเทศ ติดตาม และประเมินผลการจัดการศึกษาของสถานศึกษาในสังกัด กลุ่มนิเทศฯ จึงจัดทำ{plan} เพื่อใช้เป็นกรอบการดำเนินงาน",
    ending="จึงเรียนมาเพื่อโปรดพิจารณาอนุมัติ และให้กลุ่มนิเทศฯ ดำเนินการตามแผนต่อไป",
)  # fmt: skip


@draft("plan-submit", kind="memo", model="supervision.Plan", label="บันทึกเสนอแผน", applies=may_be_submitted)
def plan_submit(plan: Plan, by: User) -> Words:
    items = plan.items.count()
    schools = plan.items.values("school").distinct().count()
    money = f"งบประมาณ {format_number(plan.budget, 2)} บาท" if plan.budget else "ไม่ใช้งบประมาณ"
    source = f" จาก{plan.budget_source}" if plan.budget and plan.budget_source else ""
    facts = f"แผนมีกำหนดการนิเทศ {items} ครั้ง {schools} โรงเรียน ระหว่างวันที่ {date_range(plan.starts_on, plan.ends_on)} {money}{source}"
    texts = [f"{label} {one_line(text)}" for label, text in plan.required_texts() if text.strip()]
    return written(plan.area, "plan-submit", *numbered([facts, *texts]), **_of_plan(plan)) | {
        "enclosures": [f"{plan.title} รหัส {plan.record_code} จำนวน 1 ฉบับ"],
        "asked": "อนุมัติ",
    }


passages(
    "plan-travel", "บันทึกขออนุญาตไปราชการตามแผนนิเทศ", "memo", PLAN,
    subject="ขออนุญาตไปราชการตาม{plan}",
    to=TO_DIRECTOR,
    cause="ด้วยกลุ่มนิเทศฯ มีกำหนดนิเทศ ติดตาม และประเมินผลการจัดการศึกษาตาม{plan} ที่ได้รับอนุมัติแล้ว",
    purpose="ในการนี้ จึงขออนุญาตให้คณะผู้นิเทศเดินทางไปราชการตามกำหนดการ ดังนี้",
    ending="จึงเรียนมาเพื่อโปรดพิจารณาอนุญาต",
)  # fmt: skip


@draft("plan-travel", kind="memo", model="supervision.Plan", label="บันทึกขออนุญาตไปราชการ", applies=is_approved)
def plan_travel(plan: Plan, by: User) -> Words:
    team = f"คณะผู้นิเทศ ประกอบด้วย {joined(list(map(_person, _team(plan))))}"
    return written(plan.area, "plan-travel", *_schedule(plan), team, **_of_plan(plan)) | {"asked": "อนุมัติ"}


passages(
    "plan-order", "คำสั่งแต่งตั้งคณะนิเทศตามแผน", "order", PLAN,
    subject="แต่งตั้งคณะนิเทศ ติดตาม และประเมินผลการจัดการศึกษา {period}",
    cause="เพื่อให้การนิเทศ ติดตาม และประเมินผลการจัดการศึกษาของสถานศึกษาในสังกัด{office} ตาม{plan} เป็นไปด้วยความเรียบร้อยและมีประสิทธิภาพ",
    purpose="จึงแต่งตั้งคณะนิเทศ ดังต่อไปนี้",
    duty="นิเทศ ติดตาม และประเมินผลการจัดการศึกษาของสถานศึกษาตามแผน บันทึกและรายงานผลพร้อมข้อเสนอแนะ และติดตามผลการดำเนินการของสถานศึกษา",
)  # fmt: skip


@draft("plan-order", kind="order", model="supervision.Plan", label="คำสั่งแต่งตั้งคณะนิเทศ", applies=has_schedule)
def plan_order(plan: Plan, by: User) -> Words:
    values = _of_plan(plan)
    lines = [
        {
            "name": str(user),
            "position": user.signing_position,
            "role": "หัวหน้าคณะ" if place == 0 else "ผู้นิเทศ",
        }
        for place, user in enumerate(_team(plan))
    ]
    duty = words(plan.area, "plan-order", ("duty",), **values)["duty"]
    return written(plan.area, "plan-order", **values) | {
        "items": [{"heading": "คณะนิเทศ", "lines": lines, "duty": duty}],
        "from_day": plan.starts_on,
    }


passages(
    "plan-announcement", "ประกาศใช้แผนนิเทศ", "announcement", PLAN,
    subject="ใช้{plan}",
    cause="ด้วย{office} ได้จัดทำ{plan} เพื่อเป็นกรอบการนิเทศ ติดตาม และประเมินผลการจัดการศึกษาของสถานศึกษาในสังกัด และได้รับอนุมัติแล้ว",
    purpose="จึงประกาศใช้แผนดังกล่าว เพื่อให้สถานศึกษาและผู้เกี่ยวข้องทราบและถือปฏิบัติโดยทั่วกัน",
)  # fmt: skip


@draft("plan-announcement", kind="announcement", model="supervision.Plan", label="ประกาศใช้แผน", applies=is_approved)
def plan_announcement(plan: Plan, by: User) -> Words:
    facts = f"แผนนี้มีผลระหว่างวันที่ {date_range(plan.starts_on, plan.ends_on)} ครอบคลุม {plan.items.values('school').distinct().count()} โรงเรียน"
    return written(plan.area, "plan-announcement", facts, **_of_plan(plan))
