"""What a cycle prints: where it stands with its flow chart, the document of each step, the annual report."""

from collections.abc import Callable

from django.db.models import Q
from django.utils.dateparse import parse_date

from accounts.flows import Role
from accounts.http import site_url
from cycles.annual.tables import key_rows
from cycles.annual.versions import annual_of
from cycles.kinds import steps_of
from cycles.models import Cycle, CycleStep, Report, StepRecord
from cycles.steps.asking import AskingStep, answers_of_plan, why_no_report
from documents.kinds import Builder, NothingToPrint, document_kind
from documents.qr import qr_address
from documents.wording import text_of, wording, wording_kind
from handbook.chart import flow_chart
from thai.dates import long_date, order_date
from workflows.models import TransitionLog
from workflows.services import approvals_of


@document_kind(
    "cycle",
    label="สรุปรอบการดำเนินงาน",
    model=Cycle,
    template="documents/cycle.html",
    queryset=lambda user: Cycle.objects.visible_to(user).select_related("area", "edition"),
    title=lambda cycle: f"{cycle.process} {cycle.title}",
    record_code=lambda cycle: cycle.record_code,
    filename=lambda cycle: f"{cycle.process} {cycle.year_name} {cycle.record_code}.pdf",
)
def cycle_document(cycle: Cycle, user) -> dict:
    """One page: each step with its days, its person and when it was done; what was done for a reason; the flow chart."""
    records = StepRecord.objects.filter(step__cycle=cycle).select_related("log__by").order_by("pk")
    done = {record.step_id: record.log for record in records}
    return {
        "cycle": cycle,
        "subtitle": cycle.year_name,
        "office": cycle.area.name,
        "unit": cycle.area.group_name,
        "steps": [(step, done.get(step.pk) if step.is_done else None) for step in cycle.all_steps],
        "chart": flow_chart(cycle.handbook, cycle.present),
        "logs": list(cycle.transitions.exclude(reason="").select_related("by")),
        "watermark": "ยกเลิก" if cycle.state == "cancelled" else "",
    }


def _steps(user):
    return CycleStep.objects.filter(cycle__in=Cycle.objects.visible_to(user)).select_related(
        "cycle", "cycle__area", "cycle__edition", "owner"
    )


@document_kind(
    "cycle-step",
    label="เอกสารของขั้นตอน",
    model=CycleStep,
    template="documents/cycle_step.html",
    queryset=_steps,
    title=lambda step: step.kind.title or str(step),
    record_code=lambda step: f"{step.cycle.record_code}-{step.number}",
    filename=lambda step: f"{step.cycle.process} {step.cycle.year_name} {step.kind.title or step}.pdf",
)
def step_document(step: CycleStep, user) -> dict:
    """What the step gathered and what people added; a draft until the step is done."""
    cycle = step.cycle
    return {
        "step": step,
        "cycle": cycle,
        "office": cycle.area.name,
        "unit": cycle.area.group_name,
        "subtitle": str(cycle),
        "facts": step.facts,
        "content": step.kept,
        "record": step.record,
        "checks": list(step.checks.all()),
        "evidence": list(step.evidence.all()),
        "body": step.kind.document,
        "watermark": "" if step.is_done else "ร่าง",
    }


# -- The report on needs -------------------------------------------------------------------------------------------

_NEEDS = "needs-report"
_STEP = {
    "cycle": ("รอบการดำเนินงาน", "งานส่งเสริมและพัฒนาระบบการนิเทศ ปีงบประมาณ 2570"),
    "office": ("ชื่อสำนักงาน", "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาตัวอย่าง"),
}
wording_kind(_NEEDS, label="รายงานผลการสำรวจสภาพปัญหาและความต้องการ", paper="memo")
wording(
    _NEEDS,
    "background",
    label="ความเป็นมา",
    default="{office} ดำเนิน{cycle} โดยเริ่มจากการศึกษาสภาพปัจจุบัน ปัญหา และความต้องการของสถานศึกษา "
    "เพื่อให้การวางแผนตรงกับความต้องการจำเป็นและใช้ทรัพยากรอย่างคุ้มค่า",
    fields=_STEP,
)
wording(
    _NEEDS,
    "purpose",
    label="วัตถุประสงค์ บรรทัดละหนึ่งข้อ",
    default="เพื่อศึกษาสภาพที่เป็นอยู่และสภาพที่ควรจะเป็น\n"
    "เพื่อจัดลำดับความต้องการจำเป็นรายด้านและรายข้อ\n"
    "เพื่อเลือกสิ่งสำคัญที่จะนำไปกำหนดวัตถุประสงค์และกิจกรรมของแผน",
)
wording(
    _NEEDS,
    "analysis",
    label="การวิเคราะห์ข้อมูล",
    default="วิเคราะห์ด้วยความถี่ ร้อยละ ค่าเฉลี่ย (x̄) ส่วนเบี่ยงเบนมาตรฐาน (S.D.) และดัชนีความต้องการจำเป็นแบบปรับปรุง "
    "PNImodified = (I − D) ÷ D เมื่อ D คือสภาพที่เป็นอยู่ และ I คือสภาพที่ควรจะเป็น ค่ามากคือมีความต้องการจำเป็นมาก",
)
wording(
    _NEEDS,
    "follows",
    label="การนำผลไปใช้",
    default="นำสิ่งสำคัญที่เลือกไปใช้ใน{plan} ดังนี้",
    fields={"plan": ("ขั้นที่วางแผน", "ขั้นที่ 3 วางแผนการนิเทศ")},
)


def _asking_steps(user):
    places = Q()
    for process, key in steps_of(AskingStep):
        places |= Q(cycle__process=process, key=key)
    return _steps(user).filter(places)


@document_kind(
    _NEEDS,
    label="รายงานผลการสำรวจสภาพปัญหาและความต้องการ",
    model=CycleStep,
    template="documents/needs_report.html",
    queryset=_asking_steps,
    record_code=lambda step: f"{step.cycle.record_code}-{step.number}",
    filename=lambda step: f"รายงานผลการสำรวจความต้องการ {step.cycle.year_name} {step.cycle.record_code}.pdf",
)
def needs_report(step: CycleStep, user) -> dict:
    """What the step gathered of its surveys, what was chosen from it, and what the plan makes of that.

    The numbers are the step's own: frozen where it is done. Raises NothingToPrint where nobody has answered.
    """
    if refusal := why_no_report(step):
        raise NothingToPrint(refusal)
    cycle, area = step.cycle, step.cycle.area
    plan, priorities = answers_of_plan(step)
    log = step.record.log if step.record else None
    by = log.by if log else step.owner
    reporter = {"role": "ผู้รายงาน", "name": str(by or ""), "position": by.signing_position if by else ""}
    return {
        "step": step,
        "office": area.name,
        "unit": area.group_name,
        "subtitle": str(cycle),
        "cover": [
            ("กระบวนงาน", f"{cycle.process} {cycle.title}", "wide"),
            ("ขั้นตอน", str(step), "wide"),
            ("รหัสรอบ", cycle.record_code),
            ("ข้อมูล ณ", long_date(log.at) if log else "วันที่พิมพ์ (ฉบับร่าง)"),
        ],
        "background": text_of(area, _NEEDS, "background", cycle=cycle, office=area.name),
        "purposes": _lines(text_of(area, _NEEDS, "purpose")),
        "analysis": text_of(area, _NEEDS, "analysis"),
        "follows": text_of(area, _NEEDS, "follows", plan=plan),
        "surveys": step.facts["surveys"],
        "networks": step.facts.get("networks"),
        "content": step.kept,
        "priorities": priorities,
        "signatures": [
            reporter | {"date": long_date(log.at) if log else ""},
            {"role": "ผู้รับรอง", "name": "", "position": Role.GROUP_HEAD.label},
        ],
        "watermark": "" if step.is_done else "ร่าง",
    }


# -- The order that appoints the team ------------------------------------------------------------------------------

_ORDER = "appointment-order"
wording_kind(_ORDER, label="คำสั่งแต่งตั้งคณะนิเทศ", paper="order")
wording(_ORDER, "subject", label="เรื่อง", default="แต่งตั้งคณะนิเทศ ติดตาม และประเมินผลการจัดการศึกษา")
wording(
    _ORDER,
    "reason",
    label="เหตุที่ออกคำสั่ง (เมื่อขั้นที่ 4 ไม่ได้กรอกข้อความของคำสั่ง)",
    default="เพื่อให้การนิเทศ ติดตาม และประเมินผลการจัดการศึกษาของสถานศึกษาในสังกัด{office} เป็นไปด้วยความเรียบร้อยและมีประสิทธิภาพ",
    fields={"office": ("ชื่อสำนักงาน", "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาตัวอย่าง")},
)
wording(_ORDER, "appoint", label="ประโยคก่อนรายชื่อ", default="จึงแต่งตั้งคณะนิเทศ ดังต่อไปนี้")
wording(
    _ORDER,
    "duties",
    label="หน้าที่ของคณะนิเทศ บรรทัดละหนึ่งข้อ (เมื่อขั้นที่ 4 ไม่ได้กรอก)",
    default="นิเทศ ติดตาม และประเมินผลการจัดการศึกษาของสถานศึกษาตามกำหนดการแนบท้ายคำสั่ง\n"
    "บันทึกและรายงานผลการนิเทศ พร้อมข้อเสนอแนะต่อสถานศึกษา\n"
    "ติดตามผลการดำเนินการตามข้อเสนอแนะ และปฏิบัติงานอื่นที่เกี่ยวข้อง",
)
wording(
    _ORDER,
    "since",
    label="วันที่มีผล",
    default="ทั้งนี้ {since} เป็นต้นไป โดยมีกำหนดการนิเทศตามบัญชีแนบท้ายคำสั่งนี้",
    fields={"since": ("วันที่มีผล", "ตั้งแต่วันที่ ๑ ธันวาคม พ.ศ. ๒๕๖๙")},
)


@document_kind(
    _ORDER,
    label="คำสั่งแต่งตั้งคณะนิเทศ",
    model=CycleStep,
    template="documents/appointment_order.html",
    queryset=lambda user: _steps(user).filter(content__has_key="order_number"),
    record_code=lambda step: f"{step.cycle.record_code}-{step.number}",
    filename=lambda step: f"คำสั่งแต่งตั้งคณะนิเทศ {step.cycle.year_name} {step.cycle.record_code}.pdf",
)
def appointment_order(step: CycleStep, user) -> dict:
    """แบบที่ 4 ของระเบียบงานสารบรรณ (ข้อ 16): its names and days are those of the plan, its words those of the step."""
    area, content, facts = step.cycle.area, step.kept, step.facts
    from_day = parse_date(content.get("order_from") or "")
    reason = content.get("order_text") or text_of(area, _ORDER, "reason", office=area.name)
    duties = content.get("order_duties") or text_of(area, _ORDER, "duties")
    return {
        "area": area,
        "office": area.name,
        "number": content.get("order_number", ""),
        "subject": content.get("order_subject") or text_of(area, _ORDER, "subject"),
        "paragraphs": [
            *_lines(reason),
            *([] if reason.rstrip().endswith(("ดังนี้", "ดังต่อไปนี้")) else [text_of(area, _ORDER, "appoint")]),
        ],
        "items": [{"lines": facts.get("team", []), "duties": _lines(duties)}],
        "since": text_of(area, _ORDER, "since", since=f"ตั้งแต่{order_date(from_day)}" if from_day else "ตั้งแต่บัดนี้"),
        "day": parse_date(content.get("order_date") or ""),
        "signer": facts.get("signer", {}),
        "schedule": [line for line in facts.get("lines", []) if line["status"] != "cancelled"],
        "watermark": "" if content.get("order_number") and content.get("order_date") else "ร่าง",
    }


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


# -- The report ----------------------------------------------------------------------------------------------------


def _report(report: Report, *, public: bool) -> dict:
    cycle, annual = report.cycle, annual_of(report)
    version = annual.version if annual.version and annual.version.approval_id else None
    link = f"{site_url()}{version.public_url}" if version else ""
    return {
        "report": report,
        "cycle": cycle,
        "office": cycle.area.name,
        "unit": cycle.area.group_name,
        "annual": annual,
        "book": annual.book(report.step_records, public=public),
        "executive": annual.told("executive", public=public),
        "key_rows": list(key_rows(annual.data)),
        "public": public,
        "rounds": [] if public else [log for log in cycle.transitions.all() if log.action.startswith("improve_")],
        "approved": [a for a in approvals_of(report) if a.log and a.log.action != "return"],
        "signatures": [] if public else _signatures(report),
        "version": version,
        "qr": qr_address(link) if link else "",
        "verify_link": link,
        "watermark": "" if report.is_delivered else "ถอนแล้ว" if report.state == "withdrawn" else "ร่าง",
    }


def _signatures(report: Report) -> list[dict]:
    """Who reported and who decided, in the order of the chain; an empty line for whom it still waits."""
    sent = report.transitions.filter(action="submit").order_by("-at", "-pk").first()
    approvals = list(approvals_of(report))
    last = max((approval.round for approval in approvals), default=0)
    present = [a for a in approvals if a.round == last] if not report.is_written else []
    maker = {"role": "ผู้รายงาน", "name": str(report.made_by), "position": report.made_by.signing_position}
    return [
        maker | {"date": long_date(sent.at) if sent and not report.is_written else ""},
        *(
            {"role": f"ผู้{a.label}", "name": str(a.log.by), "position": _position(a.log), "date": long_date(a.log.at)}
            if a.log
            else {"role": f"ผู้{a.label}", "position": a.get_role_display()}
            for a in present
        ),
    ]


def _position(log: TransitionLog) -> str:
    return f"{log.position} {log.role_title}".strip() if log.acting else log.position or log.role_title


def _report_kind(code: str, label: str) -> Callable[[Builder], Builder]:
    """A kind that prints a report: whole, or as everybody reads it."""
    return document_kind(
        code,
        label=label,
        model=Report,
        template="documents/annual/report.html",
        queryset=lambda user: Report.objects.visible_to(user).select_related("area", "cycle__area", "made_by"),
        title=str,
        record_code=lambda report: report.record_code,
        filename=lambda report: f"{report.title} {report.record_code}.pdf",
    )


@_report_kind("cycle-report", "รายงานผลการดำเนินงาน")
def cycle_report(report: Report, user) -> dict:
    """The whole book: five chapters, appendices with every step as it was frozen, the signatures of its chain."""
    return _report(report, public=False)


@_report_kind("cycle-report-public", "รายงานผลการดำเนินงาน (ฉบับเผยแพร่)")
def cycle_report_public(report: Report, user) -> dict:
    """What schools, partners and everybody read: the results as a whole in the same chapters; nobody and no school by name."""
    return _report(report, public=True)
