"""What the demonstration's networks do: last year's meeting and activities, and what is announced and planned this year."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, time, timedelta

from accounts.models import RoleAssignment, User
from demo.people import Office, fresh
from demo.pictures import classroom
from networks.forms.gatherings import KINDS, STANDARD_AGENDA
from networks.models import Activity, Kind, Meeting, Network
from networks.queries.gatherings import Guest, guest_of, members_of
from networks.services.attendance import add_walk_in, check_in, invite, mark_list
from networks.services.gatherings import (
    add_file,
    create_activity,
    create_meeting,
    save_agenda,
    save_minutes,
    save_report,
)
from thai.years import academic_year, semester_range
from workflows.services import perform

On = Callable[..., AbstractContextManager]
DIRECTION = (
    "1. ทุกเครือข่ายจัดกิจกรรมพัฒนาอย่างน้อยภาคเรียนละ 1 ครั้ง และรายงานผลภายใน 15 วัน\n"
    "2. ใช้ชุมชนแห่งการเรียนรู้ทางวิชาชีพ (PLC) ข้ามโรงเรียน เปิดชั้นเรียนและสะท้อนผลร่วมกัน\n"
    "3. แต่ละเครือข่ายคัดเลือกแนวปฏิบัติที่ดีอย่างน้อย 1 เรื่อง เผยแพร่ในเวทีแลกเปลี่ยนเรียนรู้ปลายปีการศึกษา\n"
    "4. โรงเรียนคู่พัฒนานิเทศชั้นเรียนซึ่งกันและกันภาคเรียนละ 2 ครั้ง"
)
RESOLUTIONS = (
    ("ประธานกล่าวต้อนรับ และแจ้งนโยบายการส่งเสริมเครือข่ายการนิเทศของสำนักงานเขตพื้นที่การศึกษา", "รับทราบ"),
    ("ฝ่ายเลขานุการเสนอรายงานการประชุมครั้งก่อน", "รับรองรายงานการประชุมโดยไม่มีการแก้ไข"),
    ("ผลการสำรวจความต้องการพัฒนาเครือข่าย พบว่าต้องการแลกเปลี่ยนเรียนรู้ข้ามโรงเรียนมากที่สุด", "รับทราบ"),
    (
        "อภิปรายแนวทางพัฒนาเครือข่าย รูปแบบกิจกรรม และปฏิทินของแต่ละเครือข่าย",
        "เห็นชอบแนวทางการพัฒนาที่ตกลงร่วมกัน ให้ทุกเครือข่ายจัดทำแผนกิจกรรม",
    ),
    ("นัดหมายการติดตามผลปลายภาคเรียน", "รับทราบ"),
)
TITLES = {
    Kind.PERSON: ("เปิดชั้นเรียนครูแกนนำ สะท้อนผลการสอนอ่าน", "คลินิกครูแกนนำ ช่วยเหลือโรงเรียนที่ผลการอ่านต่ำ"),
    Kind.CLUB: ("ประชุมปฏิบัติการสร้างสื่อร่วมกันของชมรม", "ตลาดนัดความรู้ของชมรมครู"),
    Kind.LEVEL: ("แลกเปลี่ยนแผนการจัดการเรียนรู้ระหว่างระดับชั้น", "วิเคราะห์ผลการทดสอบร่วมกัน"),
    Kind.COMMUNITY: ("เรียนรู้จากปราชญ์ชุมชน", "ถอดบทเรียนภูมิปัญญาท้องถิ่น"),
    Kind.CLASSROOM: ("เปิดบ้านห้องเรียนต้นแบบ", "เยี่ยมชมห้องเรียนแหล่งเรียนรู้"),
    Kind.PAIR: ("โรงเรียนพี่เยี่ยมชั้นเรียนโรงเรียนน้อง", "สะท้อนผลการนิเทศคู่พัฒนา"),
    Kind.FORUM: ("เวทีนำเสนอแนวปฏิบัติที่ดีด้านการนิเทศภายใน", "เสวนาผู้บริหารสถานศึกษา"),
}
GUESTS = (
    ("นางสาวปาริชาต แก้วมณี", "วิทยากร", "มหาวิทยาลัยราชภัฏ"),
    ("นายธีรพงษ์ อ่อนละมัย", "กรรมการสถานศึกษา", "ชุมชนวัดสุทธาราม"),
    ("นางเยาวลักษณ์ พรหมเมศ", "ครู", "โรงเรียนสาธิต"),
)


class Gatherings:
    """One meeting and the activities of last academic year; one meeting announced and activities planned in this."""

    def __init__(self, *, on: On, office: Office, today: date, since: date, chance: random.Random):
        self.on, self.office, self.today, self.since, self.chance = on, office, today, since, chance
        self.year = academic_year(today)
        self.networks = list(Network.objects.filter(area=office.area).order_by("pk"))
        leads = RoleAssignment.objects.filter(network__in=self.networks).select_related("user").order_by("-pk")
        self.leads = {row.network_id: row.user for row in leads}

    def run(self) -> None:
        self.last_years_meeting()
        for place, network in enumerate(self.networks):
            for semester in (1, 2):
                if not (semester == 2 and place == len(self.networks) - 1):  # one network missed its second semester
                    self.activity_of_last_year(network, semester, place)
        self.announced_meeting()
        self.planned_activities()

    def workday(self, year: int, semester: int, part: float) -> date:
        """A working day of the semester, ``part`` of the way through it, of the time that the office has been there."""
        first, last = semester_range(year, semester, with_break=False)
        first = max(first, self.since + timedelta(days=5))
        day = first + timedelta(days=int((last - first).days * part))
        return day - timedelta(days=max(0, day.weekday() - 4))

    # -- Meetings ----------------------------------------------------------------------------------------------------

    def meeting(self, maker: User, day: date, **values) -> Meeting:
        meeting = create_meeting(
            area=self.office.area, by=maker, starts_on=day, ends_on=day, starts_at=time(9, 0), ends_at=time(15, 30),
            place="ห้องประชุม 1 สำนักงานเขตพื้นที่การศึกษา", chair=self.office.head, for_all=True, **values,
        )  # fmt: skip
        agenda = [{"pk": None, "title": title, "details": ""} for title in STANDARD_AGENDA]
        save_agenda(meeting, agenda, by=maker)
        guests = [*members_of(self.networks), *(guest_of(fresh(user)) for user in self.leads.values())]
        guests += [guest_of(fresh(user)) for user in self.office.supervisors[:6]]
        invite(meeting, guests, by=maker)
        meeting.refresh_from_db()
        perform(meeting, "announce", by=maker)
        return meeting

    def last_years_meeting(self) -> None:
        day = self.workday(self.year - 1, 1, 0.3)
        secretary = self.office.supervisors[0]
        with self.on(max(self.since + timedelta(days=1), day - timedelta(days=12))):
            maker = fresh(secretary)
            meeting = self.meeting(
                maker, day, kind=Meeting.Kind.SEMINAR, number=f"1/{self.year - 1}",
                title=f"สัมมนาเครือข่ายการนิเทศ กำหนดแนวทางการพัฒนา ปีการศึกษา {self.year - 1}",
                message="ขอให้แต่ละเครือข่ายเตรียมผลการดำเนินงานและแผนกิจกรรมมาแลกเปลี่ยน",
            )  # fmt: skip
        with self.on(day, 8):
            self.let_in(meeting, maker)
        with self.on(day, 16):
            meeting.refresh_from_db()
            perform(meeting, "hold", by=fresh(secretary))
        with self.on(day + timedelta(days=2), 10):
            items = list(meeting.agenda.all())
            save_minutes(
                meeting,
                values={
                    "chair": self.office.head, "chair_name": "", "opened_at": time(9, 15), "closed_at": time(15, 40),
                    "minutes_taker": f"{secretary} {secretary.signing_position}", "direction": DIRECTION,
                },
                resolutions={
                    item.pk: {"details": said, "resolution": resolved}
                    for item, (said, resolved) in zip(items, RESOLUTIONS, strict=True)
                },
                notes={row.pk: "ติดราชการ" for row in meeting.participants.stayed_away()[:3]},
                by=fresh(secretary),
            )  # fmt: skip
        with self.on(day + timedelta(days=5), 14):
            meeting.refresh_from_db()
            perform(meeting, "approve", by=fresh(self.office.head))

    def let_in(self, gathering: Meeting | Activity, by: User) -> None:
        """Most of those who were asked come: by account, by a typed name, or ticked by the organiser."""
        ticked = []
        for row in gathering.participants.select_related("user", "school"):
            if self.chance.random() < 0.15:
                continue
            if row.user is not None and self.chance.random() < 0.7:
                check_in(gathering, user=fresh(row.user))
            elif row.school is not None and not row.name:
                head = self.office.school_heads.get(row.school_id or 0)
                check_in(gathering, name=str(head), place=str(row.school), position="ผู้อำนวยการโรงเรียน")
            else:
                ticked.append(row.pk)
        mark_list(gathering, came=ticked, was=[], by=by)
        name, position, place = self.chance.choice(GUESTS)
        add_walk_in(gathering, name=name, position=position, place=place, by=by)

    def announced_meeting(self) -> None:
        with self.on(self.today - timedelta(days=2)):
            day = self.today + timedelta(days=12)
            self.meeting(
                fresh(self.office.supervisors[1]), day - timedelta(days=max(0, day.weekday() - 4)), kind=Meeting.Kind.MEETING,
                number=f"2/{self.year}", title="ประชุมติดตามการพัฒนาเครือข่ายการนิเทศ",
                message="โปรดนำผลกิจกรรมของเครือข่ายและปัญหาที่พบมานำเสนอ เครือข่ายละไม่เกิน 10 นาที",
            )  # fmt: skip

    # -- Activities --------------------------------------------------------------------------------------------------

    def plan(self, network: Network, day: date, title: str, by: User) -> Activity:
        activity = create_activity(
            network=network, by=by, title=title, kind=KINDS[Kind(network.kind)], starts_on=day, ends_on=day,
            starts_at=time(9, 0), ends_at=time(15, 0), place="โรงเรียนสมาชิกที่เป็นเจ้าภาพ",
            objective="เพื่อแลกเปลี่ยนเรียนรู้และนำแนวปฏิบัติที่ดีไปใช้ในชั้นเรียน", target_group="ครูและผู้บริหารของโรงเรียนสมาชิก 20 คน",
            expected="ผู้เข้าร่วมมีแนวปฏิบัติที่นำไปใช้ได้อย่างน้อยคนละ 1 เรื่อง", budget=self.chance.choice([0, 3000, 5000, 8000]),
        )  # fmt: skip
        guests = members_of([network])
        guests += [
            Guest(None, name, position, None, place)
            for name, position, place in self.chance.sample(GUESTS, self.chance.choice([0, 1]))
        ]
        invite(activity, guests, by=by)
        return activity

    def activity_of_last_year(self, network: Network, semester: int, place: int) -> None:
        lead = self.leads.get(network.pk, self.office.supervisors[0])
        day = self.workday(self.year - 1, semester, 0.5 + 0.4 * place / max(1, len(self.networks)))
        title = TITLES[Kind(network.kind)][semester - 1]
        with self.on(max(self.since + timedelta(days=2), day - timedelta(days=15))):
            activity = self.plan(network, day, title, fresh(lead))
        with self.on(day, 9):
            self.let_in(activity, fresh(lead))
        with self.on(day, 16):
            activity.refresh_from_db()
            perform(activity, "hold", by=fresh(lead))
        with self.on(day + timedelta(days=6), 11):
            lead = fresh(lead)
            for caption in ("ผู้เข้าร่วมแลกเปลี่ยนเรียนรู้", "สาธิตการจัดกิจกรรม")[: 1 + place % 2]:
                add_file(activity, classroom(self.chance), caption=caption, by=lead)
            came = activity.participants.came().count()
            save_report(
                activity, by=lead, expense=activity.budget * self.chance.choice([80, 95, 100]) / 100,
                result=f"ผู้เข้าร่วม {came} คน ได้แนวปฏิบัติที่นำไปใช้ในชั้นเรียนและตกลงเยี่ยมชั้นเรียนซึ่งกันและกัน",
                knowledge="เทคนิคการสะท้อนผลหลังสอนด้วยคำถามปลายเปิด 3 ข้อ และชุดกิจกรรมที่โรงเรียนเจ้าภาพพัฒนาขึ้น",
                problems="ครูบางโรงเรียนติดสอนจึงมาไม่ครบ แก้ไขโดยบันทึกวิดีโอการสอนและสะท้อนผลผ่านระบบออนไลน์",
                next_steps="โรงเรียนสมาชิกทดลองใช้และรายงานผลในการพบกันครั้งต่อไป",
            )  # fmt: skip
            activity.refresh_from_db()
            perform(activity, "report", by=lead)

    def planned_activities(self) -> None:
        """Some networks have a plan for the coming weeks."""
        for place, network in enumerate(self.networks[:3]):
            lead = fresh(self.leads.get(network.pk, self.office.supervisors[0]))
            with self.on(self.today - timedelta(days=3 + place)):
                day = self.today + timedelta(days=18 + 7 * place)
                day -= timedelta(days=max(0, day.weekday() - 4))
                self.plan(network, day, TITLES[Kind(network.kind)][0], lead)
