"""Verbs of agreements and orders: keep a file, take it off the page."""

from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from instruments import files
from networks.models import Agreement, Network
from networks.services.keeping import NetworkRefusedError, NotKeeperError, hold

TAKEN = frozenset({files.PDF, files.WORD, files.OLD_WORD, files.JPEG, files.PNG})
SHOWN = frozenset({files.JPEG, files.PNG})
"""Types that a browser may show; everything else is only ever saved."""


@transaction.atomic
def add_agreement(
    network: Network, *, by: User, upload, kind: str, title: str, dated_on: date, number: str = ""
) -> Agreement:
    """Keep a PDF, a Word file or a picture, known by its content.

    Raises ``NotKeeperError``, ``NetworkRefusedError`` or ``instruments.files.FileRefused``.
    """
    held = hold(network, by=by)
    document = files.read_document(upload)
    if document.content_type not in TAKEN:
        raise NetworkRefusedError("ไฟล์นี้ไม่ใช่ PDF, Word หรือภาพ โปรดบันทึกเอกสารเป็น PDF แล้วแนบอีกครั้ง")
    agreement = Agreement(
        network=held,
        kind=kind,
        title=title,
        number=number,
        dated_on=dated_on,
        name=document.name[-200:],
        content_type=document.content_type,
        size=len(document.content),
        sha256=document.sha256,
        by=by,
    )
    agreement.file.save(f"x.{files.EXTENSIONS[document.content_type]}", ContentFile(document.content), save=False)
    agreement.save()
    return agreement


@transaction.atomic
def remove_agreement(agreement: Agreement, *, by: User) -> None:
    """Take the document off the page; the file is kept. Who leads takes off only what the same person put there."""
    network = hold(agreement.network, by=by)
    if agreement.by_id != by.pk and not by.has_perm("networks.manage_network", network):
        raise NotKeeperError("เอกสารนี้ผู้อื่นเป็นผู้แนบ ผู้ที่นำออกได้คือผู้แนบและศึกษานิเทศก์ของเขตพื้นที่")
    Agreement.objects.kept().filter(pk=agreement.pk).update(removed_by=by, removed_at=timezone.now())
