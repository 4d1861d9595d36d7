"""What an office's papers say, and the fonts they are printed in."""

from documents.wording import get_wording_kind
from tests.standing.addresses.schools import REGISTER
from tests.standing.addresses.table import NOBODY, Address, both

KIND = "appointment-order"
KEEPERS = REGISTER | {"admin"}
"""Who bring fonts: who keep the register of the office, and administrators."""


def passages(world) -> dict:
    return {key: passage.default for key, passage in get_wording_kind(KIND).passages.items()}


ADDRESSES: list[Address] = [
    Address("documents:wording-list", sees=KEEPERS | {"far_head"}),
    *both(
        Address, "documents:wording-edit", args=lambda world: [world.area.pk, KIND], sees=REGISTER, data=passages
    ),
    Address("documents:wording-edit", args=lambda world: [world.area.pk, "nothing"], sees=NOBODY),
    Address(
        "documents:wording-preview", method="post", args=lambda world: [world.area.pk, KIND], sees=REGISTER,
        data=lambda world: {"subject": "{nothing}"}, ok=frozenset({422}),
    ),
    Address("documents:fonts", args=lambda world: [world.area.pk], sees=KEEPERS),
    Address("documents:fonts", method="post", args=lambda world: [world.area.pk], sees=KEEPERS, ok=frozenset({422})),
    Address("documents:font-sample", args=lambda world: [world.area.pk], sees=KEEPERS),
    Address("documents:font-drop", method="post", args=lambda world: [world.area.pk, "bold"], sees=NOBODY),
]  # fmt: skip
