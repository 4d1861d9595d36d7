"""A form of the office's own in its second version, answered by the schools in three semesters: trends that go on, one that
is cut, and what forms can do (conditions, a table with one scale, a row for each classroom, computed values)."""

import copy
import uuid
from datetime import timedelta
from typing import Any

from accounts.models import User
from builder.scales import PRESETS
from demo.surveys import Surveys, bounded
from instruments.differences import CONTINUES, CUT, decided
from instruments.models import Instrument, InstrumentVersion
from instruments.services import new_draft
from surveys.incoming import Incoming
from surveys.models import Survey
from surveys.services import door_of, take_answer
from workflows.services import perform

CODE, TITLE = "BKK-02", "แบบประเมินตนเองด้านการส่งเสริมการอ่านของโรงเรียน"
GRADES = ["p1", "p2", "p3", "p4", "p5", "p6"]
MANAGING = [
    "โรงเรียนกำหนดนโยบายส่งเสริมการอ่านเป็นลายลักษณ์อักษร",
    "ครูทุกคนมีส่วนร่วมในกิจกรรมส่งเสริมการอ่าน",
    "ผู้ปกครองมีส่วนร่วมส่งเสริมการอ่านที่บ้าน",
]
PLACES = ["ห้องสมุดโรงเรียน", "มุมหนังสือในห้องเรียน", "สื่อการอ่านดิจิทัล"]
HINDRANCES = ["หนังสือไม่เพียงพอ", "ครูมีภาระงานมาก", "ผู้ปกครองไม่มีเวลา", "นักเรียนติดโทรศัพท์"]


class Reading(Surveys):
    """Written, answered twice, revised, answered again; each deed on its own day."""

    def run(self) -> None:
        maker, head = self.office.supervisors[3], self.office.head
        with self.on(self.today - timedelta(days=375)):
            first = InstrumentVersion.objects.create(
                instrument=Instrument.objects.create(
                    area=self.office.area,
                    code=CODE,
                    title=TITLE,
                    unit_of_analysis="สถานศึกษา",
                    respondent="ผู้บริหารสถานศึกษา",
                ),
                definition=definition(),
            )
            self.publish(first, maker, head)
        self.semester("การส่งเสริมการอ่าน ภาคเรียนที่ 2 ปีที่แล้ว", first, days=(370, 345), level=3.2)
        self.semester("การส่งเสริมการอ่าน ภาคเรียนที่ 1", first, days=(150, 125), level=3.6)
        with self.on(self.today - timedelta(days=20)):
            draft = new_draft(first, by=User.objects.get(pk=maker.pk))
            draft.definition = revised(draft.definition)
            draft.save()
            self.publish(draft, maker, head)
        self.semester("การส่งเสริมการอ่าน ภาคเรียนที่ 2", draft, days=(17, 3), level=3.9)

    def publish(self, version: InstrumentVersion, maker: User, head: User) -> None:
        perform(version, "submit", by=User.objects.get(pk=maker.pk))
        perform(version, "publish", by=User.objects.get(pk=head.pk))

    def semester(self, title: str, version: InstrumentVersion, *, days: tuple[int, int], level: float) -> None:
        survey: Survey = self.sent(
            version, title, days=days, maker=self.office.supervisors[3], message="ใช้เวลาประมาณ 10 นาที"
        )
        opened, closed = days
        for place in list(survey.places.all())[:-2]:
            with self.on(self.today - timedelta(days=opened - 1 - place.pk % min(opened - closed, 15)), 13):
                door = door_of(place.token)
                if door is None:
                    raise LookupError(place.token)
                name = uuid.UUID(int=self.chance.getrandbits(128), version=4)
                values = self.answers(version, level + self.chance.gauss(0, 0.4))
                take_answer(
                    door, Incoming(name, values),
                    by=User.objects.get(pk=self.office.school_heads[place.school_id].pk),
                )  # fmt: skip
        if closed > 0:
            with self.on(self.today - timedelta(days=closed - 1)):
                perform(survey, "close", by=User.objects.get(pk=self.office.supervisors[3].pk))

    def answers(self, version: InstrumentVersion, level: float) -> dict[str, Any]:
        chance = self.chance
        values: dict[str, Any] = {
            key: bounded(chance.gauss(level + (0.3 if key.startswith("A") else 0), 0.6))
            for key, slot in version.form.slots.items()
            if slot.kind == "rating" and not slot.repeat
        }
        values["C1"] = "1" if level > 3 else "0"
        if values["C1"] == "1":
            values["C2"] = str(chance.choice([10, 15, 20, 30]))
        values["C3"] = chance.sample([str(place + 1) for place in range(len(HINDRANCES))], 2)
        rows = [f"room{grade}" for grade in GRADES[: chance.choice([3, 4, 6])]]
        values["D.rows"] = rows
        for place, row in enumerate(rows):
            pupils = chance.randint(18, 38)
            values |= {f"D1@{row}": GRADES[place], f"D2@{row}": str(pupils)}
            values[f"D3@{row}"] = str(round(pupils * min(0.98, max(0.4, chance.gauss(0.55 + level / 12, 0.08)))))
        return values


def definition() -> dict[str, Any]:
    judged = {"type": "rating", "required": True, "allow_na": True}
    return {
        "scales": {"level5": copy.deepcopy(PRESETS["level5"][1])},
        "sections": [
            {"key": "A", "title": "การบริหารจัดการ", "scale": "level5", "questions": [
                {"key": f"A{place}", "text": text, **judged} for place, text in enumerate(MANAGING, 1)
            ]},
            {"key": "B", "title": "แหล่งเรียนรู้และสื่อ", "scale": "level5", "questions": [
                {"key": "B1", "type": "matrix", "text": "ความพร้อมของแหล่งเรียนรู้", "required": True,
                 "rows": [{"key": f"r{place}", "text": text} for place, text in enumerate(PLACES, 1)]},
                {"key": "B2", "text": "หนังสือมีจำนวนเพียงพอต่อนักเรียน", **judged},
            ]},
            {"key": "C", "title": "กิจกรรม", "questions": [
                {"key": "C1", "type": "exist", "text": "จัดช่วงเวลาอ่านทุกวัน (วางทุกงานอ่านทุกคน)", "required": True},
                {"key": "C2", "type": "number", "text": "วันละกี่นาที", "unit": "นาที", "required": True, "min": "1",
                 "max": "120", "show_when": "C1 = 1"},
                {"key": "C3", "type": "multi", "text": "อุปสรรคสำคัญ (ไม่เกิน 2 ข้อ)", "must_hold": "count_selected(.) <= 2",
                 "must_message": "โปรดเลือกไม่เกิน 2 ข้อ",
                 "choices": [{"v": str(place), "t": text} for place, text in enumerate(HINDRANCES, 1)]},
            ]},
            {"key": "D", "title": "ผลการคัดกรองการอ่านรายห้องเรียน", "intro": "กรอกทีละห้องเรียนที่คัดกรองในภาคเรียนนี้",
             "repeat": {"label": "ห้องที่", "min": 1, "max": 20}, "questions": [
                {"key": "D1", "type": "choice", "text": "ระดับชั้น", "master": "grades", "look": "menu", "required": True},
                {"key": "D2", "type": "number", "text": "นักเรียนที่คัดกรอง", "unit": "คน", "min": "1", "max": "60", "required": True},
                {"key": "D3", "type": "number", "text": "อ่านออกตามเกณฑ์", "unit": "คน", "min": "0", "max": "60", "required": True,
                 "must_hold": ". <= D2", "must_message": "ต้องไม่เกินจำนวนนักเรียนที่คัดกรอง"},
                {"key": "D4", "type": "calc", "text": "ร้อยละที่อ่านออกตามเกณฑ์", "expr": "100 * D3 / D2", "decimals": 2, "unit": "%"},
            ]},
        ],
    }  # fmt: skip


def revised(definition: dict[str, Any]) -> dict[str, Any]:
    """One question said more clearly, one with another meaning, and a new one."""
    made = copy.deepcopy(definition)
    managing, places = made["sections"][0]["questions"], made["sections"][1]["questions"]
    managing[1]["text"] = "ครูทุกคนร่วมจัดกิจกรรมส่งเสริมการอ่านอย่างน้อยภาคเรียนละ 1 ครั้ง"
    places[1]["text"] = "หนังสือและสื่อการอ่านดิจิทัลตรงกับความสนใจของนักเรียน"
    managing.append({**managing[2], "key": "A4", "text": "โรงเรียนนำผลคัดกรองการอ่านไปวางแผนช่วยเหลือนักเรียน"})
    return decided(made, {"A2": (CONTINUES, "A2"), "B2": (CUT, "")})
