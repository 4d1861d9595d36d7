"""The frame: signing in, the home page, notices, reminders and the year in numbers."""

from tests.standing.addresses.table import DONE, NOBODY, OK, Address, both
from tests.standing.district import FAR, OFFICE

ADDRESSES: list[Address] = [
    # The frame
    Address("home"),
    Address("menu"),
    Address("healthz", open=True),
    Address("accounts:profile"),
    Address("accounts:login", open=True, ok=DONE),
    Address("accounts:logout", method="post", ok=frozenset({302})),
    Address("accounts:password-change"),
    Address("accounts:password-change", method="post", ok=OK),
    Address("accounts:password-changed"),
    Address("accounts:password-reset", open=True),
    Address("accounts:password-reset-sent", open=True),
    Address("accounts:password-set", args=lambda world: ["x", "y"], open=True),
    Address("accounts:password-set-done", open=True),
    Address("workflows:notice-list"),
    Address("workflows:notice-read-all", method="post", ok=frozenset({302})),
    Address(
        "workflows:notice-open", method="post", args=lambda world: [world.notice.pk], sees=frozenset({"head"}),
        ok=frozenset({302}),
    ),
    # Reminders: everybody's own; the outbox is the head's and the administrator's; LINE knocks only where it is set up
    *both(Address, "reminders:mine", data=lambda world: {"email": "on", "days_ahead": "3"}),
    Address("reminders:line-code", method="post", ok=frozenset({302})),
    Address("reminders:line-unlink", method="post", ok=frozenset({302})),
    Address("reminders:line-webhook", method="post", sees=NOBODY, signed_out=frozenset({404})),
    Address("reminders:outbox", sees=frozenset({"head", "far_head", "admin"})),
    Address(
        "reminders:message-retry", method="post", args=lambda world: [world.message.pk],
        sees=frozenset({"head", "admin"}), ok=frozenset({302}),
    ),
    Address("reports:summary", sees=OFFICE | FAR | {"committee"}),
    *[
        Address("reports:export", args=lambda world, what=what, form=form: [what, form])
        for what in ("visits", "recommendations")
        for form in ("csv", "xlsx")
    ],
    Address("reports:export", args=lambda world: ["people", "csv"], sees=NOBODY),
    # Dossiers: the staff of the record's area, each their own
    Address("reports:dossier-list", sees=OFFICE | FAR),
    Address("reports:dossier-new", args=lambda world: ["survey", 1], sees=NOBODY),
    *both(Address, "reports:dossier-new", args=lambda w: ["network", w.network.pk], sees=OFFICE, data=lambda w: {}),
    *(
        Address("reports:dossier-new", args=lambda w, kind=kind: [kind, getattr(w, kind).pk], sees=OFFICE)
        for kind in ("school", "cycle")
    ),
    *(
        Address(f"reports:dossier-{act}", args=lambda w: [w.dossier.pk], sees=frozenset({"head"}))
        for act in ("detail", "download")
    ),
    *(
        Address(
            f"reports:dossier-{act}", method="post", args=lambda w: [w.dossier.pk], sees=frozenset({"head"}),
            ok=frozenset({302}),
        )
        for act in ("cancel", "here", "again")
    ),
]  # fmt: skip
