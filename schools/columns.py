"""The columns that an import knows: for each, the headings by which offices and their systems call it."""

import re
from dataclasses import dataclass

from thai.text import search_key

_PUNCTUATION = re.compile(r"[\s_().,:*\"'“”/-]+")


def heading_key(text: str) -> str:
    """A heading without what people write differently: case, spaces, brackets, digits of either script."""
    return _PUNCTUATION.sub("", search_key(text))


@dataclass(frozen=True)
class ColumnSet:
    """``headings`` gives, for each column, its accepted headings; the first is the one named in messages.

    A heading that ends in … is accepted with anything after it.
    """

    headings: dict[str, tuple[str, ...]]
    required: tuple[str, ...]

    def label(self, column: str) -> str:
        return self.headings[column][0]

    def find(self, heading: str) -> str | None:
        """The column that a heading of a file means, or None."""
        key = heading_key(heading)
        if not key:
            return None
        for column, names in self.headings.items():
            for name in names:
                if key == heading_key(name.rstrip("…")) or (
                    name.endswith("…") and key.startswith(heading_key(name[:-1]))
                ):
                    return column
        return None

    def match(self, cells: list[str]) -> dict[str, int]:
        """Where each known column stands in a row of headings; the first of two equal ones counts."""
        found: dict[str, int] = {}
        for place, cell in enumerate(cells):
            column = self.find(cell)
            if column and column not in found:
                found[column] = place
        return found


SCHOOL_COLUMNS = ColumnSet(
    headings={
        "obec_code": (
            "รหัสโรงเรียน 10 หลัก",
            "obec_code_10",
            "obec_code",
            "รหัสโรงเรียน",
            "รหัสสถานศึกษา",
            "รหัสสถานศึกษา 10 หลัก",
        ),
        "smis_code": ("รหัส SMIS 8 หลัก", "smis_code_8", "smis_code", "รหัส SMIS", "รหัสโรงเรียน 8 หลัก"),
        "name": (
            "ชื่อสถานศึกษา(ไทย)",
            "name_th",
            "name",
            "ชื่อสถานศึกษา",
            "ชื่อโรงเรียน",
            "โรงเรียน",
            "สถานศึกษา",
            "ชื่อสถานศึกษาภาษาไทย",
        ),
        "levels": ("ระดับที่เปิดสอน…", "levels_offered", "levels"),
        "subdistrict": ("ตำบล", "subdistrict", "แขวง", "ตำบล/แขวง"),
        "district": ("อำเภอ", "district", "เขต", "อำเภอ/เขต"),
        "province": ("จังหวัด", "province"),
        "phone": ("โทรศัพท์", "phone", "เบอร์โทรศัพท์", "หมายเลขโทรศัพท์"),
        "email": ("อีเมล", "email", "อีเมล์", "e-mail"),
        "group": ("กลุ่มโรงเรียน", "group", "เครือข่ายพัฒนาคุณภาพการศึกษา"),
        "opened_on": ("วัน-เดือน-ปี ก่อตั้ง", "opened_on", "เปิดดำเนินการเมื่อ", "วันก่อตั้ง"),
        "area_code": ("รหัสเขตพื้นที่", "area_code", "รหัส สพท.", "รหัสเขตพื้นที่การศึกษา"),
        "area_name": ("สำนักงานเขตพื้นที่", "area_name", "สพท.", "สำนักงานเขตพื้นที่การศึกษา", "ชื่อเขตพื้นที่", "เขตพื้นที่การศึกษา"),
    },
    required=("obec_code", "name"),
)

ENROLMENT_COLUMNS = ColumnSet(
    headings={
        "obec_code": SCHOOL_COLUMNS.headings["obec_code"],
        "academic_year": ("ปีการศึกษา", "academic_year", "year"),
        "grade": ("ชั้น", "grade", "ระดับชั้น", "ชั้นเรียน", "ชั้น/เพศ"),
        "male": ("ชาย", "male", "นักเรียนชาย", "จำนวนชาย", "ชาย (คน)"),
        "female": ("หญิง", "female", "นักเรียนหญิง", "จำนวนหญิง", "หญิง (คน)"),
        "total": ("รวม", "total", "รวมนักเรียน", "จำนวนนักเรียน"),
        "rooms": ("ห้องเรียน", "rooms", "จำนวนห้อง", "ห้อง", "จำนวนห้องเรียน"),
    },
    required=("obec_code", "academic_year", "grade", "male", "female"),
)

RESULT_COLUMNS = ColumnSet(
    headings={
        "obec_code": SCHOOL_COLUMNS.headings["obec_code"],
        "academic_year": ("ปีการศึกษา", "academic_year", "year"),
        "exam": ("การทดสอบ", "exam", "test", "ชื่อการทดสอบ", "การสอบ"),
        "grade": ("ชั้น", "grade", "ระดับชั้น"),
        "subject": ("วิชา/ด้าน", "subject", "วิชา", "ด้าน", "สมรรถนะ", "รายวิชา", "กลุ่มสาระการเรียนรู้", "กลุ่มสาระ"),
        "tested": ("จำนวนผู้เข้าสอบ", "tested", "n", "ผู้เข้าสอบ", "จำนวนนักเรียนเข้าสอบ", "จำนวนผู้เข้าสอบ (คน)"),
        "mean": ("คะแนนเฉลี่ย", "mean", "ค่าเฉลี่ย", "เฉลี่ย"),
        "percent": ("ร้อยละ", "percent", "คะแนนเฉลี่ยร้อยละ", "ค่าเฉลี่ยร้อยละ", "เฉลี่ยร้อยละ"),
        "sd": ("ส่วนเบี่ยงเบนมาตรฐาน (S.D.)", "S.D.", "sd", "ส่วนเบี่ยงเบนมาตรฐาน", "ค่าเบี่ยงเบนมาตรฐาน"),
        "full_score": ("คะแนนเต็ม", "full_score"),
        "level": ("ระดับ", "level", "ระดับผล"),
        "state": ("สถานะผล", "state", "สถานะ"),
        "new_basis": ("เทียบกับปีก่อน", "new_basis", "เทียบกับปีก่อนได้"),
        "note": ("หมายเหตุ", "note"),
    },
    required=("obec_code", "academic_year", "exam", "subject"),
)
"""A row has a mean in points of its full score, a percentage, or both; a mean without a full score is a percentage. A row
without a level is a school's."""
