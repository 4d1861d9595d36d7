"""The surveys of the demonstration office: needs of every school, satisfaction of whoever was visited, one that waits."""

import random
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

from accounts.models import User
from demo import texts
from demo.people import Office
from instruments.definition import Question
from instruments.models import Instrument, InstrumentVersion
from schools.models import School
from surveys.incoming import Incoming
from surveys.models import Survey
from surveys.services import create_survey, door_of, remind_due, take_answer
from workflows.services import perform

On = Callable[..., AbstractContextManager]
NEEDS = {"B": (3.6, 0.6), "C": (2.9, 1.5), "D": (3.2, 1.0)}
"""Of each section of the needs survey: how things are, and how much more is wished for; C is to come out first."""
LIKED = ["ศึกษานิเทศก์เป็นกัลยาณมิตร ให้คำแนะนำที่นำไปใช้ได้จริง", "ได้เห็นตัวอย่างกิจกรรมการอ่านที่ทำตามได้", "สะท้อนผลทันทีหลังสังเกตชั้นเรียน"]
BETTER = ["ควรแจ้งกำหนดการล่วงหน้าอย่างน้อยสองสัปดาห์", "อยากให้มีตัวอย่างสื่อที่ดาวน์โหลดได้", "ควรมีเวลาแลกเปลี่ยนกับครูมากกว่านี้"]


class Surveys:
    """Three surveys through the services, each deed on its own day."""

    def __init__(self, *, on: On, office: Office, schools: list[School], today: date, chance: random.Random):
        self.on, self.office, self.schools, self.today, self.chance = on, office, schools, today, chance

    def run(self) -> None:
        self.needs()
        self.satisfaction()
        self.waiting()

    def sent(self, version: InstrumentVersion, title: str, *, days: tuple[int, int], maker: User, **values) -> Survey:
        """A survey that was sent; ``days`` are its first and last day, counted back from today (negative: ahead)."""
        first, last = (self.today - timedelta(days=back) for back in days)
        with self.on(first):
            maker = User.objects.get(pk=maker.pk)
            schools = self.schools if values.get("audience", "schools") == "schools" else []
            fields = {"audience": "schools", "per_school": "one", "anonymous": False, "tryout": False, "remind_days": 3}
            survey = create_survey(
                area=self.office.area, by=maker, schools=schools, title=title, version=version, opens_on=first,
                closes_on=last, **(fields | values),
            )  # fmt: skip
            perform(survey, "open", by=maker)
        return survey

    def needs(self) -> None:
        """Answered by most of the schools in time, by a few after they were reminded, by three not at all."""
        survey = self.sent(
            published("INS-06"), "สำรวจความต้องการการพัฒนาเครือข่ายการนิเทศ", days=(60, 40), maker=self.office.supervisors[0],
            message="ข้อมูลจะใช้จัดลำดับความต้องการจำเป็นและวางแผนพัฒนาเครือข่าย โปรดให้ผู้บริหารสถานศึกษาตอบ ใช้เวลาประมาณ 10 นาที",
        )  # fmt: skip
        places = list(survey.places.select_related("school"))
        late = places[3::11]
        for place in places[:-3]:
            day = 42 if place in late else 58 - place.pk % 12
            with self.on(self.today - timedelta(days=day), 10):
                head = User.objects.get(pk=self.office.school_heads[place.school_id].pk)
                self.answer(place.token, by=head)
        with self.on(survey.reminds_on or survey.closes_on, 7):
            remind_due(letters=False)

    def satisfaction(self) -> None:
        """Sixty people with the link, nobody known."""
        survey = self.sent(
            published("INS-05"), "ความพึงพอใจต่อการนิเทศ ภาคเรียนนี้", days=(45, -15), maker=self.office.supervisors[1], audience="link",
            anonymous=True, message="ขอความอนุเคราะห์ครูและบุคลากรที่ได้รับการนิเทศตอบตามความเป็นจริง",
        )  # fmt: skip
        for week in range(6):
            with self.on(self.today - timedelta(days=44 - 7 * week), 12):
                for _ in range(10):
                    self.answer(survey.token)

    def waiting(self) -> None:
        """Sent a few days ago; some schools have answered."""
        survey = self.sent(
            published("INS-06"), "สำรวจความต้องการรับการนิเทศ ภาคเรียนหน้า", days=(4, -10), maker=self.office.supervisors[2],
            message="โปรดตอบก่อนวันปิดรับ เพื่อนำไปจัดทำแผนนิเทศของภาคเรียนหน้า",
        )  # fmt: skip
        for place in list(survey.places.all())[5:20]:
            with self.on(self.today - timedelta(days=1 + place.pk % 3), 11):
                self.answer(place.token, by=User.objects.get(pk=self.office.school_heads[place.school_id].pk))

    def answer(self, token: str, *, by: User | None = None) -> None:
        door = door_of(token)
        if door is None:
            raise LookupError(token)
        values: dict[str, object] = {}
        lean = self.chance.gauss(0, 0.35)
        for section in door.survey.version.form.sections:
            for question in section.questions:
                values |= self.said(question, section.key, lean)
        take_answer(door, Incoming(uuid.UUID(int=self.chance.getrandbits(128), version=4), values), by=by)

    def said(self, question: Question, section: str, lean: float) -> dict[str, object]:
        chance, key = self.chance, question.key
        if question.source or question.type == "note":
            return {}
        if question.type == "dual":
            now, more = NEEDS.get(section, (3.3, 0.9))
            current = bounded(chance.gauss(now + lean - 0.08 * question.number, 0.7))
            return {
                f"{key}.current": current,
                f"{key}.desired": bounded(max(current, chance.gauss(now + more + lean, 0.5))),
            }
        if question.type == "rating":
            return {key: bounded(chance.gauss(4.3 + lean - 0.06 * question.number, 0.7))}
        if question.type in {"choice", "multi"}:
            plain = [choice.value for choice in question.choices if not choice.specify]
            if question.type == "choice":
                return {key: chance.choice(plain)}
            return {key: chance.sample(plain, min(len(plain), chance.choice([1, 2])))}
        if question.type == "text":
            better = "ปรับปรุง" in question.text
            phrases = (BETTER if better else LIKED) if section == "Z" else texts.REMARKS
            return {key: chance.choice(phrases)} if chance.random() < 0.4 or question.required else {}
        if question.type == "signature":
            return {key: {"typed": "ผู้ให้ข้อมูล ของโรงเรียน"}}
        return {}


def bounded(value: float) -> int:
    return min(5, max(1, round(value)))


def published(code: str) -> InstrumentVersion:
    version = Instrument.objects.get(code=code, area__isnull=True).current
    if version is None:
        raise LookupError(code)
    return version
