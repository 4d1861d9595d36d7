"""Official papers drafted from the report of a cycle: the memo that submits it, the circular that sends it out."""

from accounts.models import User
from correspondence.drafts import OFFICE, TO_DIRECTOR, Words, draft, main_point, numbered, passages, written
from cycles.models import Report

REPORT = {**OFFICE, "report": ("ชื่อรายงาน", "รายงานผลการพัฒนาระบบการนิเทศ"), "year": ("ปีของรอบ", "ปีงบประมาณ 2570")}


def _of_report(report: Report) -> dict[str, str]:
    return {"office": report.area.name, "report": report.title, "year": report.cycle.year_name}


def is_on_the_desk(report: Report) -> bool:
    return report.state in ("draft", "returned", "submitted", "approved")


passages(
    "report-submit", "บันทึกเสนอรายงานผลการดำเนินงาน", "memo", REPORT,
    subject="เสนอ{report}",
    to=TO_DIRECTOR,
    cause="ตามที่กลุ่มนิเทศฯ ได้ดำเนินงานตามกระบวนงานของคู่มือการปฏิบัติงาน {year} นั้น",
    purpose="บัดนี้ การดำเนินงานได้เสร็จสิ้นแล้ว จึงขอเสนอ{report} โดยมีสาระสำคัญ ดังนี้",
    ending="จึงเรียนมาเพื่อโปรดทราบ พิจารณาอนุมัติรายงาน และให้เผยแพร่แก่สถานศึกษาและผู้เกี่ยวข้องต่อไป",
)  # fmt: skip


@draft("report-submit", kind="memo", model="cycles.Report", label="บันทึกเสนอรายงาน", applies=is_on_the_desk)
def report_submit(report: Report, by: User) -> Words:
    parts = [("ผลการดำเนินงาน", report.summary), ("ปัญหาและอุปสรรค", report.problems), ("ข้อเสนอแนะ", report.suggestions)]
    told = numbered(f"{label} {main_point(text)}" for label, text in parts if text.strip())
    return written(report.area, "report-submit", *told, **_of_report(report)) | {
        "enclosures": [f"{report.title} รหัส {report.record_code} จำนวน 1 เล่ม"],
        "asked": "อนุมัติ",
    }


passages(
    "report-circular", "หนังสือเวียนส่งรายงานผลการดำเนินงาน", "letter", REPORT,
    subject="ส่ง{report}",
    to="ผู้อำนวยการโรงเรียนในสังกัด",
    cause="ด้วย{office} ได้ดำเนินงานตามกระบวนงานของคู่มือการปฏิบัติงาน {year} เสร็จสิ้นแล้ว และได้จัดทำ{report}",
    purpose="ในการนี้ จึงขอส่งรายงานดังกล่าว เพื่อให้สถานศึกษานำผลไปใช้วางแผนพัฒนาคุณภาพการจัดการศึกษาและการนิเทศภายใน",
    ending="จึงเรียนมาเพื่อโปรดทราบและนำผลไปใช้ประโยชน์ต่อไป",
)  # fmt: skip


@draft(
    "report-circular", kind="circular", model="cycles.Report", label="หนังสือเวียนส่งรายงานถึงโรงเรียน",
    applies=lambda report: report.is_delivered,
)  # fmt: skip
def report_circular(report: Report, by: User) -> Words:
    enclosures = [f"{report.title} จำนวน 1 เล่ม"]
    return written(report.area, "report-circular", **_of_report(report)) | {"enclosures": enclosures}
