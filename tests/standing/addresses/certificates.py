"""Certificates."""

from certificates.flows import BATCH
from tests.standing.addresses.table import CERTIFIERS, NOBODY, Address, both, moves
from tests.standing.district import FAR

ISSUERS = frozenset({"head", "director"})


def batch(name: str, **options) -> Address:
    """About a batch of certificates that a supervisor made."""
    options.setdefault("args", lambda world: [world.batch.pk])
    return Address(f"certificates:{name}", of="batch", **{"sees": CERTIFIERS, **options})


def writes_batch(state: str) -> frozenset[str]:
    return CERTIFIERS if state in ("draft", "returned") else NOBODY


def prints_batch(state: str) -> frozenset[str]:
    return CERTIFIERS if state == "issued" else NOBODY


def certificate(name: str, **options) -> Address:
    """About a certificate that the teacher was given."""
    options.setdefault("args", lambda world: [world.certificate.pk])
    return Address(f"certificates:{name}", **{"sees": CERTIFIERS | {"teacher"}, **options})


BATCH_MOVES = {
    "submit": ({"draft", "returned"}, CERTIFIERS),
    "issue": ({"submitted"}, ISSUERS),
    "return": ({"submitted"}, ISSUERS),
    "withdraw": ({"submitted"}, {"supervisor"}),
    "cancel": ({"draft", "returned"}, CERTIFIERS),
}

ADDRESSES: list[Address] = [
    # Certificates: made by the office, verified by anybody, seen by whoever was given one
    Address("certificates:batch-list", sees=CERTIFIERS | FAR),
    Address("certificates:batch-create", sees=CERTIFIERS | FAR),
    Address("certificates:batch-create", method="post", sees=CERTIFIERS | FAR, ok=frozenset({422})),
    Address("certificates:mine"),
    Address("certificates:verify-form", open=True),
    Address("certificates:verify", args=lambda world: [world.certificate.token], open=True),
    batch("batch-detail"),
    *both(
        batch, "batch-edit", does=writes_batch,
        data=lambda world: {
            "kind": "speaker", "title": "ใหม่", "issued_on": "2026-11-20", "layout": "portrait", "signer1_name": "นายก ข"
        },
    ),
    *both(batch, "recipients-add", does=writes_batch, data=lambda world: {"text": "นายใหม่ ใจดี", "add": "1"}),
    *both(
        batch, "recipient-edit", args=lambda world: [world.batch.pk, world.line.pk], does=writes_batch,
        data=lambda world: {"name": "นายใหม่ ใจดี"},
    ),
    batch(
        "recipient-remove", args=lambda world: [world.batch.pk, world.line.pk], does=writes_batch, method="post",
        ok=frozenset({302}),
    ),
    batch("batch-pdf", does=prints_batch),
    batch("batch-file", does=prints_batch, method="post", ok=frozenset({302})),
    *(Address(f"certificates:batch-file-{page}", args=lambda world: [world.batch_file.pk], sees=CERTIFIERS) for page in ("detail", "download")),
    *(
        Address(f"certificates:batch-file-{act}", method="post", args=lambda world: [world.batch_file.pk], sees=CERTIFIERS, ok=frozenset({302}))
        for act in ("cancel", "here", "again")
    ),
    *moves(batch, "batch-transition", BATCH, BATCH_MOVES, lambda world: [world.batch.pk]),
    certificate("certificate-detail"),
    certificate("certificate-pdf"),
    *both(certificate, "certificate-revoke", does=ISSUERS, data=lambda world: {"reason": "ผิดคน"}),
    *both(
        certificate, "certificate-reissue", does=ISSUERS, data=lambda world: {"name": "นายใหม่ ใจดี", "reason": "สะกดผิด"}
    ),
]  # fmt: skip
