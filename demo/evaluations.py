"""Evaluations of networks in the demonstration office: before and after last year, and a year that is under way."""

import random
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from demo.people import Office, fresh
from instruments.definition import Question
from instruments.models import Instrument
from instruments.services import record_answers
from networks.flows.evaluation import IMPROVE, NORMAL
from networks.models import Evaluation, Network
from networks.services.evaluation import add_direction, change_direction, confirm, open_round
from thai.years import school_period, semester_range
from workflows.services import perform

On = Callable[..., AbstractContextManager]
DIRECTIONS = [
    ("จัดเวทีแลกเปลี่ยนเรียนรู้และถอดบทเรียนภาคเรียนละหนึ่งครั้ง พร้อมสรุปเป็นเอกสาร", "ประธานเครือข่าย"),
    ("จัดทำคลังสื่อร่วมของเครือข่าย ให้สมาชิกส่งผลงานคนละอย่างน้อยหนึ่งชิ้น", "เลขานุการเครือข่าย"),
    ("นิเทศแบบเพื่อนช่วยเพื่อนระหว่างโรงเรียนสมาชิก โรงเรียนละหนึ่งครั้ง", "ศึกษานิเทศก์ผู้รับผิดชอบ"),
]
DONE = "จัดแล้วตามกำหนด สมาชิกเข้าร่วมร้อยละ 85 ได้แนวปฏิบัติที่ดี 3 เรื่อง เผยแพร่ในเว็บไซต์ของกลุ่มนิเทศฯ"
REASONS = "หลักฐานจากทะเบียนสมาชิก รายงานการประชุม และภาพกิจกรรมสอดคล้องกับผลการประเมิน"
ADVICE = "ควรกำหนดปฏิทินกิจกรรมร่วมตั้งแต่ต้นภาคเรียน และขยายผลสู่โรงเรียนที่ยังไม่เข้าร่วม"
HEAD_SAYS = "เครือข่ายเพิ่งเริ่มดำเนินงานและต่ำกว่าเกณฑ์เพียงบางด้าน มีแผนแก้ไขที่ชัดเจนแล้ว ที่ประชุมกลุ่มนิเทศฯ เห็นควรให้ไปกำหนดแนวทางพัฒนา"


class Evaluations:
    """Rounds through the services, each deed on its own day."""

    def __init__(self, *, on: On, office: Office, today: date):
        # A chance of its own: the rest of the story stays as it was.
        self.on, self.office, self.today, self.chance = on, office, today, random.Random("evaluations")
        self.networks = list(Network.objects.filter(area=office.area).order_by("pk"))
        version = Instrument.objects.get(code="INS-07", area=None).current
        if version is None:
            raise LookupError("INS-07 is not published")
        self.version = version

    def run(self) -> None:
        year = school_period(self.today).year
        last = year - 1
        most = self.networks[: max(1, len(self.networks) * 9 // 10)]
        strength = {network.pk: self.chance.uniform(2.9, 3.7) for network in self.networks}
        # Nobody held a role before the office was settled in, on the first of September of last year.
        opened = semester_range(last, 1).end - timedelta(days=45)
        before = self.round(last, 1, "before", most, opened, strength)
        for network in most:
            strength[network.pk] += self.chance.uniform(0.3, 0.9)
        after = self.round(last, 2, "after", most, semester_range(last, 2).start + timedelta(days=110), strength)
        self.directions(after, semester_range(last, 2).start + timedelta(days=140))
        this = self.round(
            year, 1, "before", self.networks, semester_range(year, 1).start + timedelta(days=50), strength
        )
        for network in self.networks:
            strength[network.pk] += self.chance.uniform(0.0, 0.5)
        self.directions(this[:2], self.today - timedelta(days=30), ahead=20)
        if before:
            self.under_way(year, school_period(self.today).semester, strength)

    def round(
        self, year: int, semester: int, kind: str, networks: Sequence[Network], day: date, strength: dict[int, float]
    ) -> list[Evaluation]:
        """A round that is over: each network filled, sent and confirmed."""
        if day + timedelta(days=21) > self.today:
            return []
        made = self.opened(year, semester, kind, networks, day)
        for place, evaluation in enumerate(made):
            filled = day + timedelta(days=4 + place % 12)
            with self.on(filled, 10):
                self.fill(evaluation, strength[evaluation.network_id])
                perform(evaluation, "submit", by=fresh(evaluation.evaluator))
            with self.on(filled + timedelta(days=3), 14):
                self.decide(evaluation, otherwise=kind == "before" and place == 3)
        return made

    def opened(
        self, year: int, semester: int, kind: str, networks: Sequence[Network], day: date, number: int = 0
    ) -> list[Evaluation]:
        with self.on(day):
            by = fresh(self.office.supervisors[2])
            opened = open_round(
                area=self.office.area, academic_year=year, semester=semester, kind=kind, number=number,
                version=self.version, due_on=day + timedelta(days=20), evaluator=by, networks=networks, by=by,
                by_leads=kind == "round",
            )  # fmt: skip
        return list(Evaluation.objects.filter(pk__in=[one.pk for one in opened.made]).order_by("network_id"))

    def decide(self, evaluation: Evaluation, *, otherwise: bool = False) -> None:
        """As the rule proposes, or once otherwise with a reason."""
        evaluation.refresh_from_db()
        head = fresh(self.office.head)
        if otherwise and evaluation.proposal == IMPROVE:
            confirm(evaluation, decision=NORMAL, reason=HEAD_SAYS, by=head)
        else:
            confirm(
                evaluation,
                decision=evaluation.proposal or NORMAL,
                reason="" if evaluation.proposal else ADVICE,
                by=head,
            )

    def directions(self, evaluations: Sequence[Evaluation], day: date, *, ahead: int = 0) -> None:
        """Two for each network; the first of most is done. ``ahead``: how many days later they are due."""
        for place, evaluation in enumerate(evaluations):
            with self.on(min(day, self.today), 11):
                by = fresh(self.office.supervisors[place % 6])
                for number in range(2):
                    text, owner = DIRECTIONS[(place + number + bool(ahead)) % len(DIRECTIONS)]
                    due = self.today + timedelta(days=25 * number - 10 + 7 * place + ahead)
                    made = add_direction(evaluation, text=text, owner=owner, due_on=due, by=by)
                    if number == 0 and place % 3:
                        values = {"done_on": min(day, self.today), "outcome": DONE}
                        change_direction(made, values=values, by=by)

    def under_way(self, year: int, semester: int, strength: dict[int, float]) -> None:
        """This semester: leads fill; some are confirmed, some wait, one came back, the others are being filled."""
        day = self.today - timedelta(days=16)
        for place, evaluation in enumerate(self.opened(year, semester, "round", self.networks, day, number=1)):
            ending = ("confirmed", "submitted", "returned", "filling", "open")[place % 5]
            if ending == "open":
                continue
            with self.on(day + timedelta(days=3 + place % 6), 15):
                self.fill(evaluation, strength[evaluation.network_id], whole=ending != "filling")
                if ending != "filling":
                    perform(evaluation, "submit", by=fresh(evaluation.evaluator))
            with self.on(self.today - timedelta(days=2), 9):
                if ending == "confirmed":
                    self.decide(evaluation)
                elif ending == "returned":
                    reason = "โปรดแนบหลักฐานของข้อที่ตอบว่ามี และทบทวนจำนวนผู้เข้าร่วมกิจกรรมสะสมให้ตรงกับทะเบียน"
                    perform(evaluation, "return", by=fresh(self.office.head), reason=reason)

    # -- One form --------------------------------------------------------------------------------------------------

    def fill(self, evaluation: Evaluation, strength: float, *, whole: bool = True) -> None:
        """Answer in one batch; not ``whole``: only the first two sections."""
        response = evaluation.response
        network = evaluation.network
        moment = (timezone.now() - timedelta(minutes=3)).isoformat(timespec="seconds")
        events = []
        for section in response.form.sections[: None if whole else 2]:
            lean = self.chance.gauss(0, 0.25)
            for question in section.questions:
                for slot, value in self.answer(question, network, strength + lean).items():
                    key = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
                    events.append({"id": key, "key": slot, "v": value, "base": None, "at": moment})
        by: User = evaluation.evaluator
        outcome = record_answers(response, batch=uuid.uuid4(), events=events, by=by, device="demo")
        if outcome.refused:
            raise ValueError(f"{evaluation}: {outcome.refused[0]}")

    def answer(self, question: Question, network: Network, strength: float) -> dict[str, object]:
        if question.type == "rating" and question.scale:
            low, high = question.scale.bounds
            found: dict[str, object] = {question.key: min(high, max(low, round(self.chance.gauss(strength, 0.55))))}
            if question.with_exist:
                found[f"{question.key}.exist"] = int(self.chance.random() < strength / 4.5)
            return found
        if question.type == "number":
            return {question.key: str(self.chance.randint(3, 9) * (10 if "ผู้เข้าร่วม" in question.text else 1))}
        if question.type == "choice":
            return {question.key: question.choices[0 if strength > 3.4 else 1].value}
        if question.type != "text":
            return {}
        if "ชื่อเครือข่าย" in question.text:
            return {question.key: f"{network} ({network.get_kind_display()})"}
        return {question.key: REASONS if "เหตุผล" in question.text else ADVICE}
