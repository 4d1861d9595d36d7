"""The quality of forms and of two raters."""

from appraisal.services.reviews import token_of
from tests.standing.addresses.table import DONE, JSON, PLANNERS, REFUSED, TEAM, Address, both
from tests.standing.district import FAR, OFFICE
from tests.supervision.pictures import photograph

ADDRESSES: list[Address] = [
    # Quality of forms: experts come by a link, two raters meet only their own task, the head alone reads both
    Address("appraisal:quality", sees=OFFICE | FAR),
    *both(
        Address, "appraisal:review-new", args=lambda w: [w.own_draft.pk], sees=OFFICE | {"committee"}, does=PLANNERS,
        data=lambda w: {},
    ),
    Address("appraisal:review-detail", args=lambda w: [w.review.pk], sees=OFFICE),
    Address("appraisal:review-form-pdf", args=lambda w: [w.review.pk], sees=OFFICE),
    Address("appraisal:review-result-pdf", args=lambda w: [w.review.pk], sees=OFFICE),
    Address(
        "appraisal:expert-add", method="post", args=lambda w: [w.review.pk], sees=OFFICE, does=PLANNERS,
        data=lambda w: {"name": "ดร.ใหม่"}, ok=frozenset({302}),
    ),
    Address(
        "appraisal:review-close", method="post", args=lambda w: [w.review.pk], sees=OFFICE, does=PLANNERS,
        ok=frozenset({302}),
    ),
    *(
        Address(
            "appraisal:expert-act", method="post", args=lambda w, act=act: [w.expert.pk, act], sees=OFFICE,
            does=PLANNERS, ok=frozenset({302}),
        )
        for act in ("renew", "revoke", "extend", "mail")
    ),
    Address("appraisal:expert-page", args=lambda w: [token_of(w.expert)], open=True),
    Address("appraisal:expert-save", method="post", args=lambda w: [token_of(w.sent_expert)], open=True),
    *both(
        Address, "appraisal:tryout-new", args=lambda w: [w.version.pk], sees=OFFICE | FAR | {"committee"},
        does=PLANNERS | FAR, data=lambda w: {},
    ),
    Address("appraisal:tryout-detail", args=lambda w: [w.tryout.pk], sees=OFFICE),
    Address("appraisal:tryout-pdf", args=lambda w: [w.tryout.pk], sees=OFFICE),
    *both(Address, "appraisal:pair-new", does=frozenset({"head", "far_head"}), data=lambda w: {}),
    Address("appraisal:pair-detail", args=lambda w: [w.pair.pk], sees=TEAM | {"head"}),
    Address(
        "appraisal:pair-pdf", args=lambda w: [w.pair.pk], sees=TEAM | {"head"}, does=frozenset({"head"}), ok=DONE
    ),
    Address("appraisal:pair-send", method="post", args=lambda w: [w.pair.pk], sees=TEAM, ok=DONE),
    Address("appraisal:pair-fill", args=lambda w: [w.pair.pk], sees=TEAM),
    Address("appraisal:pair-fill-save", method="post", args=lambda w: [w.pair.pk], sees=TEAM, ok=DONE),
    Address(
        "appraisal:pair-fill-save", method="post", args=lambda w: [w.pair.pk], sees=TEAM, ok=DONE | REFUSED,
        headers=JSON, signed_out=frozenset({401}),
    ),
    Address("appraisal:pair-fill-changes", args=lambda w: [w.pair.pk], sees=TEAM),
    Address(
        "appraisal:pair-fill-changes", args=lambda w: [w.pair.pk], sees=TEAM, headers=JSON,
        signed_out=frozenset({401}),
    ),
    Address(
        "appraisal:pair-file-add", method="post", args=lambda w: [w.pair.pk], sees=TEAM, ok=DONE | REFUSED,
        data=lambda w: {"slot": "A1", "file": photograph()},
    ),
    *(
        Address(
            f"appraisal:{name}", args=lambda w: [w.pair.pk, w.pair_picture.pk], sees=frozenset({"supervisor"})
        )
        for name in ("pair-file", "pair-file-thumb")
    ),
]  # fmt: skip
