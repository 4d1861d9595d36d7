"""Of what there are dossiers, and what each holds, as far as the person who asks may see it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Model, Prefetch, prefetch_related_objects

from accounts.models import User
from correspondence.models import Paper
from correspondence.queries import standing_papers
from cycles.annual.making import file_of
from cycles.models import Cycle, Report, ReportFile
from cycles.steps.asking import AskingStep, why_no_report
from documents.kinds import render_document
from instruments.models import Attachment, Response
from networks.documents.attendance import KINDS, AttendanceList
from networks.models import Activity, Evaluation, Meeting, Network
from networks.queries.certificates import OVER
from networks.queries.scores import scores_of
from networks.queries.yearly import NetworkYear, years_of
from reports.dossiers.pieces import Piece, answers, moves, printed, stored, table, within
from reports.models import Dossier
from schools.models import ExamResult, School
from supervision.models import Plan, Recommendation, Visit
from thai.dates import short_date

Pieces = Iterator[Piece]


def of_response(response: Response, title: str, user: User) -> Pieces:
    """A filled form: as a document, its answers as a table, and what was attached to it."""
    yield printed("filled-form", response, user, title)
    yield answers(response, f"คำตอบ {title}")
    for attachment in response.attachments.all():
        if attachment.kind == "signature":
            continue
        name = attachment.original_name or "ภาพ"
        ending_of = name if attachment.kind == Attachment.FILE else ""  # a photograph is a JPEG whatever it was called
        yield from within("ไฟล์แนบ", [stored(attachment.file, name, ending_of)])


def of_recommendation(recommendation: Recommendation) -> Pieces:
    """Its history, and the evidence that the school sent."""
    folder = f"ข้อเสนอแนะ {recommendation}"
    yield from within(folder, [moves(recommendation)])
    for entry in recommendation.entries.all():
        yield from within(folder, (stored(file.file, file.name, file.name) for file in entry.files.all()))


def of_papers(papers: list[Paper], user: User) -> Pieces:
    """The official papers about a record: letters, memos, orders under their numbers."""
    pieces = (
        printed("paper", paper, user, f"{paper.get_kind_display()} ที่ {paper.number} {paper.subject}")
        for paper in papers
    )
    return within("หนังสือราชการ", pieces)


def _papers_about(record: Model, user: User) -> Pieces:
    return of_papers(standing_papers([record], user=user)[record.pk], user)


def read_whole(visits: list[Visit], user: User) -> None:
    """What the pieces of visits are named after, in a fixed number of queries; nothing for what was read already.

    Answers are read with the piece that they go into: those of many years would fill the memory.
    """
    responses = Response.objects.defer("answers", "scores").prefetch_related("version__instrument", "attachments")
    recommendations = Recommendation.objects.visible_to(user).order_by("pk").prefetch_related("entries__files")
    prefetch_related_objects(
        visits, "photos", Prefetch("forms__response", responses),
        Prefetch("recommendations", recommendations, to_attr="seen_recommendations"),
    )  # fmt: skip
    whole: list[Any] = [visit for visit in visits if not hasattr(visit, "standing_papers")]
    papers = standing_papers(whole, user=user)
    for visit in whole:
        visit.standing_papers = papers[visit.pk]


def of_visit(visit: Visit, user: User) -> Pieces:
    """The record, each form, photographs, recommendations with their evidence, official papers, history."""
    read_whole([visit], user)
    yield printed("visit-record", visit, user, "บันทึกผลการนิเทศ")
    for form in visit.forms.all():
        instrument = form.response.version.instrument
        yield from within("แบบนิเทศ", of_response(form.response, f"{instrument.code} {instrument.title}", user))
    for photo in visit.photos.all():
        yield from within("ภาพกิจกรรม", [stored(photo.image, str(photo))])
    whole: Any = visit  # with what was read
    for recommendation in whole.seen_recommendations:
        yield from of_recommendation(recommendation)
    yield from of_papers(whole.standing_papers, user)
    yield moves(visit)


def of_school(school: School, user: User) -> Pieces:
    """Results of national tests, and every visit in the order of time."""
    yield table("ผลการทดสอบระดับชาติ", lambda: _results(school, user))
    visits = Visit.objects.visible_to(user).filter(school=school).exclude(state="cancelled")
    found = list(visits.select_related("area", "school").order_by("starts_on", "pk"))
    read_whole(found, user)
    for visit in found:
        yield from within(f"การนิเทศ {short_date(visit.starts_on)} {visit.record_code}", of_visit(visit, user))


def _results(school: School, user: User) -> Iterator[list[Any]]:
    yield ["ปีการศึกษา", "การทดสอบ", "ชั้น", "วิชา", "คะแนนเฉลี่ย"]
    seen = ExamResult.objects.visible_to(user).filter(school=school)
    for row in seen.order_by("academic_year", "exam", "grade", "subject"):
        yield [row.academic_year, row.get_exam_display(), row.get_grade_display(), row.get_subject_display(), row.mean]


def of_network(network: Network, user: User) -> Pieces:
    """Members, agreements, meetings with who came and minutes, activities, evaluations, a report on each year."""
    yield table("สมาชิก", lambda: _members(network))
    for agreement in network.agreements.kept():
        yield from within("ข้อตกลงและคำสั่ง", [stored(agreement.file, agreement.title, agreement.name)])
    yield from _papers_about(network, user)
    meetings = list(Meeting.objects.visible_to(user).filter(network=network).order_by("starts_on", "pk"))
    papers = standing_papers(meetings, user=user)
    for meeting in meetings:
        folder = f"การประชุม {short_date(meeting.starts_on)} {meeting.title}"
        held = [_attendance(meeting, user), printed("network-minutes", meeting, user, "รายงานการประชุม")]
        yield from within(
            folder,
            [
                printed("network-invitation", meeting, user, "หนังสือเชิญประชุม"),
                *(held if meeting.state in OVER else []),
                *of_papers(papers[meeting.pk], user),
                moves(meeting),
            ],
        )
    activities = list(Activity.objects.visible_to(user).filter(network=network).order_by("starts_on", "pk"))
    papers = standing_papers(activities, user=user)
    for activity in activities:
        files = (stored(file.file, str(file), file.name) for file in activity.files.all())
        came = [_attendance(activity, user)] if activity.state in OVER else []
        folder = f"กิจกรรม {short_date(activity.starts_on)} {activity.title}"
        yield from within(folder, chain(came, files, of_papers(papers[activity.pk], user), [moves(activity)]))
    judged = Evaluation.objects.visible_to(user).filter(network=network).select_related("response__version__instrument")
    for evaluation in judged.order_by("pk"):
        yield from within(f"การประเมิน {evaluation.round}", of_response(evaluation.response, "แบบประเมินเครือข่าย", user))
    if judged:
        yield printed("network-scores", scores_of(network, user), user, "ผลการประเมินก่อนและหลังการพัฒนา")
    for year in reversed(years_of(network)):
        yield printed("network-report", NetworkYear(network, year), user, f"รายงานผลการดำเนินงาน ปีงบประมาณ {year}")


def _attendance(gathering: Meeting | Activity, user: User) -> Piece:
    return printed(KINDS[gathering.word], AttendanceList(gathering, sheet=False), user, "บัญชีรายชื่อผู้เข้าร่วม")


def _members(network: Network) -> Iterator[list[Any]]:
    yield ["ชื่อ", "ประเภท", "บทบาท", "ตั้งแต่", "ถึง"]
    for member in network.members.select_related("user", "school").order_by("joined_on", "pk"):
        ended = short_date(member.left_on) if member.left_on else ""
        yield [member, member.get_kind_display(), member.get_role_display(), short_date(member.joined_on), ended]


def of_cycle(cycle: Cycle, user: User) -> Pieces:
    """Where it stands, each step with its evidence, the plan, the report, to whom it went; official papers about both."""
    yield printed("cycle", cycle, user, "รอบการดำเนินงาน")
    for step in cycle.all_steps:
        evidence = (stored(item.file, item.title, item.name) for item in step.evidence.all() if item.file)
        document = printed("cycle-step", step, user, "เอกสารของขั้นตอน")
        documents = [document]
        if isinstance(step.kind, AskingStep) and not why_no_report(step):
            documents.append(printed("needs-report", step, user, "รายงานผลการสำรวจสภาพปัญหาและความต้องการ"))
        yield from within(f"ขั้นที่ {step.number} {step.name}", chain(documents, evidence))
    if cycle.plan_id and (plan := Plan.objects.visible_to(user).filter(pk=cycle.plan_id).first()):
        yield printed("plan", plan, user, "แผนการนิเทศ")
        yield from within("แผนการนิเทศ", _papers_about(plan, user))
    report = getattr(cycle, "report", None)
    if report is not None and user.has_perm("cycles.see_report", report):
        yield Piece("รายงานผลการดำเนินงาน.pdf", "รายงานผลการดำเนินงาน", lambda: _report_file(report, user))
        yield table("การส่งรายงาน", lambda: _deliveries(report))
        yield from _papers_about(report, user)
        yield moves(report, "ประวัติของรายงานและลายนิ้วมือ")
    yield moves(cycle)


def _report_file(report: Report, user: User) -> bytes:
    """From the file that was made of what it says now, where there is one: a report may have hundreds of pages."""
    made, _ = file_of(report, ReportFile.WHOLE)
    if made is None:
        return render_document(ReportFile.WHOLE, report, user).content
    with made.file.open("rb") as file:
        return file.read()


def _deliveries(report: Report) -> Iterator[list[Any]]:
    yield ["ถึง", "ช่องทาง", "ส่งเมื่อ", "เปิดอ่านเมื่อ"]
    for delivery in report.deliveries.select_related("school"):
        days = (short_date(at.date()) if at else "" for at in (delivery.sent_at, delivery.opened_at))
        yield [delivery.to, delivery.get_channel_display(), *days]


@dataclass(frozen=True)
class Subject:
    """One kind of record of which a dossier is made."""

    model: Any
    pieces: Callable[[Any, User], Pieces]
    name: Callable[[Any], str]


SUBJECTS = {
    Dossier.VISIT: Subject(Visit, of_visit, lambda visit: f"{visit.school} {visit.record_code}"),
    Dossier.SCHOOL: Subject(School, of_school, str),
    Dossier.NETWORK: Subject(Network, of_network, str),
    Dossier.CYCLE: Subject(Cycle, of_cycle, lambda cycle: f"{cycle} {cycle.record_code}"),
}
