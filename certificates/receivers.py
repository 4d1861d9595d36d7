"""News after each move of a batch: to whoever decides, to whoever made it, and to the recipients who have accounts."""

from django.dispatch import receiver
from django.urls import reverse

from accounts.models import RoleAssignment
from certificates.flows import ISSUERS
from certificates.making import prepare
from certificates.models import Batch
from workflows.models import TransitionLog
from workflows.services import tell, transitioned


@receiver(transitioned, sender=Batch)
def batch_moved(instance: Batch, log: TransitionLog, **kwargs) -> None:
    batch = instance
    if log.action == "submit":
        deciders = RoleAssignment.objects.holders(*ISSUERS, area_id=batch.area_id)
        others = deciders.exclude(pk__in=[batch.made_by_id, log.by_id])
        tell(others, f"ชุดเกียรติบัตร “{batch.title}” รอท่านอนุมัติ", batch.get_absolute_url())
    elif log.action == "return":
        tell(
            [batch.made_by],
            f"ชุดเกียรติบัตร “{batch.title}” ถูกส่งกลับแก้ไข: {' '.join(log.reason.split())[:80]}",
            batch.get_absolute_url(),
        )
    elif log.action == "issue":
        prepare(batch)
        tell([batch.made_by], f"ชุดเกียรติบัตร “{batch.title}” ออกเลขที่แล้ว พิมพ์ได้ทันที", batch.get_absolute_url())
        recipients = {
            line.user for line in batch.certificates.select_related("user") if line.user and line.user.is_active
        }
        tell(recipients, f"ท่านได้รับเกียรติบัตร “{batch.title}”", reverse("certificates:mine"))
