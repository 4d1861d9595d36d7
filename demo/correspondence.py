"""The correspondence of the demonstration office: registers of this calendar year, and papers in every state of their life.

Deeds are gathered first and done in the order of their days, because a register gives its numbers in that order.
"""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from itertools import islice
from typing import Any

from accounts.models import User
from correspondence import drafts
from correspondence.models import Paper
from correspondence.services.papers import create_paper, decide, set_code, submit, usual_chain
from correspondence.services.registers import cancel, enter
from correspondence.services.signatures import keep_signature
from cycles.models import Report
from demo.people import Office, fresh
from demo.pictures import signature
from networks.models import Meeting, Network
from supervision.models import Plan, Visit
from supervision.queries.journeys import day_of, visits_beside
from workflows.services import perform

On = Callable[..., AbstractContextManager]
INCOMING = [
    (
        "ศธ 04009/ว 214",
        "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน",
        "การติดตามและประเมินผลการจัดการศึกษา ประจำปีงบประมาณ",
        "มอบกลุ่มงานติดตามฯ",
    ),
    ("ศธ 04010/ว 87", "สำนักทดสอบทางการศึกษา", "ประกาศผลการทดสอบความสามารถด้านการอ่านของผู้เรียน (RT)", "แจ้งศึกษานิเทศก์ทุกท่าน"),
    ("112/2569", "โรงเรียนในสังกัด", "ขอรับการนิเทศการจัดการเรียนรู้เชิงรุก", "มอบศึกษานิเทศก์ประจำโรงเรียน"),
    (
        "อว 0641/1289",
        "คณะครุศาสตร์ มหาวิทยาลัยราชภัฏตัวอย่าง",
        "ขอความอนุเคราะห์ผู้เชี่ยวชาญตรวจเครื่องมือวิจัย",
        "เสนอ ผอ.กลุ่มนิเทศฯ พิจารณา",
    ),
    ("ศธ 04006/ว 431", "สำนักนโยบายและแผนการศึกษาขั้นพื้นฐาน", "การจัดทำคำของบประมาณรายจ่ายประจำปี", "มอบงานแผน"),
    ("57/2569", "โรงเรียนในสังกัด", "ส่งรายงานการประเมินตนเอง (SAR)", "มอบกลุ่มงานประกันคุณภาพ"),
    (
        "ศธ 04009/ว 305",
        "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน",
        "ขอเชิญประชุมผู้อำนวยการกลุ่มนิเทศ ติดตามและประเมินผล",
        "ผอ.กลุ่มนิเทศฯ เข้าประชุม",
    ),
    ("ศธ 0211.4/1876", "สำนักงานศึกษาธิการจังหวัด", "ขอข้อมูลผลการนิเทศเพื่อการตรวจราชการ", "มอบกลุ่มงานเลขานุการ ก.ต.ป.น."),
]
"""(ที่, จาก, เรื่อง, การปฏิบัติ) of letters that come to such an office."""
CODE = "ศธ 04001"


class Correspondence:
    """``run`` does everything on its day."""

    def __init__(self, *, on: On, office: Office, today: date, chance: random.Random):
        self.on, self.office, self.today, self.chance = on, office, today, chance
        self.first = max(date(today.year, 1, 5), today - timedelta(days=300))
        self.deeds: list[tuple[date, int, Callable[[], Any]]] = []

    def run(self) -> None:
        with self.on(self.first):
            set_code(self.office.area, by=fresh(self.office.clerk), code=CODE)
            for user in (self.office.director, self.office.head, *self.office.supervisors[:3]):
                keep_signature(by=fresh(user), drawing=signature(self.chance))
        self.incoming()
        self.outside()
        self.papers()
        for day, hour, deed in sorted(self.deeds, key=lambda row: row[:2]):
            with self.on(day, hour):
                deed()

    def later(self, day: date, hour: int, deed: Callable[[], Any]) -> None:
        self.deeds.append((min(max(day, self.first), self.today), hour, deed))

    # -- The registers --------------------------------------------------------------------------------------------

    def incoming(self) -> None:
        """A letter every ten days or so; one was entered twice, one is urgent, one is secret."""
        days = range(4, (self.today - self.first).days, 10)
        for number, ago in enumerate(days):
            ref, sender, subject, action = INCOMING[number % len(INCOMING)]
            day = self.first + timedelta(days=ago)
            more = {"urgency": "urgent"} if number % 7 == 6 else {}
            self.later(day, 9 + number % 6, self._comes(day, ref, sender, subject, action, more))
        secret = self.today - timedelta(days=25)
        subject = "ขอให้ตรวจสอบข้อเท็จจริงกรณีร้องเรียน"
        more = {"secrecy": "secret", "urgency": "very_urgent"}
        self.later(
            secret, 10, self._comes(secret, "ศธ 04007/ลับ 12", "สำนักพัฒนาระบบบริหารงานบุคคลและนิติการ", subject, "", more)
        )
        self.later(self.today - timedelta(days=16), 15, self._entered_twice)

    def _comes(
        self, day: date, ref: str, sender: str, subject: str, action: str, more: dict[str, Any]
    ) -> Callable[[], Any]:
        to = "ผู้อำนวยการสำนักงานเขตพื้นที่การศึกษา"
        dated_on = day - timedelta(days=self.chance.randint(1, 6))
        return lambda: enter(
            self.office.area, "in", by=fresh(self.office.clerk), ref=ref, sender=sender, to=to, subject=subject,
            action=action, dated_on=dated_on, **more,
        )  # fmt: skip

    def _entered_twice(self) -> None:
        ref, sender, subject, _ = INCOMING[1]
        by = fresh(self.office.clerk)
        twice = enter(self.office.area, "in", by=by, ref=ref, sender=sender, to="ผอ.สพป.", subject=subject)
        cancel(twice, by=by, reason="ลงทะเบียนซ้ำกับเลขก่อนหน้า")

    def outside(self) -> None:
        """A few that were written elsewhere and took only their number here."""
        subjects = ["ขอส่งสถิติการนิเทศรายไตรมาส", "ตอบรับเป็นผู้เชี่ยวชาญตรวจเครื่องมือ", "ขอใช้สถานที่จัดประชุม"]
        for number, subject in enumerate(subjects):
            self.later(self.first + timedelta(days=40 + 70 * number), 14, self._goes(subject))

    def _goes(self, subject: str) -> Callable[[], Any]:
        to = "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน"
        return lambda: enter(
            self.office.area,
            "out",
            by=fresh(self.office.clerk),
            sender=self.office.area.group_name,
            to=to,
            subject=subject,
        )

    # -- Papers ---------------------------------------------------------------------------------------------------

    def papers(self) -> None:
        """Drafted from what the office has recorded; each goes a little less far than the one before."""
        area, ago = self.office.area, lambda days: self.today - timedelta(days=days)
        released = list(
            Visit.objects.filter(area=area, state__in=("released", "acknowledged", "closed")).order_by("-visited_on")
        )
        journeys = (visit for visit in released if visits_beside(visit, self._maker(visit)))
        ahead = list(
            Visit.objects.filter(area=area, state="planned", starts_on__gte=self.today).order_by("starts_on")[:3]
        )
        plan = Plan.objects.filter(area=area, state="approved").order_by("-year").first()
        network = Network.objects.filter(area=area).order_by("pk").first()
        meeting = Meeting.objects.filter(area=area, state="announced").order_by("starts_on").first()
        report = Report.objects.filter(area=area, state="published").order_by("-pk").first()
        story: list[tuple[str, Any, int, str]] = [
            ("plan-order", plan, 44, "sent"),
            ("plan-announcement", plan, 40, "sent"),
            ("report-circular", report, 34, "sent"),
            *[("visit-report", visit, 22, "signed") for visit in released[:1]],
            *[
                ("travel-report", visit, (self.today - day_of(visit)).days - 2, "signed")
                for visit in islice(journeys, 1)
            ],
            *[("visit-results", visit, 18, "sent") for visit in released[:1]],
            ("network-order", network, 12, "void"),
            *[("visit-travel", visit, 7, "signed") for visit in ahead[:1]],
            *[("visit-notice", visit, 5, "signed") for visit in ahead[:1]],
            *[("visit-report", visit, 4, "routing") for visit in released[1:2]],
            *[("visit-notice", visit, 3, "endorsed") for visit in ahead[1:2]],
            *[("visit-travel", visit, 2, "returned") for visit in ahead[1:2]],
            ("meeting-invitation", meeting, 1, "draft"),
        ]
        for key, record, days, ending in story:
            if record is not None:
                self.tell(key, record, ago(days), ending)

    def tell(self, key: str, record: Any, day: date, ending: str) -> None:
        """The life of one paper from the day on, a step a day, as far as its ending."""
        draft = next(one for one in drafts.drafts_for(record) if one.key == key)
        made: dict[str, Paper] = {}
        maker = self._maker(record)

        def write() -> None:
            by = fresh(maker)
            words = draft.build(record, by, *drafts.records_of(draft.further_of(record, by)))
            chain = usual_chain(draft.kind, by=by, area_id=self.office.area.pk, asked=words.pop("asked", ""))
            made["paper"] = create_paper(
                area=self.office.area, kind=draft.kind, by=by, draft=key, source=record, chain=chain, **words
            )

        def paper() -> Paper:
            return Paper.objects.select_related("area").get(pk=made["paper"].pk)

        steps: list[tuple[int, int, Callable[[], Any]]] = [(0, 9, write)]
        if ending != "draft":
            steps.append((0, 11, lambda: submit(paper(), by=fresh(maker), place=True)))
        if ending == "returned":
            steps.append(
                (
                    1,
                    10,
                    lambda: perform(
                        paper(), "return", by=fresh(self.office.head), reason="โปรดระบุพาหนะที่ใช้เดินทางและผู้ขับรถ"
                    ),
                )
            )
        if ending in ("endorsed", "signed", "sent", "void"):
            steps.append(
                (1, 10, lambda: decide(paper(), by=fresh(self.office.head), word=self._word(draft.kind), place=True))
            )
        if ending in ("signed", "sent", "void"):
            steps.append(
                (2, 9, lambda: decide(paper(), by=fresh(self.office.director), word=self._last(paper()), place=True))
            )
        if ending == "sent":
            steps.append((2, 15, lambda: perform(paper(), "send", by=fresh(self.office.clerk))))
        if ending == "void":
            steps.append(
                (
                    3,
                    10,
                    lambda: perform(
                        paper(), "void", by=fresh(self.office.head), reason="รายชื่อคณะกรรมการเปลี่ยน จัดทำคำสั่งใหม่"
                    ),
                )
            )
        for after, hour, deed in steps:
            self.later(day + timedelta(days=after), hour, deed)

    def _maker(self, record: Any) -> User:
        return record.members.get(is_lead=True).user if isinstance(record, Visit) else self.office.supervisors[0]

    @staticmethod
    def _word(kind: str) -> str:
        return "เห็นชอบ" if kind == "memo" else "เห็นควรลงนาม"

    @staticmethod
    def _last(paper: Paper) -> str:
        asked = paper.chain[-1][1]
        return "ลงนามแล้ว" if asked == "ลงนาม" else asked


def keep_correspondence(on: On, *, office: Office, today: date, chance: random.Random) -> None:
    Correspondence(on=on, office=office, today=today, chance=chance).run()
