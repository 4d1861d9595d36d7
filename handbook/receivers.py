"""News after each move of an edition. Never the person who made the move."""

from django.dispatch import receiver

from accounts.flows import Role
from accounts.models import RoleAssignment
from handbook.flows import DRAFT_READERS
from handbook.models import Edition
from workflows.models import TransitionLog
from workflows.services import tell, transitioned


@receiver(transitioned, sender=Edition)
def edition_moved(instance: Edition, log: TransitionLog, **kwargs) -> None:
    """The head hears of what waits, whoever handed it in hears of what was decided, the staff of a new handbook."""
    edition, holders = instance, RoleAssignment.objects.holders
    if log.action == "submit":
        people, text = holders(Role.GROUP_HEAD, area_id=edition.area_id), f"{edition} รอท่านเผยแพร่"
    elif log.action == "return":
        handed_in = edition.transitions.filter(action="submit").values("by")
        people = holders(*DRAFT_READERS, area_id=edition.area_id).filter(pk__in=handed_in)
        text = f"{edition} ถูกส่งกลับแก้ไข: {' '.join(log.reason.split())[:80]}"
    else:
        people, text = holders(*DRAFT_READERS, area_id=edition.area_id), f"{edition} เผยแพร่แล้ว"
    others = {user.pk: user for user in people if user.pk != log.by_id and user.is_active}
    tell(others.values(), text, edition.get_absolute_url())
