"""News after each move of a paper: to whose turn it is, and to who wrote it."""

from django.dispatch import receiver

from accounts.models import RoleAssignment
from correspondence.models import Paper
from workflows.models import TransitionLog
from workflows.services import role_whose_turn_it_is, tell, transitioned


@receiver(transitioned, sender=Paper)
def paper_moved(instance: Paper, log: TransitionLog, **kwargs) -> None:
    paper, url = instance, instance.get_absolute_url()
    # A notice may be read by mail or on a telephone: what is secret is not named there.
    name = (
        f"{paper.get_kind_display()} “{paper.subject}”"
        if not paper.secrecy
        else f"{paper.get_kind_display()}{paper.get_secrecy_display()}"
    )
    if log.action in ("submit", "endorse"):
        people = RoleAssignment.objects.holders(*role_whose_turn_it_is(paper), area_id=paper.area_id)
        tell(people.exclude(pk=log.by_id), f"{name} รอความเห็นหรือลายมือชื่อของท่าน", url)
    elif log.action == "return":
        why = "" if paper.secrecy else f": {' '.join(log.reason.split())[:80]}"
        tell([paper.made_by], f"{name} ถูกส่งกลับแก้ไข{why}", url)
    elif log.action == "sign" and log.by_id != paper.made_by_id:
        tell([paper.made_by], f"{name} ลงนามแล้ว ที่ {paper.number}", url)
