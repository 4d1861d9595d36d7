"""Certificates for whoever took part in what a network did, and for its model teachers."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from certificates.models import Batch
from certificates.queries import batches_from
from certificates.services import CertificateRefused, Recipient, create_batch
from networks.models import Gathering, MemberRole, Network
from networks.queries.certificates import OVER
from networks.queries.gatherings import participants_of
from schools.models import AreaOffice


def certificates_for(gathering: Gathering, *, by: User) -> Batch:
    """A draft with everybody who came to the meeting or activity. Raises ``CertificateRefused``."""
    if gathering.state not in OVER:
        raise CertificateRefused(f"{gathering.noun}นี้ยังไม่เสร็จ เมื่อจัดแล้วและลงชื่อผู้เข้าร่วมครบจึงทำเกียรติบัตรได้")
    people = [Recipient(name, place, user) for name, place, user in participants_of(gathering)]
    if not people:
        raise CertificateRefused("ไม่มีชื่อผู้เข้าร่วม โปรดลงชื่อผู้มาในหน้ารายชื่อก่อน")
    return _draft(
        gathering.area, by, str(gathering), "participant", people, gathering.get_absolute_url(),
        starts_on=gathering.starts_on, ends_on=gathering.ends_on,
    )  # fmt: skip


def certificates_for_model_teachers(network: Network, *, by: User) -> Batch:
    """A draft with the network's model teachers of today. Raises ``CertificateRefused``."""
    rows = network.members.current().filter(role=MemberRole.MODEL_TEACHER).select_related("user", "school")
    people = [
        Recipient(str(row.user) if row.user else row.name, str(row.school or row.organisation or ""), row.user)
        for row in rows
        if row.user or row.name
    ]
    if not people:
        raise CertificateRefused("เครือข่ายนี้ยังไม่มีสมาชิกในบทบาทครูต้นแบบ โปรดเพิ่มในหน้าสมาชิกก่อน")
    return _draft(network.area, by, f"ของ{network}", "model_teacher", people, network.get_absolute_url())


@transaction.atomic
def _draft(area, by: User, title: str, kind: str, people: Iterable[Recipient], url: str, **days) -> Batch:  # noqa: PLR0917
    AreaOffice.objects.select_for_update(no_key=True).get(
        pk=area.pk
    )  # of two presses at once the second finds the first
    made = batches_from(url).filter(kind=kind).order_by("-pk").first()
    if made:
        raise CertificateRefused(f"มีเกียรติบัตรชุด “{made.title}” ของรายการนี้แล้ว ({made.state_label}) โปรดเปิดชุดนั้น")
    return create_batch(
        area=area, by=by, title=title, kind=kind, recipients=people, source_text=title[:200], source_url=url, **days
    )
