"""Verbs of official papers: draft, route, say a word on one's turn, number it with the last word, void it."""

from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from correspondence.flows import (
    ADDRESSED,
    DECIDERS,
    ENDORSERS,
    NOT_HELD,
    NOT_HELD_WHY,
    PAPER,
    REGISTERED_IN,
    WITH_CONTACT,
    PaperKind,
)
from correspondence.models import Entry, LetterCode, Paper
from correspondence.services.refusals import LetterRefused
from correspondence.services.registers import next_entry, ref_of, void
from correspondence.services.signatures import place_signature
from schools.models import AreaOffice
from thai.text import normalise
from workflows.models import TransitionLog
from workflows.services import TransitionError, authority, begin_approvals, open_approvals, perform, record_approval

LINES = ("refers", "enclosures", "body")
FIELDS = frozenset(
    {
        "subject", "to", *LINES, "closing", "authority", "items", "from_day", "urgency", "secrecy", "contact_unit",
        "contact_phone", "contact_fax", "contact_email", "copies", "chain",
    }
)  # fmt: skip
"""What people write of a paper."""


class PaperChangedMeanwhile(LetterRefused):
    """Somebody has written the paper since this person's page was made."""


def usual_chain(kind: str, *, by: User, area_id: int, asked: str = "") -> list[list[str]]:
    """The chain that a paper of this kind goes along unless its maker says otherwise; a head writes to the director."""
    asked = asked or ("อนุมัติ" if kind == PaperKind.MEMO else "ลงนาม")
    via = [] if area_id in by.areas_as(Role.GROUP_HEAD, Role.AREA_DIRECTOR) else [[Role.GROUP_HEAD.value, "เห็นควร"]]
    return [*via, [Role.AREA_DIRECTOR.value, asked]]


@transaction.atomic
def create_paper(
    *, area: AreaOffice, kind: str, by: User, draft: str = "", source: models.Model | None = None, ask: UUID | None = None,
    **fields: Any,
) -> Paper:  # fmt: skip
    """A new draft. ``source`` is the record it was drafted from, by the registered ``draft``.

    ``ask`` is the mark of the page: what it saves once more is the same draft, with what was typed last. Raises
    ``LetterRefused``.
    """
    if not by.has_perm("correspondence.create_paper", area):
        raise LetterRefused(f"ท่านจัดทำหนังสือของ{area}ไม่ได้ ผู้ที่ทำได้คือบุคลากรของกลุ่มนิเทศฯ และเจ้าหน้าที่ธุรการ โปรดติดต่อผู้ดูแลระบบ")
    if kind not in PaperKind.values:
        raise LetterRefused("ไม่รู้จักหนังสือชนิดนี้ โปรดเลือกชนิดจากหน้างานสารบรรณ")
    if ask:
        # The second of two presses waits for the first.
        AreaOffice.objects.select_for_update(no_key=True).get(pk=area.pk)
        if earlier := Paper.objects.filter(ask=ask).first():
            if earlier.made_by_id == by.pk:
                return _once_more(earlier, fields, by=by)
            ask = None  # a page that somebody else had opened in this browser
    paper = Paper(area=area, kind=kind, made_by=by, draft=draft, ask=ask)
    if source is not None:
        paper.source = source
    _fill(paper, {"chain": usual_chain(kind, by=by, area_id=area.pk), **contact_of(area, kind), **fields})
    paper._history_user = by
    paper.save()
    return paper


def _once_more(paper: Paper, fields: dict[str, Any], *, by: User) -> Paper:
    """What a page that saved this draft saves again: nothing where nothing else is typed."""
    wanted = Paper.objects.get(pk=paper.pk)
    _fill(wanted, fields)
    if all(getattr(wanted, name) == getattr(paper, name) for name in fields):
        return paper
    return update_paper(paper, by=by, **fields)


def contact_of(area: AreaOffice, kind: str) -> dict[str, str]:
    """What stands below a letter unless its maker says otherwise: the unit in charge and how to reach it."""
    if kind not in WITH_CONTACT:
        return {}
    return {"contact_unit": area.group_name, "contact_phone": area.phone, "contact_email": area.email}


@transaction.atomic
def update_paper(paper: Paper, *, by: User, seen: int | None = None, **fields: Any) -> Paper:
    """Write the words of a paper. ``seen`` is the ``version`` of the person's page. Raises ``LetterRefused``."""
    fresh = Paper.objects.select_for_update(of=("self",)).select_related("area").get(pk=paper.pk)
    if not by.has_perm("correspondence.write_paper", fresh):
        raise LetterRefused(f"ท่านแก้ไขหนังสือนี้ไม่ได้ ผู้ที่แก้ไขได้คือผู้จัดทำ ({fresh.made_by}) เจ้าหน้าที่ธุรการ และผู้อำนวยการกลุ่มนิเทศฯ")
    if not fresh.is_writing:
        advice = "หากต้องแก้ไข โปรดถอนเรื่องกลับมาก่อน หรือขอให้ผู้พิจารณาส่งกลับ" if fresh.state == "routing" else ""
        raise LetterRefused(f"หนังสือนี้อยู่ในสถานะ “{fresh.state_label}” จึงแก้ไขไม่ได้ {advice}".strip())
    if seen is not None and seen != fresh.version:
        raise PaperChangedMeanwhile(
            "ขณะที่ท่านแก้ไข มีผู้อื่นบันทึกหนังสือนี้ไปก่อนแล้ว ข้อความของท่านยังอยู่ครบ โปรดเปิดหนังสือในหน้าต่างใหม่เพื่อเทียบ แล้วบันทึกอีกครั้ง"
        )
    _fill(fresh, fields)
    fresh.version += 1
    fresh._history_user = by
    fresh.save()
    return fresh


def _fill(paper: Paper, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"a paper has no {sorted(unknown)}")
    if fields.get("secrecy") == NOT_HELD:
        raise LetterRefused(NOT_HELD_WHY)
    for name, value in fields.items():
        text = "\n".join(value) if name in LINES and not isinstance(value, str) else value
        setattr(paper, name, normalise(text, multiline=name in LINES) if isinstance(text, str) else text)
    paper.chain = [list(link) for link in paper.chain]
    roles = [role for role, _asked in paper.chain]
    if roles and (roles[-1] not in DECIDERS or not set(roles[:-1]) <= set(ENDORSERS) or len(set(roles)) != len(roles)):
        raise LetterRefused(
            "สายการเสนอไม่ถูกต้อง ผู้ลงนามหรือผู้อนุมัติคือผู้อำนวยการสำนักงานเขตพื้นที่หรือผู้อำนวยการกลุ่มนิเทศฯ และแต่ละบทบาทอยู่ในสายได้ครั้งเดียว"
        )
    if not paper.subject:
        raise LetterRefused("โปรดระบุเรื่องของหนังสือ")
    if paper.kind not in ADDRESSED:
        paper.to = ""


# -- Along the chain -----------------------------------------------------------------------------------------------


@transaction.atomic
def submit(
    paper: Paper, *, by: User, seen: int | None = None, version: int | None = None, place: bool = False
) -> TransitionLog:
    """Send the paper along its chain; the maker of a memo signs it with that, and only words that stood on the page.

    ``version``: of the words that the person's page showed. Raises ``TransitionError``.
    """
    now = _lock(paper)
    if version is not None and version != now:
        raise TransitionError("มีผู้แก้ไขข้อความของหนังสือนี้หลังจากที่ท่านเปิดหน้านี้ จึงยังไม่ได้เสนอ โปรดอ่านข้อความล่าสุดแล้วกดเสนออีกครั้ง")
    return perform(paper, "submit", by=by, seen=seen, data=_hand(paper, "submit", by=by, place=place))


@transaction.atomic
def decide(
    paper: Paper, *, by: User, word: str, text: str = "", seen: int | None = None, place: bool = False
) -> TransitionLog:
    """Say one's word on one's turn: hand the paper on, or, as the last of the chain, sign it under the next number.

    ``place`` puts the person's own kept signature there, nobody else's. Raises ``TransitionError``.
    """
    if not (word := normalise(word)):
        raise TransitionError("โปรดเลือกความเห็นก่อนลงนาม")
    _lock(paper)
    name = "sign" if len(open_approvals(paper)) <= 1 else "endorse"
    said = {"word": word, "text": normalise(text, multiline=True)[:1000]}
    return perform(paper, name, by=by, seen=seen, data=said | _hand(paper, name, by=by, place=place))


def _lock(paper: Paper) -> int:
    """Lock the paper, always before the signature that may be placed on it; the version of its words."""
    return Paper.objects.select_for_update().values_list("version", flat=True).get(pk=paper.pk)


def _hand(paper: Paper, name: str, *, by: User, place: bool) -> dict[str, str]:
    """Who signs, as it stands on the paper for ever: name, for whom, and the picture of the own signature."""
    assignment = authority(paper, PAPER[name], by=by)
    acting_for = ""
    if assignment is not None and assignment.acting:
        acting_for = f"รักษาราชการแทน{post_of(assignment.role, paper.area)}"
    return {"name": str(by), "acting_for": acting_for, **(place_signature(by=by) if place else {})}


def post_of(role: str, area: AreaOffice) -> str:
    """The post of a role as it stands under a name: ผู้อำนวยการ with the whole name of what is led."""
    names = {Role.AREA_DIRECTOR: f"ผู้อำนวยการ{area.name}", Role.GROUP_HEAD: f"ผู้อำนวยการ{area.group_name}"}
    return names.get(Role(role), Role(role).label)


@PAPER.effect("submit")
def begin_routing(paper: Paper, log: TransitionLog) -> None:
    """Begin a round along the paper's chain, without the links of the maker's own role before the last."""
    last = paper.chain[-1][0]
    if paper.kind == PaperKind.MEMO and _is_alone(paper, last):
        raise TransitionError(
            "ขณะนี้ไม่มีผู้อนุมัติบันทึกนี้นอกจากตัวท่านเอง โปรดแก้สายการเสนอ หรือแจ้งผู้ดูแลระบบให้มอบบทบาทหรือผู้รักษาราชการแทนแก่บุคคลอื่นก่อน"
        )
    own = {role for role, _asked in paper.chain[:-1] if paper.area_id in log.by.areas_as(role)}
    begin_approvals(paper, default=paper.links, without=own - {last})


def _is_alone(paper: Paper, role: str) -> bool:
    holders = RoleAssignment.objects.holders(role, area_id=paper.area_id).values_list("pk", flat=True)
    return set(holders) == {paper.made_by_id}


@PAPER.effect("endorse", "sign", "return")
def write_decision(paper: Paper, log: TransitionLog) -> None:
    record_approval(paper, log)


@PAPER.effect("sign")
def number(paper: Paper, log: TransitionLog) -> None:
    """Take today's next number of the paper's register; number and day stand on the paper from now on."""
    kind = PaperKind(paper.kind)
    entry = next_entry(
        paper.area_id, REGISTERED_IN[kind], by=log.by, sender=paper.contact_unit or paper.area.group_name,
        to=paper.to or ("ผู้เกี่ยวข้อง" if kind not in ADDRESSED else ""), subject=paper.subject, urgency=paper.urgency,
        secrecy=paper.secrecy, dated_on=timezone.localdate(), action=f"ลงนามโดย {log.by}",
    )  # fmt: skip
    entry.ref = ref_of(entry)
    entry.dated_on = entry.day
    entry.save()
    # Around the model's own refusal: what is signed is written by nobody else.
    Paper.objects.filter(pk=paper.pk).update(entry=entry, number=entry.ref, day=entry.day)
    paper.entry, paper.number, paper.day = entry, entry.ref, entry.day


@PAPER.effect("void")
def void_number(paper: Paper, log: TransitionLog) -> None:
    """The number stays in its register, cancelled."""
    void(Entry.objects.get(paper=paper), by=log.by, reason=log.reason)


def set_code(area: AreaOffice, *, by: User, code: str) -> None:
    """Write what stands before the numbers of the office's letters, from the next one on. Raises ``LetterRefused``."""
    if not by.has_perm("correspondence.keep_register", area):
        raise LetterRefused("ผู้ที่กำหนดรหัสหนังสือได้คือเจ้าหน้าที่ธุรการและผู้อำนวยการกลุ่มนิเทศฯ")
    if not (code := normalise(code).rstrip("/ ")):
        raise LetterRefused("โปรดระบุรหัสหนังสือ เช่น ศธ 04009")
    LetterCode.objects.update_or_create(area=area, defaults={"code": code[:40]})
