"""Fill an empty database with one office and its year, through the services that people use.

Everything is a function of the seed and of today: the same two give the same office. Each deed is done on the
day on which it would have been done (``time_machine``), so that history, logs and lateness are those of a real year.
"""

import random
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import time_machine
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from demo import texts
from demo.answers import fill
from demo.appraisal import Quality
from demo.certificates import give_certificates
from demo.correspondence import keep_correspondence
from demo.cycles import Cycles
from demo.dossiers import collect_evidence
from demo.evaluations import Evaluations
from demo.exams import make_results
from demo.gatherings import Gatherings
from demo.handbook import write_next_edition
from demo.networks import begin_networks, fill_networks
from demo.people import Office, fresh, hire
from demo.pictures import classroom, signature
from demo.reading import Reading
from demo.reminders import send_reminders
from demo.surveys import Surveys
from handbook.loading import load_handbook
from instruments.loading import load_instruments
from instruments.models import Instrument
from schools.models import AreaOffice, Enrolment, School, SchoolGroup
from supervision.models import Finding, Plan, Recommendation, Signature, Visit
from supervision.services import plans, recommendations, visit_records
from thai.years import fiscal_year, fiscal_year_range
from workflows.models import Notice
from workflows.services import perform

AREA_CODE = "1001"
Report = Callable[[str], None]

ENDINGS = ["closed", "acknowledged", "released", "checked", "submitted", "returned", "in_progress"]
"""How far the newest visits of the past have come, so that each state is seen; older ones are closed."""


class Story:
    """One office's year. ``seed`` decides every choice; ``today`` is the last day of the story."""

    def __init__(self, *, seed: int, today: date, tell: Report):
        self.chance = random.Random(seed)
        self.today = today
        self.tell = tell
        self.year = fiscal_year(today)
        self.last_year = fiscal_year_range(self.year - 1)
        self.this_year = fiscal_year_range(self.year)

    @contextmanager
    def on(self, day: date, hour: int = 9):
        """Do something on a working hour of that day; never later than now."""
        moment = datetime.combine(day, time(hour, self.chance.randint(0, 59)), tzinfo=timezone.get_current_timezone())
        with time_machine.travel(min(moment, self.now), tick=True):
            yield
            # The office is built in one transaction, so what follows a commit (news to others) is done here, on its day.
            callbacks, connection.run_on_commit = connection.run_on_commit, []
            for _savepoints, callback, *_robust in callbacks:
                callback()

    def run(self) -> None:
        self.now = timezone.now()
        with self.on(self.last_year.start - timedelta(days=30)):
            self.settle_in()
        self.tell("แผนและการนิเทศ …")
        self.live_the_year()
        self.tell("แบบสำรวจ …")
        Surveys(on=self.on, office=self.office, schools=self.schools, today=self.today, chance=self.chance).run()
        Reading(on=self.on, office=self.office, schools=self.schools, today=self.today, chance=self.chance).run()
        Evaluations(on=self.on, office=self.office, today=self.today).run()
        since = self.last_year.start - timedelta(days=30)
        chance = random.Random("gatherings")
        Gatherings(on=self.on, office=self.office, today=self.today, since=since, chance=chance).run()
        Quality(on=self.on, office=self.office, schools=self.schools, today=self.today, chance=self.chance).run()
        self.tell("รอบการดำเนินงาน …")
        chance = random.Random("cycles")
        Cycles(on=self.on, office=self.office, schools=self.schools, today=self.today, chance=chance).run()
        write_next_edition(
            self.on, area=self.office.area, writers=self.office.supervisors, year=self.year, today=self.today
        )
        give_certificates(
            self.on, office=self.office, schools=self.schools, today=self.today, chance=random.Random("certificates")
        )
        collect_evidence(self.on, office=self.office, today=self.today)
        keep_correspondence(self.on, office=self.office, today=self.today, chance=random.Random("correspondence"))
        send_reminders(self.on, today=self.today)
        Notice.objects.filter(at__lt=self.now - timedelta(days=10)).update(read_at=self.now)

    # -- The office -----------------------------------------------------------------------------------------------

    def settle_in(self) -> None:
        """Groups, enrolment, networks, people and instruments."""
        area = AreaOffice.objects.get(code=AREA_CODE)
        area.name = "สำนักงานเขตพื้นที่การศึกษาประถมศึกษากรุงเทพมหานคร"
        area.email, area.website = "supervisor@bkkp.go.th", "https://sites.google.com/bkkp.go.th/nitedbkkpnew"
        area.save()
        groups = [SchoolGroup.objects.create(area=area, name=name) for name in texts.GROUPS]
        self.schools = list(School.objects.filter(area=area).order_by("smis_code"))
        for school in self.schools:
            district = school.district.removeprefix("เขต")
            school.group = groups[texts.DISTRICTS.get(district, 4)]
            school.save()
            self.enrol(school)
        # A chance of its own: the rest of the story stays as it was.
        make_results(area, self.schools, latest=self.year - 2, chance=random.Random("exams"))
        networks = begin_networks(area, since=timezone.localdate() - timedelta(days=2 * 365))
        members = {network.pk: self.chance.sample(self.schools, 8) for network in networks}
        self.office: Office = hire(area, self.schools, since=timezone.localdate(), chance=self.chance)
        fill_networks(self.office, members, today=timezone.localdate())
        load_instruments()
        load_handbook(area)
        self.instruments = {i.code: i for i in Instrument.objects.all()}

    def enrol(self, school: School) -> None:
        grades = ["p1", "p2", "p3", "p4", "p5", "p6"]
        if "อนุบาล" in school.levels:
            grades = ["k2", "k3", *grades]
        if "มัธยม" in school.levels:
            grades += ["m1", "m2", "m3"]
        base = self.chance.choice([12, 18, 25, 40, 60, 95, 180])
        for academic in (self.year - 2, self.year - 1):
            for grade in grades:
                boys = max(2, round(self.chance.gauss(base / 2, base / 12)))
                girls = max(2, round(self.chance.gauss(base / 2, base / 12)))
                Enrolment.objects.create(
                    school=school,
                    academic_year=academic,
                    grade=grade,
                    male=boys,
                    female=girls,
                    rooms=(boys + girls) // 36 + 1,
                )

    # -- The year --------------------------------------------------------------------------------------------------

    def live_the_year(self) -> None:
        """Last year's plan, this year's plan, and a plan in each of the other states."""
        quality = {school.pk: self.chance.gauss(3.7, 0.45) for school in self.schools}
        first = self.approved_plan(
            f"แผนนิเทศ ติดตาม และประเมินผลการจัดการศึกษา ปีงบประมาณ {self.year - 1}", self.year - 1, self.last_year
        )
        second = self.approved_plan(
            f"แผนนิเทศ ติดตาม และประเมินผลการจัดการศึกษา ปีงบประมาณ {self.year}", self.year, self.this_year
        )
        made = list(
            Visit.objects.filter(plan_item__plan__in=[first, second])
            .select_related("school", "area")
            .order_by("starts_on", "pk")
        )
        past = [visit for visit in made if visit.starts_on <= self.today]
        ahead = [visit for visit in made if visit.starts_on > self.today]
        cancelled = {visit.pk for visit in past[10:40:16]}
        recent = past[-28:]
        for number, visit in enumerate(past):
            if number % 25 == 0:
                self.tell(f"การนิเทศ {number + 1}–{min(number + 25, len(past))} จาก {len(past)} …")
            if visit.pk in cancelled:
                self.cancel(visit)
                continue
            ending = ENDINGS[recent.index(visit) * len(ENDINGS) // len(recent)] if visit in recent else "closed"
            self.hold(visit, ending, quality)
        for visit in ahead[1:30:14]:
            self.postpone(visit)
        self.unfinished_plans()

    def approved_plan(self, title: str, year: int, period) -> Plan:
        """A plan for every school twice in the year, endorsed and approved."""
        owner = self.office.supervisors[year % 3]
        opened = min(period.start - timedelta(days=25), self.today - timedelta(days=40))
        with self.on(opened):
            plan = self.draft(title, year, owner)
            for place, school in enumerate(self.schools):
                lead = self.supervisor_of(place)
                for term, (low, high) in enumerate([(6, 118), (225, 310)]):
                    day = self.workday(period.start + timedelta(days=low + (place * 7 + term * 3) % (high - low)))
                    plans.add_item(
                        plan,
                        school=school,
                        starts_on=day,
                        ends_on=day + timedelta(days=self.chance.choice([0, 0, 1])),
                        purpose=texts.PURPOSES[(place // 8 + term) % len(texts.PURPOSES)],
                        lead=lead,
                        team=[lead, self.supervisor_of(place + 5)],
                        instruments=self.instruments_for(place, term),
                        by=owner,
                    )
            plan.refresh_from_db()
            perform(plan, "submit", by=fresh(owner))
        with self.on(opened + timedelta(days=3), 14):
            perform(plan, "endorse", by=fresh(self.office.head))
        with self.on(opened + timedelta(days=7), 11):
            perform(plan, "approve", by=fresh(self.office.director))
        return plan

    def draft(self, title: str, year: int, owner: User, **changes) -> Plan:
        texts_of_plan = {
            "rationale": texts.RATIONALE,
            "objectives": texts.OBJECTIVES,
            "targets": texts.TARGETS,
            "methods": texts.METHODS,
            "budget": 185_000,
            "budget_source": "งบประมาณสำนักงานเขตพื้นที่การศึกษา แผนงานพื้นฐาน",
        } | changes
        return plans.create_plan(
            area=self.office.area,
            title=title,
            period=Plan.Period.FISCAL_YEAR,
            year=year,
            team=self.office.supervisors[:6],
            by=fresh(owner),
            **texts_of_plan,
        )

    def unfinished_plans(self) -> None:
        """One plan each that is a draft, waits for the head, waits for the director, was returned, was given up."""
        names = [
            ("แผนนิเทศเร่งด่วน โรงเรียนที่ผลการอ่านต่ำกว่าเกณฑ์", "draft"),
            ("แผนนิเทศการใช้หลักสูตรปฐมวัย", "submitted"),
            ("แผนนิเทศโครงการโรงเรียนคุณภาพ", "endorsed"),
            ("แผนนิเทศการประกันคุณภาพภายใน", "returned"),
            ("แผนนิเทศทางไกลช่วงปิดภาคเรียน", "discarded"),
        ]
        for place, (title, ending) in enumerate(names):
            owner = self.office.supervisors[place + 3]
            with self.on(self.today - timedelta(days=9 - place)):
                plan = self.draft(f"{title} ปีงบประมาณ {self.year}", self.year, owner, budget=24_000)
                for school in self.chance.sample(self.schools, 4):
                    day = self.workday(
                        min(
                            self.today + timedelta(days=self.chance.randint(20, 70)),
                            self.this_year.end - timedelta(days=4),
                        )
                    )
                    plans.add_item(
                        plan, school=school, starts_on=day, ends_on=day, purpose=title.removeprefix("แผน"), lead=owner,
                        team=[owner], instruments=[self.instruments["INS-01"]], by=fresh(owner),
                    )  # fmt: skip
                plan.refresh_from_db()
                if ending == "discarded":
                    perform(plan, "discard", by=fresh(owner), reason="รวมไว้ในแผนประจำปีแล้ว")
                elif ending != "draft":
                    perform(plan, "submit", by=fresh(owner))
            if ending in {"endorsed", "returned"}:
                with self.on(self.today - timedelta(days=3)):
                    if ending == "endorsed":
                        perform(plan, "endorse", by=fresh(self.office.head))
                    else:
                        reason = "โปรดเพิ่มเป้าหมายเชิงคุณภาพที่วัดได้ และกระจายกำหนดการไม่ให้ตรงกับสัปดาห์สอบปลายภาค"
                        perform(plan, "return", by=fresh(self.office.head), reason=reason)

    def supervisor_of(self, place: int) -> User:
        return self.office.supervisors[place % len(self.office.supervisors)]

    def instruments_for(self, place: int, term: int) -> list[Instrument]:
        codes = ["INS-01"] if term == 0 else ["INS-02"]
        if place % 6 == 0:
            codes.append("INS-03" if term else "INS-08")
        return [self.instruments[code] for code in codes]

    @staticmethod
    def workday(day: date) -> date:
        return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)

    # -- One visit -------------------------------------------------------------------------------------------------

    def cancel(self, visit: Visit) -> None:
        with self.on(visit.starts_on - timedelta(days=2)):
            lead = visit.members.get(is_lead=True).user
            perform(visit, "cancel", by=fresh(lead), reason="โรงเรียนใช้อาคารเป็นหน่วยเลือกตั้ง จึงรวมไปนิเทศในรอบถัดไป")

    def postpone(self, visit: Visit) -> None:
        with self.on(self.today - timedelta(days=1)):
            lead = visit.members.get(is_lead=True).user
            perform(visit, "postpone", by=fresh(lead), reason="ตรงกับวันสอบของโรงเรียน จะนัดหมายใหม่กับผู้บริหาร")

    def hold(self, visit: Visit, ending: str, quality: dict[int, float]) -> None:
        """One visit from the school gate to ``ending``, each deed on its own day."""
        lead = fresh(visit.members.get(is_lead=True).user)
        head_of_school = fresh(self.office.school_heads[visit.school_id])
        day = visit.starts_on
        with self.on(day, 8):
            perform(visit, "start", by=lead)
        with self.on(day, 10):
            self.follow_up_earlier(visit, lead)
            quality[visit.school_id] += self.chance.uniform(0.0, 0.35)
            whole = ending != "in_progress" or self.chance.random() < 0.3
            for form in visit.forms.select_related("response__version"):
                fill(
                    form.response,
                    visit=visit,
                    by=lead,
                    chance=self.chance,
                    quality=quality[visit.school_id],
                    whole=whole,
                )
        if ending == "in_progress":
            return
        with self.on(day, 13):
            self.write_record(visit, lead, head_of_school)
        steps = [
            ("submit", 1, lead, ""),
            ("check", 3, fresh(self.chance.choice(self.office.workgroup_heads)), ""),
            ("release", 5, fresh(self.office.head), ""),
            ("acknowledge", 8, head_of_school, ""),
        ]
        if ending == "returned":
            steps[1:] = [("return", 2, fresh(self.office.head), self.chance.choice(texts.RETURNED))]
        for name, days, by, reason in steps:
            with self.on(day + timedelta(days=days), 15):
                visit.refresh_from_db()
                perform(visit, name, by=by, reason=reason)
            if visit.state == ending:
                break
        if visit.state in {"released", "acknowledged"}:
            self.answer(visit, lead, head_of_school, day, settle=ending == "closed")
        if ending == "closed" and not visit.recommendations.exclude(state__in=("verified", "carried_over")).exists():
            with self.on(day + timedelta(days=75), 16):
                visit.refresh_from_db()
                perform(visit, "close", by=lead)

    def follow_up_earlier(self, visit: Visit, lead: User) -> None:
        """What the school still owed: found done, or carried into this visit."""
        earlier = (
            Recommendation.objects.filter(school=visit.school).exclude(visit=visit).still_open().select_related("visit")
        )
        for recommendation in earlier:
            if recommendation.state != "reported" and self.chance.random() < 0.5:
                recommendations.settle(
                    recommendation, into=visit, text="พบว่าดำเนินการแล้ว มีบันทึกและผลงานเป็นหลักฐาน", by=lead
                )
            else:
                recommendations.carry_over(
                    recommendation, into=visit, due_on=visit.starts_on + timedelta(days=45), by=lead
                )
            self.close_if_settled(recommendation.visit)

    def close_if_settled(self, visit: Visit) -> None:
        visit.refresh_from_db()
        unsettled = visit.recommendations.exclude(state__in=("verified", "carried_over")).exists()
        if visit.state == "acknowledged" and not unsettled:
            perform(visit, "close", by=fresh(visit.members.get(is_lead=True).user))

    def write_record(self, visit: Visit, lead: User, head_of_school: User) -> None:
        """Summary, findings, recommendations, photographs and both signatures."""
        visit.refresh_from_db()
        findings = [
            *({"kind": Finding.Kind.STRENGTH, "text": text} for text in self.chance.sample(texts.STRENGTHS, 2)),
            *(
                {"kind": Finding.Kind.IMPROVE, "text": text}
                for text in self.chance.sample(texts.IMPROVEMENTS, self.chance.choice([1, 2]))
            ),
        ]
        if self.chance.random() < 0.4:
            findings.append({"kind": Finding.Kind.REQUEST, "text": self.chance.choice(texts.REQUESTS)})
        visit_records.save_record(
            visit,
            by=lead,
            changes={
                "visited_on": visit.starts_on,
                "hosts": f"{head_of_school} {head_of_school.signing_position}",
                "summary": self.chance.choice(texts.SUMMARIES),
            },
            findings=findings,
        )
        for text, owner in self.chance.sample(texts.RECOMMENDATIONS, self.chance.choice([1, 2, 2, 3])):
            due = visit.starts_on + timedelta(days=self.chance.choice([30, 45, 60]))
            recommendations.write_recommendation(visit, text=text, owner=owner, due_on=due, by=lead)
        if visit.pk % 3 == 0:
            for caption in self.chance.sample(texts.CAPTIONS, self.chance.choice([1, 2])):
                visit_records.add_photo(visit, classroom(self.chance), by=lead, caption=caption)
        for side, person in ((Signature.Side.SUPERVISOR, lead), (Signature.Side.SCHOOL, head_of_school)):
            visit_records.sign(
                visit,
                side=side,
                name=str(person),
                position=person.signing_position,
                drawing=signature(self.chance),
                by=lead,
            )

    def answer(self, visit: Visit, lead: User, head_of_school: User, day: date, *, settle: bool) -> None:
        """What the school answers, reports, and what the supervisor says to it."""
        for recommendation in visit.recommendations.select_related("visit"):
            if not settle and self.chance.random() < 0.35:
                continue
            with self.on(day + timedelta(days=10), 10):
                due = recommendation.due_on or day + timedelta(days=40)
                recommendations.answer_plan(
                    recommendation, text=self.chance.choice(texts.PLANS), due_on=due, by=head_of_school
                )
            if (settle and self.chance.random() < 0.12) or (not settle and self.chance.random() < 0.4):
                continue
            with self.on(day + timedelta(days=40), 14):
                files = [classroom(self.chance)] if self.chance.random() < 0.3 else []
                recommendations.report_done(
                    recommendation, text=self.chance.choice(texts.REPORTS), files=files, by=head_of_school
                )
            if not settle:
                if self.chance.random() < 0.4:
                    with self.on(day + timedelta(days=43), 9):
                        recommendations.ask_again(recommendation, reason=self.chance.choice(texts.ASK_AGAIN), by=lead)
                continue
            with self.on(day + timedelta(days=50), 9):
                recommendations.verify(recommendation, by=lead)


@transaction.atomic
def fill_office(*, seed: int, today: date, tell: Report) -> None:
    """Build the whole office or nothing."""
    Story(seed=seed, today=today, tell=tell).run()
