"""On the page of a record: the papers drafted from it, and those that can be."""

from django import template

from correspondence.drafts import drafts_for
from correspondence.queries import papers_about

register = template.Library()


@register.inclusion_tag("correspondence/_of_record.html", takes_context=True)
def papers_of(context, record) -> dict:
    """{% papers_of visit %}: nothing for who does not work for the record's office."""
    user = context["request"].user
    if not user.has_perm("correspondence.create_paper", record):
        return {}
    return {"record": record, "drafts": drafts_for(record), "papers": papers_about(record, user=user)}
