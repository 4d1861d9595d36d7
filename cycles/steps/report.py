"""The last step of both processes: the report, its approval, to whom it went, its publication."""

from collections import Counter
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from accounts.flows import Role
from cycles.kinds import Gap, StepKind, step_kind
from cycles.models import Report
from cycles.queries import delivery_counts
from cycles.windows import year_of
from networks.models import Activity, Evaluation, Kind, Network, Outcome
from networks.queries.gatherings import DONE
from schools.queries import calendar_for
from workflows.services import open_approvals

SENDERS = "ศึกษานิเทศก์หรือเจ้าหน้าที่ธุรการ"


@step_kind("P-5.1", "s6")
class ReportStep(StepKind):
    title = "สรุป รายงาน และเผยแพร่"
    template = "cycles/steps/report.html"
    document = "cycles/steps/report_document.html"
    styles = ("css/cycle-reports.css",)

    def gather(self, step) -> dict[str, Any]:
        """A fixed number of queries, whatever the number of deliveries."""
        report = Report.objects.filter(cycle=step.cycle_id).select_related("cycle").first()
        if report is None:
            return {"report": None}
        waiting = open_approvals(report) if report.state == "submitted" else []
        return {
            "report": {
                "pk": report.pk,
                "title": report.title,
                "code": report.record_code,
                "state": report.state,
                "label": report.state_label,
                "tone": report.status.tone,
                "url": report.get_absolute_url(),
                "public": report.public_url if report.is_published else "",
                "published_at": report.published_at,
                "turn": waiting[0].get_role_display() if waiting else "",
            },
            "counts": delivery_counts(report),
        }

    def gaps(self, step, facts: dict[str, Any]) -> list[Gap]:
        report = facts["report"]
        if report is None:
            return [Gap("ยังไม่มีรายงานของรอบนี้", step.in_charge, f"{step.get_absolute_url()}#report", "เริ่มเขียนรายงาน")]
        url, found = report["url"], []
        if report["state"] not in ("approved", "published"):
            who = report["turn"] or step.in_charge
            found.append(Gap(f"รายงานยังไม่ได้รับอนุมัติ ({report['label']})", who, url, "เปิดรายงาน"))
        else:
            counts, sending = facts["counts"], reverse("cycles:deliveries", args=[report["pk"]])
            if left := counts["schools_left"]:
                found.append(Gap(f"ยังไม่ได้ส่งรายงานถึงโรงเรียน {left:,} แห่ง", SENDERS, sending, "ส่งรายงาน"))
            if not counts["partners"]:
                found.append(
                    Gap("ยังไม่ได้ส่งรายงานถึงต้นสังกัดหรือหน่วยงานที่เกี่ยวข้อง", SENDERS, f"{sending}#id_partners", "ส่งถึงหน่วยงาน")
                )
        if report["state"] != "published":
            found.append(Gap("รายงานยังไม่ได้เผยแพร่", Role.GROUP_HEAD.label, url, "เปิดรายงาน"))
        return found


@step_kind("P-5.2", "s7")
class NetworkReportStep(ReportStep):
    """The same, with the networks of the year, what they did and how they were judged."""

    def gather(self, step) -> dict[str, Any]:
        cycle = step.cycle
        days = year_of(cycle.handbook, cycle.year, calendar_for(cycle.area_id))
        running = Network.objects.filter(area=cycle.area_id, started_on__lte=days.end)
        running = running.exclude(ended_on__lt=days.start)
        counts = Counter(running.values_list("kind", flat=True))
        labels = dict(Kind.choices)
        done = Activity.objects.filter(area=cycle.area_id, academic_year=cycle.year, state__in=DONE)
        judged = Evaluation.objects.filter(area=cycle.area_id, round__academic_year=cycle.year, state="confirmed")
        return {
            **super().gather(step),
            "networks": [{"kind": labels[kind], "count": counts[kind]} for kind in labels if counts[kind]],
            "activities": done.aggregate(all=Count("pk"), networks=Count("network", distinct=True)),
            "evaluations": judged.aggregate(
                all=Count("pk"),
                normal=Count("pk", filter=Q(decision=Outcome.NORMAL)),
                improve=Count("pk", filter=Q(decision=Outcome.IMPROVE)),
            ),
        }
