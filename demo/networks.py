"""The networks of the demonstration office: members of every kind, their terms, pairs, and what they agreed on."""

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from accounts.models import User
from demo.people import Office, fresh
from demo.texts import NETWORKS
from documents.official import director, letterhead
from documents.pdf import render_pdf
from networks.models import Network
from networks.services.agreements import add_agreement
from networks.services.members import add_member
from networks.services.pairs import add_pair
from schools.models import AreaOffice, School
from thai.dates import buddhist_year

WHAT = {
    "เครือข่ายครูแกนนำภาษาไทย": "ครูแกนนำเปิดชั้นเรียนให้เพื่อนครูศึกษา ร่วมออกแบบหน่วยการอ่าน และเยี่ยมชั้นเรียนภาคเรียนละหนึ่งครั้ง",
    "ชมรมครูปฐมวัยกรุงเทพมหานคร": "จัดทำสื่อและแผนประสบการณ์ร่วมกัน พบกันภาคเรียนละสองครั้ง",
    "ชมรมครูวิทยาศาสตร์และเทคโนโลยี": "พัฒนาชุดทดลองและโครงงาน จัดค่ายวิทยาศาสตร์ร่วมกับหน่วยงานภายนอก",
    "โรงเรียนคู่พัฒนา ฝั่งธนบุรี": "โรงเรียนพี่กับโรงเรียนน้องผลัดกันเยี่ยมชั้นเรียนและสะท้อนผล",
    "เวทีแลกเปลี่ยนเรียนรู้ผู้บริหารสถานศึกษา": "ผู้บริหารนำเสนอแนวปฏิบัติที่ดีและร่วมแก้ปัญหาการนิเทศภายใน",
}
FORMER = ("นางประไพ ทองคำดี", "นายสำรวย ใจกว้าง", "นางสาวเพ็ญศรี งามวงศ์", "นายบุญช่วย มานะการ", "นางอุไร ศรีสมบูรณ์")
AGENCIES = ("คณะครุศาสตร์ มหาวิทยาลัยตัวอย่าง", "ศูนย์วิทยาศาสตร์เพื่อการศึกษาตัวอย่าง", "สำนักงานเขตตัวอย่าง ฝ่ายการศึกษา")
COMMUNITIES = ("ชุมชนริมคลองตัวอย่าง", "กลุ่มผู้ปกครองอาสาตัวอย่าง", "ชมรมผู้สูงอายุตัวอย่าง")
PAIRED_FOR = ("พัฒนาการอ่านออกเขียนได้ชั้น ป.1–ป.3", "จัดการเรียนรู้เชิงรุกวิชาคณิตศาสตร์", "พัฒนาระบบนิเทศภายใน")


def begin_networks(area: AreaOffice, *, since: date) -> list[Network]:
    """The networks themselves; their members follow when there are people."""
    return [
        Network.objects.create(
            area=area,
            name=name,
            kind=kind,
            level="school" if kind == "pair" else "area",
            purpose=purpose,
            description=WHAT[name],
            started_on=since,
        )
        for name, kind, purpose in NETWORKS
    ]


def fill_networks(office: Office, schools: dict[int, list[School]], *, today: date) -> None:
    """Take everybody in as the office does: ``schools`` are the member schools by network."""
    by = fresh(office.head)
    networks = Network.objects.filter(area=office.area).order_by("pk")
    for place, network in enumerate(networks):
        _take_in(network, place, office, schools[network.pk], by=by, today=today)
    pairs = networks.get(kind="pair")
    of_pairs = schools[pairs.pk]
    for purpose, elder, younger in zip(PAIRED_FOR, of_pairs[::2], of_pairs[1::2], strict=False):
        add_pair(pairs, by=by, elder=elder, younger=younger, purpose=purpose, started_on=today)
    for network in (networks[0], pairs):
        add_agreement(
            network,
            by=by,
            upload=_order(network, day=today),
            kind="order" if network == networks[0] else "agreement",
            title=_title(network),
            number=_number(network, today),
            dated_on=today,
        )


def _take_in(network: Network, place: int, office: Office, schools: list[School], *, by: User, today: date) -> None:
    def add(kind: str, role: str, **fields: Any) -> None:
        add_member(network, by=by, kind=kind, role=role, **{"joined_on": today, **fields})

    former = today - timedelta(days=1)
    add(
        "person",
        "chair",
        name=FORMER[place],
        organisation=str(schools[0]),
        joined_on=network.started_on,
        left_on=former,
    )
    lead = fresh(office.network_leads[place])
    add("person", "chair", user=lead, left_on=today + timedelta(days=3 * 365), contact=f"{lead.username}@example.org")
    add("person", "coordinator", user=fresh(office.supervisors[place]), contact=f"02-000-01{place:02d}")
    for school in schools:
        add("school", "member", school=school)
    for role, head in (("deputy", schools[0]), ("secretary", schools[1])):
        add("person", role, user=fresh(office.school_heads[head.pk]))
    teacher = office.teachers[place % len(office.teachers)]
    add("person", "core_teacher", user=fresh(teacher), expertise="การออกแบบกิจกรรมการเรียนรู้เชิงรุก")
    add(
        "person", "model_teacher", name="นางสาวปราณีต สอนดี", organisation=str(schools[2]), contact="08-0000-0000",
        expertise="การสอนแบบโครงงาน",
    )  # fmt: skip
    agency, community = AGENCIES[place % len(AGENCIES)], COMMUNITIES[place % len(COMMUNITIES)]
    add("agency", "adviser", name=agency, contact="ฝ่ายบริการวิชาการ 02-000-0000", expertise="วิทยากรและงานวิจัย")
    add("community", "member", name=community, contact="ประธานกลุ่ม 08-0000-0001", expertise="ภูมิปัญญาท้องถิ่นและสถานที่")


def _title(network: Network) -> str:
    if network.kind == "pair":
        return f"ข้อตกลงความร่วมมือ {network}"
    return f"แต่งตั้งคณะกรรมการ{network}"


def _number(network: Network, day: date) -> str:
    return f"{41 + network.pk}/{buddhist_year(day.year)}"


def _order(network: Network, *, day: date) -> SimpleUploadedFile:
    """The signed paper as it would be scanned: printed by our own documents."""
    people = [
        {"name": member.shown_name, "role": member.get_role_display()}
        for member in network.members.current(day).select_related("user", "school")
    ]
    reason = f"เพื่อให้การดำเนินงานของเครือข่ายเป็นไปด้วยความเรียบร้อยและบรรลุเป้าหมายร่วม คือ {network.purpose} จึงกำหนดผู้รับผิดชอบ ดังนี้"
    context = letterhead(network.area) | {
        "title": _title(network), "subject": _title(network), "code": f"NW-{network.pk}", "number": _number(network, day),
        "paragraphs": [reason], "items": [{"lines": people}], "from_day": day, "day": day, "signer": director(network.area),
    }  # fmt: skip
    paper = "order"
    if network.kind == "pair":
        paper = "announcement"
        context["paragraphs"] += [f"{place}. {one['name']} {one['role']}" for place, one in enumerate(people, start=1)]
    content = render_pdf(render_to_string(f"documents/official/{paper}.html", context))
    return SimpleUploadedFile(f"{_title(network)}.pdf", content, content_type="application/pdf")
