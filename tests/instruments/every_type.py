"""One form with every question type, every kind of logic and a repeating section, and an answer to each of its slots."""

import copy
import uuid
from typing import Any

from accounts.models import User
from instruments.models import Instrument, InstrumentVersion
from instruments.services import open_response, record_answers

LEVELS = [
    {"v": 5, "t": "มากที่สุด"},
    {"v": 4, "t": "มาก"},
    {"v": 3, "t": "ปานกลาง"},
    {"v": 2, "t": "น้อย"},
    {"v": 1, "t": "น้อยที่สุด"},
]
BANDS = [
    {"min": "4.51", "label": "มากที่สุด"},
    {"min": "3.51", "label": "มาก"},
    {"min": "2.51", "label": "ปานกลาง"},
    {"min": "1.51", "label": "น้อย"},
    {"min": "1.00", "label": "น้อยที่สุด"},
]
PROVINCES = [{"v": "10", "t": "กรุงเทพมหานคร"}, {"v": "12", "t": "นนทบุรี"}]
DISTRICTS = [
    {"v": "1001", "t": "พระนคร", "attrs": {"province": "10"}},
    {"v": "1002", "t": "ดุสิต", "attrs": {"province": "10"}},
    {"v": "1003", "t": "หนองจอก", "attrs": {"province": "10"}},
    {"v": "1201", "t": "เมืองนนทบุรี", "attrs": {"province": "12"}},
    {"v": "1202", "t": "บางกรวย", "attrs": {"province": "12"}},
]

EVERY_TYPE: dict[str, Any] = {
    "scales": {
        "level5": {"title": "ระดับการปฏิบัติ", "values": LEVELS, "bands": BANDS},
        "need5": {"title": "ระดับความต้องการ", "values": LEVELS, "bands": BANDS, "dual": True},
    },
    "lists": {
        "provinces": {"title": "จังหวัด", "items": PROVINCES},
        "districts": {"title": "เขต/อำเภอ", "items": DISTRICTS},
    },
    "note": "ใช้ประกอบการนิเทศชั้นเรียน",
    "sections": [
        {
            "key": "A",
            "title": "ตอนที่ 1 ข้อมูลทั่วไป",
            "intro": "โปรดกรอกตามความเป็นจริง",
            "questions": [
                {"key": "A0", "type": "note", "text": "คำชี้แจง แบบนี้ใช้เวลากรอกประมาณ 15 นาที"},
                {
                    "key": "A1",
                    "type": "choice",
                    "text": "รูปแบบการนิเทศ",
                    "required": True,
                    "choices": [
                        {"v": "1", "t": "เยี่ยมชั้นเรียน"},
                        {"v": "2", "t": "ทางไกล"},
                        {"v": "9", "t": "อื่น ๆ", "specify": True},
                    ],
                },
                {
                    "key": "A2",
                    "type": "multi",
                    "text": "วิธีการที่ใช้",
                    "choices": [
                        {"v": "1", "t": "สังเกต"},
                        {"v": "2", "t": "สัมภาษณ์"},
                        {"v": "3", "t": "ตรวจเอกสาร"},
                    ],
                },
                {"key": "A3", "type": "text", "text": "ชื่อผู้ให้ข้อมูล", "long": False, "hint": "ชื่อและนามสกุล"},
                {"key": "A4", "type": "text", "text": "สภาพทั่วไปที่พบ", "max_length": 4000},
                {
                    "key": "A5",
                    "type": "number",
                    "text": "จำนวนนักเรียนทั้งหมด",
                    "min": "0",
                    "max": "5000",
                    "unit": "คน",
                    "required": True,
                },
                {
                    "key": "A6",
                    "type": "number",
                    "text": "จำนวนนักเรียนที่มาเรียน",
                    "min": "0",
                    "max": "5000",
                    "unit": "คน",
                    "must_hold": ". <= A5",
                    "must_message": "นักเรียนที่มาเรียนต้องไม่มากกว่านักเรียนทั้งหมด",
                    "required_when": "A5 > 0",
                },
                {
                    "key": "A7",
                    "type": "calc",
                    "text": "ร้อยละของนักเรียนที่มาเรียน",
                    "expr": "round(A6 * 100 / A5, 2)",
                    "decimals": 2,
                    "unit": "ร้อยละ",
                },
                {"key": "A8", "type": "date", "text": "วันที่นิเทศครั้งก่อน"},
                {"key": "A9", "type": "time", "text": "เวลาเริ่มการนิเทศ"},
                {"key": "A10", "type": "place", "text": "พิกัดของจุดที่นิเทศ"},
                {"key": "A11", "type": "file", "text": "แผนการจัดการเรียนรู้", "files": 2},
                {"key": "A12", "type": "photo", "text": "ภาพบรรยากาศ", "photos": 2},
                {
                    "key": "A13",
                    "type": "text",
                    "text": "เหตุผลที่นิเทศทางไกล",
                    "long": False,
                    "show_when": 'A1 = "2"',
                    "required_when": 'A1 = "2"',
                },
            ],
        },
        {
            "key": "L",
            "title": "ตอนที่ 2 สถานที่และผู้เกี่ยวข้อง",
            "questions": [
                {"key": "L1", "type": "choice", "text": "จังหวัด", "list": "provinces"},
                {
                    "key": "L2",
                    "type": "choice",
                    "text": "เขต/อำเภอ",
                    "list": "districts",
                    "filter": "choice.province = L1",
                    "look": "menu",
                },
                {"key": "L3", "type": "choice", "text": "สถานศึกษาคู่พัฒนา", "master": "schools"},
                {"key": "L4", "type": "multi", "text": "กลุ่มสาระที่เกี่ยวข้อง", "master": "learning_areas"},
            ],
        },
        {
            "key": "B",
            "title": "ตอนที่ 3 การจัดการเรียนรู้",
            "scale": "level5",
            "questions": [
                {
                    "key": "B1",
                    "type": "rating",
                    "text": "จัดกิจกรรมการเรียนรู้เชิงรุก",
                    "required": True,
                    "allow_na": True,
                    "weight": "2",
                    "with_exist": True,
                    "with_evidence": True,
                    "levels": {
                        "5": "ผู้เรียนทุกคนลงมือปฏิบัติ สะท้อนคิด และนำเสนอผลงานของตนได้อย่างต่อเนื่อง",
                        "4": "ผู้เรียนส่วนใหญ่ลงมือปฏิบัติและสะท้อนคิด",
                        "3": "ผู้เรียนลงมือปฏิบัติบ้าง แต่ครูยังเป็นผู้นำกิจกรรมเป็นหลัก",
                        "2": "มีกิจกรรมสั้น ๆ ไม่ต่อเนื่อง",
                        "1": "ครูบรรยายตลอดทั้งคาบ",
                    },
                },
                {"key": "B2", "type": "rating", "text": "ใช้คำถามกระตุ้นการคิด"},
                {"key": "B3", "type": "exist", "text": "มีแผนการจัดการเรียนรู้", "with_evidence": True},
                {
                    "key": "B4",
                    "type": "matrix",
                    "text": "การใช้สื่อและแหล่งเรียนรู้",
                    "allow_na": True,
                    "rows": [
                        {"key": "r1", "text": "สื่อสิ่งพิมพ์"},
                        {"key": "r2", "text": "สื่อดิจิทัล"},
                        {"key": "r3", "text": "แหล่งเรียนรู้ในชุมชน"},
                    ],
                },
                {"key": "B5", "type": "dual", "text": "ความรู้เรื่องการวัดและประเมินผล", "scale": "need5"},
                {
                    "key": "B6",
                    "type": "text",
                    "text": "แนวทางแก้ไขเมื่อผลต่ำกว่าปานกลาง",
                    "show_when": "B2 <= 2",
                },
                {
                    "key": "B7",
                    "type": "calc",
                    "text": "คะแนนเฉลี่ยการใช้สื่อ",
                    "expr": "mean(B4.r1, B4.r2, B4.r3)",
                    "decimals": 2,
                },
            ],
        },
        {
            "key": "T",
            "title": "ตอนที่ 4 ครูผู้รับการนิเทศ",
            "scale": "level5",
            "repeat": {"label": "ครูคนที่", "min": 1, "max": 5},
            "questions": [
                {"key": "T1", "type": "text", "text": "ชื่อครู", "long": False, "required": True},
                {"key": "T2", "type": "choice", "text": "ระดับชั้นที่สอน", "master": "grades"},
                {"key": "T3", "type": "rating", "text": "คุณภาพการสอน", "with_evidence": True},
                {"key": "T4", "type": "number", "text": "จำนวนนักเรียนในห้อง", "unit": "คน", "min": "0", "max": "100"},
                {
                    "key": "T5",
                    "type": "text",
                    "text": "ข้อเสนอแนะสำหรับครู",
                    "show_when": "T3 <= 2",
                    "required_when": "T3 <= 2",
                },
            ],
        },
        {
            "key": "C",
            "title": "ตอนที่ 5 การเตรียมความพร้อมทางไกล",
            "show_when": 'A1 = "2"',
            "questions": [
                {"key": "C1", "type": "exist", "text": "มีอินเทอร์เน็ตเพียงพอ"},
                {
                    "key": "C2",
                    "type": "calc",
                    "text": "นักเรียนในห้องที่นิเทศทั้งหมด",
                    "expr": "sum(T4)",
                    "decimals": 0,
                    "unit": "คน",
                },
            ],
        },
        {
            "key": "S",
            "title": "ตอนที่ 6 ลงนาม",
            "questions": [{"key": "S1", "type": "signature", "text": "ลายมือชื่อผู้ให้ข้อมูล"}],
        },
    ],
}

ANSWERS: dict[str, Any] = {
    "A1": "9",
    "A1.other": "นิเทศผ่านชุมชนการเรียนรู้",
    "A2": ["1", "3"],
    "A3": "นายประยูร ใจดี",
    "A4": "ห้องเรียนสะอาด\nนักเรียนตั้งใจเรียน",
    "A5": "40",
    "A6": "37",
    "A8": "2026-10-05",
    "A9": "08:30",
    "A10": {"lat": "13.756331", "lon": "100.501762", "acc": 12},
    "L1": "10",
    "L2": "1002",
    "L4": ["math", "thai"],
    "B1": 4,
    "B1.exist": 1,
    "B1.note": "แผนการจัดการเรียนรู้ที่ 3",
    "B2": 5,
    "B3": 1,
    "B4.r1": 4,
    "B4.r2": 5,
    "B4.r3": 3,
    "B5.current": 3,
    "B5.desired": 5,
    "T.rows": ["k7x2", "m3p9"],
    "T1@k7x2": "นางสาวดวงใจ มั่นคง",
    "T2@k7x2": "p4",
    "T3@k7x2": 4,
    "T4@k7x2": "20",
    "T1@m3p9": "นายมานะ พากเพียร",
    "T3@m3p9": 2,
    "T4@m3p9": "17",
    "T5@m3p9": "ควรใช้สื่อดิจิทัลให้หลากหลายขึ้น",
    "S1": {"typed": "นายประยูร ใจดี"},
}
"""An answer to every slot that needs neither a file nor a school of the database."""


def definition() -> dict[str, Any]:
    """The form anew, for a test that changes it."""
    return copy.deepcopy(EVERY_TYPE)


def make_every_type(definition: dict[str, Any] = EVERY_TYPE, *, code: str = "EVERY") -> InstrumentVersion:
    """The form as a published version of a shared instrument."""
    instrument, _ = Instrument.objects.get_or_create(
        code=code, area=None, defaults={"title": "แบบที่มีคำถามทุกชนิด", "signers": ["ผู้นิเทศ"], "respondent": "ศึกษานิเทศก์"}
    )
    number = instrument.versions.count() + 1
    version = InstrumentVersion(instrument=instrument, number=number, definition=definition)
    version.save()
    InstrumentVersion.objects.filter(pk=version.pk).update(state="published")
    return InstrumentVersion.objects.select_related("instrument").get(pk=version.pk)


def make_filled(area, by: User, *, version: InstrumentVersion | None = None, answers: dict[str, Any] | None = None):
    """A response to the form, with ``ANSWERS`` unless told otherwise."""
    response = open_response(version or make_every_type(), area=area, by=by)
    events = [
        {"id": str(uuid.uuid4()), "key": key, "at": "2026-11-21T10:00:00+07:00", "base": None, "v": value}
        for key, value in (ANSWERS if answers is None else answers).items()
    ]
    outcome = record_answers(response, batch=uuid.uuid4(), events=events, by=by)
    assert outcome.refused == []
    return response
