"""Registers and official papers."""

from correspondence.flows import PAPER
from tests.standing.addresses.table import CERTIFIERS, Address, both, in_states, moves
from tests.standing.district import FAR

KEEPERS = frozenset({"clerk", "head"})
READERS = CERTIFIERS | FAR


def register(name: str, **options) -> Address:
    options.setdefault("args", lambda world: ["in"])
    return Address(f"correspondence:{name}", **{"sees": READERS, **options})


def entry(name: str, **options) -> Address:
    """About a letter that the clerk has entered."""
    options.setdefault("args", lambda world: [world.entry.pk])
    return Address(f"correspondence:{name}", **{"sees": CERTIFIERS, **options})


def paper(name: str, **options) -> Address:
    """About a letter that the supervisor drafted and that waits, on its way, for the director."""
    options.setdefault("args", lambda world: [world.paper.pk])
    return Address(f"correspondence:{name}", of="paper", **{"sees": CERTIFIERS, **options})


WRITING, NUMBERED = frozenset({"draft", "returned"}), frozenset({"signed", "sent"})
WRITERS = frozenset({"supervisor", "clerk", "head", "director"})
PAPER_MOVES = {
    "return": ({"routing"}, {"director"}),
    "withdraw": ({"routing"}, {"supervisor"}),
    "send": ({"signed"}, WRITERS),
    "void": (NUMBERED, {"clerk", "head", "director"}),
    "discard": (WRITING, WRITERS),
}
WORDS = {"subject": "ขอเชิญประชุม", "to": "ผู้อำนวยการโรงเรียน", "body": "ด้วยจะจัดประชุม", "last": "area_director"}

ADDRESSES: list[Address] = [
    Address("correspondence:paper-list", sees=READERS),
    Address("correspondence:letter-code", sees=READERS, does=KEEPERS | {"far_head"}),
    Address(
        "correspondence:letter-code", method="post", sees=READERS, does=KEEPERS | {"far_head"},
        data=lambda world: {"code": "ศธ 1"}, ok=frozenset({302}),
    ),
    *both(
        lambda name, **options: Address(f"correspondence:{name}", sees=READERS, args=lambda world: ["letter"], **options),
        "paper-create", data=lambda world: WORDS,
    ),
    paper("paper-detail"),
    paper("paper-pdf"),
    *both(paper, "paper-edit", does=in_states(WRITING, WRITERS), data=lambda world: WORDS),
    paper(
        "paper-submit", method="post", does=in_states(WRITING, frozenset({"supervisor"})), ok=frozenset({302}),
    ),
    paper(
        "paper-decide", method="post", does=in_states(frozenset({"routing"}), frozenset({"director"})),
        data=lambda world: {"word": "ลงนามแล้ว"}, ok=frozenset({302}),
    ),
    *moves(paper, "paper-transition", PAPER, PAPER_MOVES, lambda world: [world.paper.pk]),
    Address("correspondence:signature", sees=READERS),
    Address("correspondence:signature", method="post", sees=READERS, ok=frozenset({422})),
    Address("correspondence:signature-remove", method="post", sees=READERS, ok=frozenset({302})),
    Address("correspondence:signature-image", args=lambda world: [world.signature.pk][1:], sees=frozenset({"supervisor"})),
    register("entry-list"),
    register("register-workbook"),
    register("register-pdf", args=lambda world: [world.entry.register.kind]),
    *both(
        register, "entry-create", does=KEEPERS | {"far_head"},
        data=lambda world: {"sender": "สพฐ.", "subject": "เรื่องใหม่", "ref": "1"},
    ),
    entry("entry-detail"),
    entry("entry-file"),
    *both(entry, "entry-edit", does=KEEPERS, data=lambda world: {"sender": "สพฐ.", "subject": "เรื่องที่แก้", "ref": "1"}),
    *both(entry, "entry-cancel", does=KEEPERS, data=lambda world: {"reason": "ลงซ้ำ"}),
]  # fmt: skip
