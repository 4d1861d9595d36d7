"""Badges, buttons and history of a record with a lifecycle."""

from django import template

from workflows.services import available_transitions, blocking_reasons
from workflows.views import REASON_KEPT, kept_for

register = template.Library()


@register.simple_tag(takes_context=True)
def moves(context, obj, free="") -> list[dict]:
    """What the person may do with the record now: [{transition, blocked: [sentence]}].

    ``free``: only what nothing can hold back, where another page offers the rest and says what is missing.
    """
    user = context["request"].user
    return [
        {"transition": transition, "blocked": blocking_reasons(obj, transition)}
        for transition in available_transitions(obj, by=user)
        if not (free and transition.guards)
    ]


@register.filter
def outside_label(obj) -> str:
    """The state in the words of the other side."""
    return obj.status.outside_label


@register.simple_tag(takes_context=True)
def kept_reason(context, obj, transition) -> str:
    """The reason that was typed for this move and refused with it, once; empty otherwise."""
    session = context["request"].session
    kept = session.get(REASON_KEPT)
    if not kept or kept["of"] != kept_for(obj, transition.name):
        return ""
    return session.pop(REASON_KEPT)["reason"]
