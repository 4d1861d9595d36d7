"""The one door through which a state changes, and the chain of approvals that stands before some of them."""

from collections.abc import Container, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from thai.text import normalise
from workflows.machine import Transition
from workflows.models import Approval, ApprovalRule, Notice, Stateful, TransitionLog

transitioned = Signal()
"""Sent after commit with ``instance`` and ``log``; what listens can no longer undo the move."""


class TransitionError(Exception):
    """A move that was refused; the message is a Thai sentence for the person who asked."""


class NotAllowedError(TransitionError, PermissionDenied):
    """The person may not make this move; the message names who may."""


def who_may(transition: Transition, obj: Stateful) -> str:
    """The roles that may make the move on the record now, in words."""
    return " หรือ ".join(Role(role).label for role in transition.roles_on(obj))


def authority(obj: Stateful, transition: Transition, *, by: User) -> RoleAssignment | None:
    """The assignment by which this person may make the move, as the log will name it; None where there is none."""
    if not by.has_perm(transition.permission, obj):
        return None
    return by.assignment_for(
        *transition.roles_on(obj),
        area_id=getattr(obj, "area_id", None),
        school_id=getattr(obj, "school_id", None),
        network_id=getattr(obj, "network_id", None),
    )


def available_transitions(obj: Stateful, *, by: User) -> list[Transition]:
    """The moves to offer this person as buttons now, in the order of the table."""
    return [
        transition
        for transition in obj.machine.transitions
        if not transition.automatic and transition.applies_to(obj) and authority(obj, transition, by=by)
    ]


def blocking_reasons(obj: Stateful, transition: Transition) -> list[str]:
    """The Thai sentences of every guard that does not hold; empty where the way is free."""
    return [sentence for guard in transition.guards if (sentence := guard(obj))]


@transaction.atomic
def perform(
    obj: Stateful, name: str, *, by: User, reason: str = "", seen: int | None = None, data: dict[str, Any] | None = None
) -> TransitionLog:
    """Move ``obj`` along transition ``name``: lock, check, claim, log, run its effects, and tell others after commit.

    The row is locked and read anew first, so the guards and the digest speak of what is stored and not of the copy
    that the caller holds; whoever writes a part of the record waits at the same lock. ``seen`` is the revision that
    the person's page showed; a record that moved since is not moved again. Two people pressing at the same moment
    is ordinary life in an office: the second one is told so, on SQLite and PostgreSQL alike. Raises
    ``TransitionError`` with a Thai sentence and leaves no trace where anything is missing.
    """
    transition = obj.machine[name]
    before, revision = _read_anew(obj, expected=obj.revision if seen is None else seen)
    if not transition.applies_to(obj):
        raise TransitionError(
            f"รายการนี้อยู่ในสถานะ “{obj.state_label}” จึง{transition.label}ไม่ได้ในขณะนี้ โปรดเปิดหน้าใหม่เพื่อดูสถานะล่าสุด"
        )
    assignment = authority(obj, transition, by=by)
    if assignment is None:
        raise NotAllowedError(f"ท่านไม่มีสิทธิ์{transition.label} ผู้ที่ดำเนินการได้คือ{who_may(transition, obj)}")
    reason = normalise(reason, multiline=True)
    if transition.reason and not reason:
        raise TransitionError(f"โปรดระบุเหตุผลของการ{transition.label} เพื่อให้ผู้เกี่ยวข้องทราบว่าต้องทำอะไรต่อ")
    if missing := blocking_reasons(obj, transition):
        raise TransitionError(" ".join(missing))

    manager: Any = type(obj)._base_manager
    claimed = manager.filter(pk=obj.pk, state=before, revision=revision).update(
        state=transition.target, revision=revision + 1
    )
    if not claimed:
        raise TransitionError(_already_moved(obj))
    obj.state, obj.revision, obj._loaded_state = transition.target, revision + 1, transition.target
    try:
        log = TransitionLog.objects.create(
            target=obj,
            action=transition.name,
            label=transition.label,
            from_state=before,
            to_state=transition.target,
            by=by,
            role=assignment.role,
            acting=assignment.acting,
            position=by.signing_position,
            reason=reason,
            digest=obj.content_digest() if transition.digest else "",
            data=data or {},
        )
        for effect in obj.machine.effects.get(name, ()):
            effect(obj, log)
    except BaseException:
        obj.state, obj.revision, obj._loaded_state = before, revision, before
        raise
    transaction.on_commit(lambda: transitioned.send_robust(sender=type(obj), instance=obj, log=log))
    return log


def _read_anew(obj: Stateful, *, expected: int) -> tuple[str, int]:
    """Lock the row until the end of the transaction and read it; (state, revision). ``expected`` is a revision."""
    manager = type(obj)._base_manager
    try:
        obj.refresh_from_db(from_queryset=manager.select_for_update())
    except type(obj).DoesNotExist:
        raise TransitionError("รายการนี้ถูกนำออกไปแล้ว โปรดกลับไปที่หน้ารายการแล้วเปิดใหม่") from None
    if obj.revision != expected:
        raise TransitionError(_already_moved(obj))
    return obj.state, obj.revision


def _already_moved(obj: Stateful) -> str:
    last = obj.transitions.select_related("by").last()
    who = f" ({last.label} โดย {last.by})" if last else ""
    return f"มีผู้ดำเนินการกับรายการนี้ไปก่อนแล้ว{who} โปรดเปิดหน้าใหม่แล้วตรวจสอบอีกครั้ง"


# -- The chain of approvals ----------------------------------------------------------------------------------------


def approvals_of(obj: Stateful):
    """Every approval asked for this record, all rounds, with who decided."""
    return (
        Approval.objects.filter(content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk)
        .select_related("log", "log__by")
        .order_by("round", "place")
    )


def open_approvals(obj: Stateful) -> list[Approval]:
    """What is still to be decided in the present round, in order; the first one is whose turn it is."""
    rows = list(approvals_of(obj))
    last = max((row.round for row in rows), default=0)
    return [row for row in rows if row.round == last and row.log_id is None]


def role_whose_turn_it_is(obj: Stateful) -> list[str]:
    """The role of the link that decides next; empty where nothing waits."""
    return [row.role for row in open_approvals(obj)[:1]]


def nobody_has_decided(obj: Stateful) -> bool:
    """Whether the present round of approvals stands untouched."""
    waiting = open_approvals(obj)
    return bool(waiting) and waiting[0].place == 1


def approval_chain(obj: Stateful, *, default: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The chain [(role, label)] that a submission would meet: the office's own, or ``default`` where it has none."""
    kind = obj._meta.label_lower
    own = ApprovalRule.objects.filter(area_id=obj.area_id, kind=kind).order_by("place")
    return list(own.values_list("role", "label")) or list(default)


def begin_approvals(
    obj: Stateful, *, default: Iterable[tuple[str, str]], without: Container[str] = ()
) -> list[Approval]:
    """Start a new round along ``approval_chain``, leaving out the links of the roles in ``without``."""
    chain = [(role, label) for role, label in approval_chain(obj, default=default) if role not in without]
    last = max((row.round for row in approvals_of(obj)), default=0)
    return Approval.objects.bulk_create(
        Approval(target=obj, round=last + 1, place=place, role=role, label=label)
        for place, (role, label) in enumerate(chain, start=1)
    )


def record_approval(obj: Stateful, log: TransitionLog) -> None:
    """Write the decision of ``log`` into the link whose turn it is."""
    turn = open_approvals(obj)[0]
    if not Approval.objects.filter(pk=turn.pk, log__isnull=True).update(log=log):
        raise TransitionError(_already_moved(obj))


# -- News ----------------------------------------------------------------------------------------------------------


def tell(users: Iterable[User], text: str, url: str) -> None:
    """Put one piece of news into each person's list."""
    Notice.objects.bulk_create(Notice(user=user, text=text[:300], url=url) for user in users)


def mark_read(user: User, pk: int | None = None) -> int:
    """Mark one piece of the person's news, or all of it, as read."""
    unread = Notice.objects.filter(user=user, read_at__isnull=True)
    return (unread if pk is None else unread.filter(pk=pk)).update(read_at=timezone.now())
