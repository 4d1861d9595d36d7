"""Both processes in the demonstration office: last year's cycle finished and published, this year's in the middle.

Every step goes through the services that people use, its gate included, on its own day.
"""

import copy
import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.test.utils import override_settings

from accounts.models import User
from builder.scales import PRESETS
from cycles.annual.keeping import write_passage
from cycles.annual.versions import annual_of
from cycles.models import SUGGEST, Cycle, CycleStep, Report
from cycles.services.cycles import add_evidence, choose_source, mark_checks, open_cycle, schedule_step, write_step
from cycles.services.plans import begin_network_plan, give_opinion, tie_plan
from cycles.services.reports import begin_report, send_to_partners, send_to_schools, write_report
from demo.people import fresh
from demo.reading import Reading
from demo.surveys import published
from instruments.models import Instrument, InstrumentVersion
from networks.models import Meeting
from supervision.models import Plan
from surveys.models import Survey
from thai.years import academic_year, fiscal_year, fiscal_year_range
from workflows.services import perform

SUPERVISION, NETWORKS = "P-5.1", "P-5.2"
CODE, TITLE = "BKK-03", "แบบสำรวจสภาพปัญหาและความต้องการรับการนิเทศ"
NEEDS = {
    "ด้านการบริหารจัดการและการนิเทศภายใน": ["การนิเทศภายในโดยผู้บริหารและครู", "การใช้ข้อมูลสารสนเทศวางแผนพัฒนา", "การประกันคุณภาพภายใน"],
    "ด้านการจัดการเรียนรู้": ["การจัดการเรียนรู้เชิงรุก", "การอ่านออกเขียนได้ในระดับชั้นประถมศึกษาตอนต้น", "การใช้สื่อและเทคโนโลยี"],
    "ด้านการวัดและประเมินผล": ["การออกแบบการวัดตามตัวชี้วัด", "การใช้ผลทดสอบระดับชาติพัฒนาผู้เรียน", "การช่วยเหลือผู้เรียนที่ไม่ผ่านเกณฑ์"],
}  # fmt: skip
INFORMATION = {
    "findings": "จำนวนนักเรียนของโรงเรียนขนาดเล็กลดลงต่อเนื่อง ผล RT ด้านการอ่านรู้เรื่องและ NT ด้านคณิตศาสตร์ของหลายโรงเรียนต่ำกว่าระดับประเทศ",
    "strengths": "ครูส่วนใหญ่จัดกิจกรรมเชิงรุกและใช้คำถามปลายเปิด โรงเรียนทุกแห่งมีแผนนิเทศภายใน",
    "problems": "การอ่านออกเขียนได้ในชั้น ป.1–3 ยังไม่สม่ำเสมอ และการนิเทศภายในยังไม่ต่อเนื่อง",
    "references": "นโยบายและจุดเน้นของ สพฐ.\nแผนปฏิบัติการประจำปีของสำนักงานเขตพื้นที่การศึกษา\nผลการทดสอบระดับชาติ 3 ปีย้อนหลัง",
}
METHODS = {
    "bases": ["school"],
    "methods": "นิเทศแบบชี้แนะและเป็นพี่เลี้ยง สังเกตชั้นเรียน สะท้อนผลทันที และติดตามข้อเสนอแนะภายใน 45 วัน",
    "tools": "ใช้แบบนิเทศกลาง INS-01 และ INS-02 ที่ผ่านการตรวจของกลุ่มนิเทศฯ",
    "order_text": "เพื่อให้การนิเทศ ติดตาม และประเมินผลการจัดการศึกษาเป็นไปอย่างมีประสิทธิภาพ จึงแต่งตั้งคณะนิเทศ ดังนี้",
    "waiting_note": "บันทึกของสัปดาห์สุดท้ายอยู่ระหว่างตรวจ จะส่งให้โรงเรียนภายใน 2 สัปดาห์",
}
DECISION = {
    "target_mean": "3.00",
    "target_share": "30",
    "grounds": "ค่าเฉลี่ยของแบบนิเทศถึงเป้าหมาย โรงเรียนตอบข้อเสนอแนะมากกว่าร้อยละ 80 จึงเห็นควรดำเนินการขั้นต่อไป",
    "guideline": "เน้นการอ่านออกเขียนได้ ป.1–3 และการนิเทศภายในที่ต่อเนื่อง โดยจับคู่โรงเรียนที่มีผลดีกับโรงเรียนที่ต้องการพัฒนา",
}
REPORT = {
    "preface": "รายงานฉบับนี้จัดทำขึ้นเพื่อสรุปผลการดำเนินงานตามคู่มือขั้นตอนการดำเนินงาน และใช้เป็นข้อมูลวางแผนของปีต่อไป",
    "summary": "ดำเนินงานครบทุกขั้นตามคู่มือ สถานศึกษาทุกแห่งได้รับการนิเทศ ผลโดยรวมเป็นไปตามเป้าหมาย",
    "problems": "การเดินทางในช่วงฤดูฝนทำให้ต้องเลื่อนกำหนดการบางส่วน",
    "suggestions": "ควรนัดหมายล่วงหน้าอย่างน้อยสองสัปดาห์และใช้ผลนิเทศวางแผนพัฒนาครูรายบุคคล",
}
REASONS = (
    "ผลดังกล่าวสอดคล้องกับการนิเทศแบบชี้แนะและเป็นพี่เลี้ยงที่ทำต่อเนื่องตลอดปี ประกอบกับผู้บริหารสถานศึกษาร่วมนิเทศภายในด้วยตนเอง "
    "จึงเกิดการเปลี่ยนแปลงในชั้นเรียนมากกว่าการประชุมชี้แจงเพียงครั้งเดียว"
)
"""What the office adds to the program's discussion."""
PARTNERS = [
    ("สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน", "plan@obec.example"),
    ("สำนักงานศึกษาธิการจังหวัด", "peo@province.example"),
]


class Cycles(Reading):
    """Four cycles; those of last year are finished."""

    def run(self) -> None:
        self.head, self.director = self.office.head, self.office.director
        self.opened = fiscal_year_range(fiscal_year(self.today) - 1).start - timedelta(days=20)
        self.form = self.needs_form()
        self.supervision_of_last_year()
        self.supervision_of_this_year()
        self.networks_of_last_year()
        self.networks_of_this_year()

    # -- What every step needs ---------------------------------------------------------------------------------------

    def open(self, process: str, year: int, day: date) -> Cycle:
        with self.on(day, 9):
            cycle = open_cycle(self.office.area, process, year, by=fresh(self.head))
            if cycle.before is None:
                for place, step in enumerate(cycle.all_steps):
                    owner = fresh(self.office.supervisors[place % 4])
                    schedule_step(
                        step, by=fresh(self.head), starts_on=step.starts_on, ends_on=step.ends_on, owner=owner
                    )
        return Cycle.objects.get(pk=cycle.pk)

    def step(self, cycle: Cycle, number: int) -> CycleStep:
        return Cycle.objects.get(pk=cycle.pk).step(number)

    def owner(self, step: CycleStep) -> User:
        """Whoever is in charge, as of the day; the head where nobody is."""
        return fresh(step.owner or self.head)

    def write(self, cycle: Cycle, number: int, **content) -> None:
        step = self.step(cycle, number)
        write_step(step, by=self.owner(step), content=content)

    def source(self, cycle: Cycle, number: int, name: str, *records) -> None:
        step = self.step(cycle, number)
        choose_source(step, name, [record.pk for record in records], by=self.owner(step))

    def complete(self, cycle: Cycle, number: int, *, by: User | None = None, name: str = "") -> None:
        """Tick the standard, and go through the gate as whoever is in charge."""
        step = self.step(cycle, number)
        by = fresh(by) if by else self.owner(step)
        mark_checks(step, {check.pk: (True, "") for check in step.checks.all()}, by=self.owner(step))
        perform(Cycle.objects.get(pk=cycle.pk), name or f"complete_{number}", by=by)

    def report(self, cycle: Cycle, day: date) -> None:
        """Written, through its chain, sent, published; the cycle ends with it."""
        with self.on(day):
            maker = self.owner(self.step(cycle, cycle.steps))
            report = begin_report(Cycle.objects.get(pk=cycle.pk), by=maker)
            write_report(report, {"title": report.title, **REPORT}, by=maker)
            report.refresh_from_db()
            if cycle.process == SUPERVISION:
                self.rewrite(report, maker)
            perform(report, "submit", by=maker)
        for name, person, days in (("endorse", self.head, 2), ("approve", self.director, 4)):
            with self.on(day + timedelta(days=days), 14):
                report.refresh_from_db()
                perform(report, name, by=fresh(person))
        dummy = override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend")
        with self.on(day + timedelta(days=6), 10), dummy:
            send_to_schools(report, by=fresh(self.office.clerk))
            send_to_partners(report, PARTNERS, by=fresh(self.office.clerk))
            report.refresh_from_db()
            perform(report, "publish", by=fresh(self.head))
        with self.on(day + timedelta(days=7), 15):
            self.complete(cycle, cycle.steps, by=self.head)

    def rewrite(self, report: Report, maker: User) -> None:
        """One paragraph of the program's is carried on in the office's own words."""
        one = annual_of(report).passages["discussion"]
        write_passage(report, one.passage, f"{one.text} {REASONS}", by=maker, seen=one.seen)

    # -- Needs -------------------------------------------------------------------------------------------------------

    def needs_form(self) -> InstrumentVersion:
        """The office's own form that asks how supervision is and how it should be."""
        with self.on(self.opened - timedelta(days=5)):
            instrument = Instrument.objects.create(
                area=self.office.area, code=CODE, title=TITLE, unit_of_analysis="สถานศึกษา", respondent="ผู้บริหารสถานศึกษา"
            )
            version = InstrumentVersion.objects.create(instrument=instrument, definition=needs_definition())
            self.publish(version, self.office.supervisors[0], self.head)
        return version

    def needs_survey(self, version: InstrumentVersion, title: str, first: date) -> Survey:
        """Sent for two weeks, answered by nearly all schools, closed."""
        back = (self.today - first).days
        survey = self.sent(version, title, days=(back, back - 14), maker=self.office.supervisors[0])
        for place in list(survey.places.all())[:-2]:
            with self.on(first + timedelta(days=1 + place.pk % 12), 11):
                self.answer(place.token, by=User.objects.get(pk=self.office.school_heads[place.school_id].pk))
        with self.on(first + timedelta(days=15)):
            perform(Survey.objects.get(pk=survey.pk), "close", by=fresh(self.office.supervisors[0]))
        return survey

    def liked(self, title: str, first: date) -> Survey:
        """Twenty people with the link, nobody known; closed before anybody reads it."""
        back = (self.today - first).days
        survey = self.sent(
            published("INS-05"),
            title,
            days=(back, back - 10),
            maker=self.office.supervisors[1],
            audience="link",
            anonymous=True,
        )
        for place in range(20):
            with self.on(first + timedelta(days=1 + place % 8), 12):
                self.answer(survey.token)
        with self.on(first + timedelta(days=11)):
            perform(Survey.objects.get(pk=survey.pk), "close", by=fresh(self.office.supervisors[1]))
        return survey

    def priorities(self, cycle: Cycle, number: int) -> list[dict[str, Any]]:
        """The two sections of the survey with the greatest index, as the step offers them."""
        step = self.step(cycle, number)
        survey = step.facts["surveys"][0]
        return [
            {
                "key": uuid.UUID(int=self.chance.getrandbits(128), version=4).hex[:8],
                "text": section["title"].removeprefix("ตอนที่ 2 ").removeprefix("ด้าน"),
                "source": f"{survey['pk']}:{section['key']}",
                "source_label": section["title"],
                "pni": section["pni"],
                "reason": "ดัชนีความต้องการจำเป็นสูงที่สุด และสอดคล้องกับผลการทดสอบระดับชาติและจุดเน้นของ สพฐ.",
            }
            for section in survey["sections"][:2]
        ]

    # -- P-5.1 -------------------------------------------------------------------------------------------------------

    def begin_supervision(self, cycle: Cycle, first: date, plan: Plan) -> None:
        """Steps 1 to 3: information, needs, the plan with the committee's opinion."""
        with self.on(first, 10):
            self.write(cycle, 1, **INFORMATION)
            add_evidence(
                self.step(cycle, 1), by=self.owner(self.step(cycle, 1)), title="ฐานข้อมูลสถานศึกษา (DMC)",
                url="https://portal.bopp-obec.info/",
            )  # fmt: skip
            self.complete(cycle, 1)
        survey = self.needs_survey(self.form, f"{TITLE} {cycle.year_name}", first + timedelta(days=1))
        with self.on(first + timedelta(days=17), 10):
            self.source(cycle, 2, "surveys", survey)
            self.write(
                cycle, 2, problems="โรงเรียนต้องการพัฒนาการจัดการเรียนรู้มากที่สุด รองลงมาคือการวัดและประเมินผล",
                priorities=self.priorities(cycle, 2), suggestions="โรงเรียนขนาดเล็กขอให้นิเทศเป็นกลุ่มโรงเรียน",
            )  # fmt: skip
            self.complete(cycle, 2)
        with self.on(first + timedelta(days=18), 11):
            step = self.step(cycle, 3)
            tie_plan(step, plan, by=self.owner(step))
            keys = [row["key"] for row in self.step(cycle, 2).kept["priorities"]]
            rows = self.step(cycle, 3).content["objectives"]
            for row, key in zip(rows, keys, strict=False):
                row["priority"] = key
            self.write(cycle, 3, objectives=rows)
        with self.on(first + timedelta(days=22), 13):
            for place, member in enumerate(self.office.committee[:2]):
                give_opinion(
                    Cycle.objects.get(pk=cycle.pk), by=fresh(member), verdict=SUGGEST if place else "agree",
                    text="ควรจัดลำดับโรงเรียนขนาดเล็กไว้ในภาคเรียนแรก" if place else "", given_on=first + timedelta(days=22),
                )  # fmt: skip
            self.complete(cycle, 3)

    def supervision_of_last_year(self) -> None:
        year = fiscal_year(self.today) - 1
        days = fiscal_year_range(year)
        cycle = self.open(SUPERVISION, year, self.opened)
        self.begin_supervision(cycle, days.start, self.plan_of(year))
        with self.on(days.end - timedelta(days=20), 10):
            number = {"order_number": f"18/{year}", "order_date": days.start + timedelta(days=24)}
            self.write(cycle, 4, **METHODS, **number)
            self.complete(cycle, 4)
        liked = self.liked(f"ความพึงพอใจต่อการนิเทศ {cycle.year_name}", days.end - timedelta(days=30))
        with self.on(days.end - timedelta(days=8), 10):
            self.source(cycle, 5, "satisfaction", liked)
            actions = [
                {
                    "key": "a1",
                    "what": "จับคู่โรงเรียนพี่–น้องด้านการอ่าน",
                    "who": "ศึกษานิเทศก์ประจำกลุ่มโรงเรียน",
                    "due": days.end + timedelta(days=60),
                }
            ]
            self.write(cycle, 5, **DECISION, actions=actions)
            self.complete(cycle, 5, by=self.head, name="carry_on")
        self.report(cycle, days.end - timedelta(days=5))

    def supervision_of_this_year(self) -> None:
        year = fiscal_year(self.today)
        first = fiscal_year_range(year).start
        if self.today < first + timedelta(days=26):
            return
        cycle = self.open(SUPERVISION, year, first)
        self.begin_supervision(cycle, first, self.plan_of(year))
        with self.on(first + timedelta(days=25)):
            self.write(cycle, 4, **{**METHODS, "waiting_note": "", "order_number": f"21/{year}"})

    def plan_of(self, year: int) -> Plan:
        return Plan.objects.filter(year=year, state="approved").order_by("pk")[0]

    # -- P-5.2 -------------------------------------------------------------------------------------------------------

    def begin_networks(self, cycle: Cycle, first: date, title: str) -> None:
        """Steps 1 and 2: the needs survey INS-06 and the plan with its approval."""
        survey = self.needs_survey(published("INS-06"), title, first)
        with self.on(first + timedelta(days=17)):
            self.source(cycle, 1, "surveys", survey)
            self.write(
                cycle, 1, problems="เครือข่ายส่วนใหญ่มีกิจกรรมแต่ยังไม่มีคลังความรู้ร่วม และบางเครือข่ายยังไม่มีผู้ประสานงานที่ชัดเจน",
                priorities=self.priorities(cycle, 1), suggestions="ควรจัดเวทีแลกเปลี่ยนเรียนรู้ภาคเรียนละครั้ง",
            )  # fmt: skip
            self.complete(cycle, 1)
        with self.on(first + timedelta(days=18)):
            self.write(
                cycle, 2, rationale="พัฒนาเครือข่ายตามความต้องการจำเป็นที่พบจากการสำรวจ", activities=self.planned(cycle)
            )
            step = self.step(cycle, 2)
            plan = begin_network_plan(step, by=self.owner(step))
            perform(plan, "submit", by=self.owner(step))
        with self.on(first + timedelta(days=20), 14):
            plan.refresh_from_db()
            perform(plan, "approve", by=fresh(self.head))
            self.complete(cycle, 2)

    def planned(self, cycle: Cycle) -> list[dict[str, Any]]:
        chosen = self.step(cycle, 1).kept["priorities"]
        days = (self.step(cycle, 4).starts_on, self.step(cycle, 4).ends_on)
        names = [("เวทีแลกเปลี่ยนเรียนรู้ของชมรมครู", "club", 12_000), ("พัฒนาครูแกนนำเป็นผู้นิเทศร่วม", "person", 18_000)]
        return [
            {
                "key": f"n{place}", "activity": name, "kind": kind, "priority": chosen[place % len(chosen)]["key"],
                "objective": f"เพื่อพัฒนา{chosen[place % len(chosen)]['text']}", "target": "สมาชิกเครือข่ายร้อยละ 80",
                "starts_on": days[0], "ends_on": days[1], "budget": budget, "owner": str(self.office.supervisors[place]),
            }
            for place, (name, kind, budget) in enumerate(names)
        ]  # fmt: skip

    def networks_of_last_year(self) -> None:
        """The office began with the product in the middle of that academic year, so its first steps were late."""
        year = academic_year(self.today) - 1
        cycle = self.open(NETWORKS, year, self.opened)
        with self.on(self.opened):
            why = "เริ่มใช้ระบบกลางปีการศึกษา จึงบันทึกขั้นที่ดำเนินการไปแล้วย้อนหลัง"
            for step in self.step(cycle, 1).cycle.all_steps[:3]:
                schedule_step(
                    step, by=fresh(self.head), starts_on=step.starts_on, ends_on=step.ends_on, owner=step.owner, late_reason=why
                )  # fmt: skip
        self.begin_networks(cycle, self.opened + timedelta(days=1), f"สำรวจความต้องการการพัฒนาเครือข่าย {cycle.year_name}")
        meeting = Meeting.objects.filter(academic_year=year, state="minuted").order_by("pk")[0]
        with self.on(max(meeting.ends_on, self.opened) + timedelta(days=25)):
            self.source(cycle, 3, "meetings", meeting)
            self.write(cycle, 3, direction=meeting.direction)
            self.complete(cycle, 3)
        end = self.step(cycle, 4).ends_on
        with self.on(end - timedelta(days=4)):
            self.write(
                cycle, 4, summary="ทุกเครือข่ายจัดกิจกรรมอย่างน้อยปีละหนึ่งครั้ง ได้แนวปฏิบัติที่ดีและชุดกิจกรรมที่โรงเรียนอื่นนำไปใช้ได้",
                reason="เครือข่ายที่ยังไม่ครบเลื่อนกิจกรรมภาคเรียนที่ 2 เพราะผู้ประสานงานเปลี่ยน",
            )  # fmt: skip
            self.complete(cycle, 4)
        with self.on(end + timedelta(days=6)):
            self.write(
                cycle, 5, grounds="ผลหลังการพัฒนาสูงกว่าก่อนการพัฒนาทุกด้าน และเครือข่ายที่ต่ำกว่าเกณฑ์มีแนวทางพัฒนาแล้ว",
                reason="เครือข่ายที่ตั้งใหม่ยังไม่ถึงรอบประเมิน",
            )  # fmt: skip
            self.complete(cycle, 5, by=self.head, name="carry_on")
        with self.on(end + timedelta(days=9)):
            directions = [
                {"key": "d1", "what": "จัดทำคลังความรู้ร่วมของทุกเครือข่าย", "level": "area", "who": str(self.office.supervisors[1]), "due": end + timedelta(days=120)},
                {"key": "d2", "what": "ขยายโรงเรียนคู่พัฒนาให้ครบทุกกลุ่มโรงเรียน", "level": "school", "who": "ประธานกลุ่มโรงเรียน", "due": end + timedelta(days=200)},
            ]  # fmt: skip
            self.write(
                cycle, 6, directions=directions, guideline="เริ่มสำรวจความต้องการให้เร็วขึ้น และให้ทุกเครือข่ายมีแผนตั้งแต่เดือนเมษายน"
            )
            self.complete(cycle, 6)
        self.report(cycle, end + timedelta(days=12))

    def networks_of_this_year(self) -> None:
        """Held up before the meeting: it is announced, and late with its reason."""
        year = academic_year(self.today)
        first = self.step_days(year)
        cycle = self.open(NETWORKS, year, first)
        self.begin_networks(cycle, first + timedelta(days=2), f"สำรวจความต้องการการพัฒนาเครือข่าย {cycle.year_name}")
        with self.on(self.today - timedelta(days=2), 10):
            step = self.step(cycle, 3)
            schedule_step(
                step, by=fresh(self.head), starts_on=step.starts_on, ends_on=step.ends_on, owner=step.owner,
                late_reason="ห้องประชุมใหญ่ปิดปรับปรุง จึงเลื่อนสัมมนาเครือข่ายมาจัดในภาคเรียนที่ 2",
            )  # fmt: skip
            self.source(cycle, 3, "meetings", *Meeting.objects.filter(state="announced").order_by("-pk")[:1])

    def step_days(self, year: int) -> date:
        """A day of the months in which the handbook begins this process, two months into them."""
        return date(
            self.today.year if academic_year(date(self.today.year, 6, 1)) == year else self.today.year - 1, 2, 16
        )


def needs_definition() -> Mapping[str, Any]:
    return {
        "scales": {"need5": copy.deepcopy(PRESETS["need5"][1])},
        "sections": [
            {
                "key": key, "title": title, "scale": "need5",
                "questions": [
                    {"key": f"{key}{place}", "type": "dual", "text": text, "required": True}
                    for place, text in enumerate(texts, 1)
                ],
            }
            for key, (title, texts) in zip("BCD", NEEDS.items(), strict=True)
        ],
    }  # fmt: skip
