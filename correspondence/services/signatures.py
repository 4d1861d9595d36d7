"""Verbs of one's own signature: keep, replace, remove, place."""

import base64
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageOps

from accounts.models import User
from correspondence.models import SignatureImage
from instruments.images import Picture, read_photo, read_signature


def signature_of(user: User) -> SignatureImage | None:
    """The picture that the person places now; None where there is none."""
    return SignatureImage.objects.filter(user=user, removed_at__isnull=True).first()


@transaction.atomic
def keep_signature(*, by: User, drawing: str = "", upload: UploadedFile | None = None) -> SignatureImage:
    """Keep a signature drawn on the screen (PNG data URL) or photographed on white paper, in the place of an earlier one.

    Raises ``PictureRefused``.
    """
    picture = _from_paper(upload) if upload else read_signature(drawing)
    remove_signature(by=by)
    signature = SignatureImage(user=by, sha256=picture.sha256)
    signature.file.save("signature.png", ContentFile(picture.content), save=False)
    signature.save()
    return signature


@transaction.atomic
def remove_signature(*, by: User) -> bool:
    """Take the person's picture away; one that stands on a paper stays there. Whether there was one."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one hand at a time
    present = _held(by)
    if present is None:
        return False
    if present.placed:
        present.removed_at = timezone.now()
        present.save(update_fields=["removed_at"])
    else:
        stored = present.file
        present.delete()
        transaction.on_commit(lambda: stored.delete(save=False), robust=True)
    return True


def _held(user: User) -> SignatureImage | None:
    """The present picture under its lock: one that is being placed is not thrown away, nor one thrown away placed."""
    return SignatureImage.objects.select_for_update().filter(user=user, removed_at__isnull=True).first()


def place_signature(*, by: User) -> dict[str, str]:
    """What a move remembers of the person's own picture; empty where the person has none. Inside a transaction."""
    present = _held(by)
    if present is None:
        return {}
    SignatureImage.objects.filter(pk=present.pk).update(placed=True)
    return {"drawing": present.file.name or "", "drawing_sha256": present.sha256}


def _from_paper(upload: UploadedFile) -> Picture:
    """The ink of a photographed signature on a transparent ground: what is darker than the paper."""
    photo = Image.open(BytesIO(read_photo(upload).content)).convert("L")
    ink = ImageOps.invert(ImageOps.autocontrast(photo, cutoff=2)).point(
        lambda dark: 0 if dark < 110 else min(255, dark + 60)
    )
    drawn = Image.new("RGBA", photo.size, (16, 48, 107, 0))
    drawn.putalpha(ink)
    drawn.thumbnail((800, 800))
    out = BytesIO()
    drawn.save(out, "PNG")
    return read_signature(f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}")
