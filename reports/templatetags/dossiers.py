"""The way from a record's page to its dossier."""

from django import template
from django.urls import reverse

from reports.dossiers.making import may_ask

register = template.Library()


@register.simple_tag(takes_context=True)
def dossier_url(context, kind: str, subject) -> str:
    """Where the dossier of the record is asked for; empty for whoever may not have it."""
    user = context["request"].user
    return reverse("reports:dossier-new", args=[kind, subject.pk]) if may_ask(user, subject) else ""
