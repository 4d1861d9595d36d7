"""Quality of forms in the demonstration office: a form of its own that experts have judged, its revision that waits for
them, a try-out on paper, and lessons that two supervisors rated."""

import copy
import random
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from appraisal.models import ContentReview
from appraisal.services.pairs import create_pair, send_rating
from appraisal.services.reviews import add_expert, open_review, save_marks, send_marks
from appraisal.services.tryouts import create_tryout
from demo.people import Office, fresh
from instruments.differences import CONTINUES, decided
from instruments.models import Instrument, InstrumentVersion, Response
from instruments.services import new_draft, record_answers
from instruments.slots import EXIST, RATING
from schools.models import School
from workflows.services import perform

On = Callable[..., AbstractContextManager]
CODE = "BKK-01"
TITLE = "แบบสังเกตการจัดการเรียนรู้เชิงรุก"
SECTIONS = [
    ("A", "ด้านการเตรียมการสอน", [
        "แผนการจัดการเรียนรู้กำหนดจุดประสงค์ที่วัดได้", "กิจกรรมในแผนสอดคล้องกับจุดประสงค์",
        "เตรียมสื่อและแหล่งเรียนรู้เหมาะกับวัย", "ครูแต่งกายสุภาพ",
    ]),
    ("B", "ด้านการจัดกิจกรรม", [
        "ผู้เรียนได้คิดและลงมือปฏิบัติ", "ใช้คำถามกระตุ้นการคิดขั้นสูง", "ผู้เรียนได้แลกเปลี่ยนเรียนรู้เป็นกลุ่ม",
        "เชื่อมโยงบทเรียนกับชีวิตจริง",
    ]),
    ("C", "ด้านการวัดและประเมินผล", [
        "ใช้วิธีวัดที่หลากหลาย", "ให้ข้อมูลย้อนกลับแก่ผู้เรียนทันที", "นำผลไปปรับการสอน",
    ]),
]  # fmt: skip
EXPERTS = [
    ("ผู้ช่วยศาสตราจารย์ ดร.วันดี มีสุข", "คณะครุศาสตร์ มหาวิทยาลัยราชภัฏพระนคร"),
    ("รองศาสตราจารย์ ดร.ชาติชาย ใฝ่รู้", "สาขาวิชาวัดและประเมินผลการศึกษา"),
    ("ดร.ปัญญา ศรีวิไล", "ศึกษานิเทศก์เชี่ยวชาญ"),
    ("นางสุภาพร ครูดี", "ผู้อำนวยการโรงเรียนเชี่ยวชาญ"),
    ("ดร.อนงค์ พัฒนะ", "สำนักทดสอบทางการศึกษา"),
]
POOR = "A4"
"""The question that the experts find out of place."""
COMMENTS = {"A4": "ไม่เกี่ยวกับการจัดการเรียนรู้เชิงรุก ควรตัดออก", "B2": "ควรยกตัวอย่างคำถาม", "C1": "เพิ่มคำว่า ตามสภาพจริง"}


class Quality:
    """Each deed on its own day, through the services."""

    def __init__(self, *, on: On, office: Office, schools: list[School], today: date, chance: random.Random):
        self.on, self.office, self.schools, self.today, self.chance = on, office, schools, today, chance

    def run(self) -> None:
        first = self.judged()
        self.tried_out(first)
        self.waiting(first)
        self.rated_by_two()

    def day(self, back: int) -> AbstractContextManager:
        return self.on(self.today - timedelta(days=back))

    def judged(self) -> InstrumentVersion:
        """Three experts reject one question; it goes, another is reworded, and the form is published."""
        maker = fresh(self.office.supervisors[2])
        with self.day(95):
            version = InstrumentVersion.objects.create(
                instrument=Instrument.objects.create(
                    area=self.office.area, code=CODE, title=TITLE, unit_of_analysis="ครู/ชั้นเรียน", respondent="ศึกษานิเทศก์",
                    signers=["ผู้นิเทศ", "ผู้รับการนิเทศ"],
                ),
                definition=definition(),
            )  # fmt: skip
            review = self.round(version, maker, EXPERTS[:3])
        for expert, back in zip(review.experts.all(), (90, 88, 85), strict=True):
            with self.day(back):
                send_marks(expert, self.marks(review), self.comments(expert.place), signature=expert.name)
        with self.day(80):
            mended = copy.deepcopy(version.definition)
            mended["sections"][0]["questions"] = [q for q in mended["sections"][0]["questions"] if q["key"] != POOR]
            mended["sections"][1]["questions"][1]["text"] = "ใช้คำถามกระตุ้นการคิดขั้นสูง เช่น ทำไม อย่างไร"
            version.definition = mended
            version.save()
            perform(version, "submit", by=maker)
        with self.day(78):
            perform(version, "publish", by=fresh(self.office.head))
        return version

    def round(self, version: InstrumentVersion, maker: User, experts) -> ContentReview:
        due = timezone.localdate() + timedelta(days=21)
        review = open_review(
            version, area=self.office.area, by=maker, due_on=due,
            note="เครื่องมือนี้ใช้สังเกตการสอนของครูระดับประถมศึกษา เพื่อให้คำแนะนำ มิใช่เพื่อตัดสินความดีความชอบ",
        )  # fmt: skip
        for name, position in experts:
            add_expert(review, name=name, position=position, by=maker)
        return review

    def marks(self, review: ContentReview) -> dict[str, str]:
        return {
            key: self.chance.choice(["0", "-1"]) if key == POOR else "0" if self.chance.random() < 0.12 else "1"
            for key in review.form.questions
        }

    @staticmethod
    def comments(place: int) -> dict[str, str]:
        return {key: words for number, (key, words) in enumerate(COMMENTS.items()) if number % 3 <= place - 1}

    def tried_out(self, version: InstrumentVersion) -> None:
        """Thirty-two lessons rated on paper and pasted in; one item follows nothing."""
        count = len(version.form.questions)
        rows = []
        for _ in range(32):
            level = self.chance.gauss(3.6, 0.8)
            marks = [min(5, max(1, round(self.chance.gauss(level, 0.6)))) for _ in range(count)]
            marks[-1] = self.chance.randint(1, 5)
            rows.append("\t".join(map(str, marks)))
        with self.day(70):
            create_tryout(
                version, area=self.office.area, by=fresh(self.office.supervisors[2]), title="ทดลองใช้กับครู 32 คน นอกกลุ่มเป้าหมาย",
                table="\n".join(rows),
            )  # fmt: skip

    def waiting(self, first: InstrumentVersion) -> None:
        """A revision with one decision still to be made, before five experts of whom two have answered."""
        maker = fresh(self.office.supervisors[2])
        with self.day(9):
            draft = new_draft(first, by=maker)
            revised = draft.definition
            revised["sections"][1]["questions"][2]["text"] = "ผู้เรียนได้แลกเปลี่ยนเรียนรู้เป็นคู่หรือเป็นกลุ่ม"
            revised["sections"][2]["questions"][0]["text"] = "ใช้วิธีวัดตามสภาพจริงที่หลากหลาย"
            revised["sections"][1]["questions"].append(
                {
                    "key": "B5",
                    "type": "rating",
                    "text": "ใช้เทคโนโลยีดิจิทัลส่งเสริมการเรียนรู้",
                    "required": True,
                    "allow_na": True,
                }
            )
            draft.definition = decided(revised, {"B3": (CONTINUES, "B3")})
            draft.save()
            review = self.round(draft, maker, EXPERTS)
        experts = list(review.experts.all())
        for expert in experts[:2]:
            with self.day(6):
                send_marks(expert, self.marks(review), {}, signature=expert.name)
        with self.day(2):
            save_marks(experts[2], dict(list(self.marks(review).items())[:5]), {})

    def rated_by_two(self) -> None:
        version = Instrument.objects.with_versions().get(area__isnull=True, code="INS-02").current
        if version is None:
            return
        for number, back in enumerate((30, 16)):
            school = self.schools[number * 5]
            raters = [fresh(self.office.supervisors[place]) for place in (1, 4)]
            with self.day(back):
                pair = create_pair(
                    version=version, area=self.office.area, subject=f"การสอนภาษาไทย ป.{4 + number}", on=timezone.localdate(),
                    school=school, first=raters[0], second=raters[1], by=fresh(self.office.head),
                )  # fmt: skip
                truth: dict[str, int] = {}
                for rater, response in zip(raters, (pair.first_response, pair.second_response), strict=True):
                    self.rate(response, rater, truth)
                    send_rating(pair, by=rater)

    def rate(self, response: Response, rater: User, truth: dict[str, int]) -> None:
        """The second rater mostly gives what the first gave, sometimes one point beside it."""
        moment = timezone.now().isoformat(timespec="seconds")
        events = []
        for slot in response.form.slots.values():
            question = response.form.questions.get(slot.question)
            if question is None or slot.repeat:
                continue
            if slot.kind == RATING and question.scale:
                low, high = question.scale.bounds
                given = truth.setdefault(slot.key, round(self.chance.gauss((low + high) / 2 + 0.7, 0.8)))
                value = min(high, max(low, given + self.chance.choice([0, 0, 0, 1, -1])))
            elif slot.kind == EXIST:
                value = truth.setdefault(slot.key, int(self.chance.random() < 0.8))
            else:
                text = {"text": "สังเกตทั้งคาบ", "number": "24", "date": timezone.localdate().isoformat(), "time": "09:00"}
                if not question.required:
                    continue
                choices = [choice.value for choice in question.choices if not choice.specify]
                found: Any = choices[:1] if slot.kind == "multi" else choices[0] if choices else text.get(slot.kind)
                if slot.kind == "signature":
                    found = {"typed": str(rater)}
                if found is None:
                    continue
                events.append(event(slot.key, found, moment, self.chance))
                continue
            events.append(event(slot.key, value, moment, self.chance))
        outcome = record_answers(response, batch=uuid.uuid4(), events=events, by=rater, device="demo")
        if outcome.refused:
            raise ValueError(f"{response.version}: {outcome.refused[0]}")
        response.refresh_from_db()


def event(key: str, value: object, moment: str, chance: random.Random) -> dict[str, object]:
    return {
        "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)), "key": key, "v": value, "at": moment, "base": None,
    }  # fmt: skip


def definition() -> dict:
    words = ["มากที่สุด", "มาก", "ปานกลาง", "น้อย", "น้อยที่สุด"]
    bands = ["4.51", "3.51", "2.51", "1.51", "1.00"]
    scale = {
        "title": "ระดับการปฏิบัติ 5 ระดับ",
        "values": [{"v": 5 - place, "t": word} for place, word in enumerate(words)],
        "bands": [{"min": least, "label": word} for least, word in zip(bands, words, strict=True)],
    }
    return {
        "scales": {"level5": scale},
        "sections": [
            {
                "key": key,
                "title": title,
                "scale": "level5",
                "questions": [
                    {"key": f"{key}{number}", "type": "rating", "text": text, "required": True, "allow_na": True}
                    for number, text in enumerate(texts, start=1)
                ],
            }
            for key, title, texts in SECTIONS
        ],
    }
