"""Forms: the library, the builder, summaries and files of answers."""

from collections.abc import Sequence

from tests.standing.addresses.table import NOBODY, PLANNERS, Address, both
from tests.standing.district import FAR, OFFICE


def draft(name: str, *, more: Sequence[str] = (), **options) -> Address:
    """About the form that the office is writing: who reads it sees it, who writes forms changes it."""
    options.setdefault("args", lambda world: [world.draft.pk, *more])
    return Address(f"builder:{name}", **{"sees": OFFICE | {"committee"}, "does": PLANNERS, **options})


ADDRESSES: list[Address] = [
    # Instruments: shared ones are read in every office
    Address("instruments:instrument-list"),
    Address("instruments:instrument-detail", args=lambda w: [w.instrument.pk], sees=OFFICE | FAR | {"committee"}),
    Address("instruments:version-detail", args=lambda w: [w.version.pk], sees=OFFICE | FAR | {"committee"}),
    Address("instruments:version-blank", args=lambda w: [w.version.pk], sees=OFFICE | FAR | {"committee"}),
    Address("builder:version-changes", args=lambda w: [w.version.pk], sees=OFFICE | FAR | {"committee"}),
    Address("builder:version-changes-pdf", args=lambda w: [w.version.pk], sees=OFFICE | FAR | {"committee"}),
    # The version is published and every office uses it: nobody changes it.
    Address(
        "builder:version-decide", args=lambda w: [w.version.pk], sees=OFFICE | FAR | {"committee"}, does=NOBODY,
        method="post",
    ),
    Address(
        "builder:version-transition", args=lambda w: [w.version.pk, "submit"], sees=OFFICE | FAR | {"committee"},
        does=NOBODY, method="post",
    ),
    # The builder: the office's own draft; nobody changes the published form that every office uses
    Address("builder:form-list"),
    Address("builder:form-new", does=PLANNERS | FAR),
    Address(
        "builder:form-new", method="post", does=PLANNERS, ok=frozenset({302}),
        data=lambda world: {"area": world.area.pk, "code": "N-1", "title": "แบบใหม่"},
    ),
    Address("builder:xlsform-import", does=PLANNERS | FAR),
    Address("builder:xlsform-import", method="post", does=PLANNERS | FAR, ok=frozenset({422})),
    Address("builder:xlsform-export", args=lambda w: [w.draft.pk], sees=OFFICE | {"committee"}),
    Address("builder:form-edit", args=lambda w: [w.version.pk], sees=OFFICE | FAR | {"committee"}, does=NOBODY),
    Address(
        "builder:form-revise", args=lambda w: [w.version.pk], sees=OFFICE | FAR | {"committee"}, does=NOBODY,
        method="post",
    ),
    draft("form-edit"),
    *both(draft, "form-facts", data=lambda world: {"code": "D-2", "title": "ชื่อใหม่"}),
    draft("form-revise", method="post", ok=frozenset({302})),
    draft("form-discard", method="post", ok=frozenset({302})),
    draft("undo", method="post", ok=frozenset({302})),
    draft("check", method="post", data=lambda world: {"place": "A1", "property": "show_when", "text": "A2 > 1"}),
    *both(draft, "copy-in", data=lambda world: {"from": world.version.pk, "sections": ["A"]}),
    draft("section-add", method="post", data=lambda world: {"title": "ใหม่"}, ok=frozenset({302})),
    *both(draft, "section", more=["A"], data=lambda world: {"title": "ใหม่", "key": "A", "scale": "level5"}),
    draft("section-move", more=["A"], method="post", data=lambda world: {"by": "1"}, ok=frozenset({302})),
    draft("section-copy", more=["A"], method="post", ok=frozenset({302})),
    draft("section-delete", more=["A"], method="post", ok=frozenset({302})),
    draft(
        "question-add", method="post", data=lambda world: {"section": "A", "type": "text"}, ok=frozenset({302})
    ),
    *both(
        draft, "question-paste", data=lambda world: {"section": "A", "type": "rating", "text": "ก\nข"}
    ),
    *both(draft, "question", more=["A1"], data=lambda world: {"type": "rating", "text": "ใหม่", "key": "A1"}),
    draft("question-move", more=["A1"], method="post", data=lambda world: {"by": "1"}, ok=frozenset({302})),
    draft("question-copy", more=["A1"], method="post", ok=frozenset({302})),
    draft("question-delete", more=["A1"], method="post", ok=frozenset({302})),
    draft("scales"),
    draft("scale-add", method="post", data=lambda world: {"preset": "ioc"}, ok=frozenset({302})),
    *both(
        draft, "scale", more=["level5"],
        data=lambda world: {"title": "ระดับ", "v": ["2", "1"], "t": ["ดี", "พอใช้"], "min": ["", ""], "label": ["", ""]},
    ),
    draft("scale-delete", more=["level5"], method="post", ok=frozenset({302})),
    draft("list-add", method="post", data=lambda world: {"title": "ห้อง"}, ok=frozenset({302})),
    *both(draft, "list", more=["list1"], data=lambda world: {"title": "ชั้น", "items": "ป.1\nป.2"}),
    draft("list-delete", more=["list1"], method="post", ok=frozenset({302})),
    # Files of answers: for whoever asked, among those who may have every answer
    Address("analysis:form-list", sees=OFFICE | FAR | {"committee"}),
    *(
        Address(f"analysis:{name}", args=lambda w: [w.instrument.pk], sees=OFFICE | FAR | {"committee"})
        for name in ("form-summary", "form-summary-xlsx", "form-summary-pdf")
    ),
    Address("analysis:export-list", sees=OFFICE | FAR),
    Address("analysis:export-new", args=lambda w: [w.instrument.pk], sees=OFFICE | FAR),
    Address(
        "analysis:export-new", method="post", args=lambda w: [w.instrument.pk], sees=OFFICE | FAR, ok=frozenset({422})
    ),
    Address("analysis:export-detail", args=lambda w: [w.export.pk], sees=frozenset({"head"})),
    Address("analysis:export-download", args=lambda w: [w.export.pk], sees=frozenset({"head"})),
    *(
        Address(
            f"analysis:export-{act}", method="post", args=lambda w: [w.export.pk], sees=frozenset({"head"}),
            ok=frozenset({302}),
        )
        for act in ("cancel", "here", "again")
    ),
]  # fmt: skip
