"""What earlier visits' answers are about, and their place in the statistics: they count like those to come."""

from django.db import migrations

from instruments.definition import cached_form
from instruments.tallies import summed


def describe(apps, schema_editor):
    VisitForm = apps.get_model("supervision", "VisitForm")
    VisitMember = apps.get_model("supervision", "VisitMember")
    leads = dict(VisitMember.objects.filter(is_lead=True).values_list("visit_id", "user_id"))
    for form in VisitForm.objects.select_related("visit", "response").iterator(chunk_size=200):
        response, visit = form.response, form.visit
        response.school_id, response.person_id = visit.school_id, leads.get(visit.pk)
        response.on = visit.visited_on or visit.starts_on
        response.academic_year, response.semester = visit.academic_year, visit.semester
        response.fiscal_year = visit.fiscal_year
        response.save(update_fields=["school", "person", "on", "academic_year", "semester", "fiscal_year"])


def count(apps, schema_editor):
    """Sums of what was closed before sums were kept, but for visits that were called off."""
    Response = apps.get_model("instruments", "Response")
    Tally = apps.get_model("instruments", "Tally")
    visits = Response.objects.filter(visit_form__isnull=False, locked_at__isnull=False, tallied=False)
    closed = visits.exclude(visit_form__visit__state="cancelled")
    for version in apps.get_model("instruments", "InstrumentVersion").objects.order_by("pk"):
        form = cached_form(version.content_hash, lambda definition=version.definition: definition)
        sums = summed(closed.filter(version=version).order_by("pk").iterator(chunk_size=200), form)
        Tally.objects.bulk_create(
            Tally(key=key, responses=row.responses, counts=row.packed, **row.where) for key, row in sums.items()
        )
    closed.update(tallied=True)


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0001_initial"),
        ("instruments", "0002_collections_tallies_and_review"),
    ]

    operations = [
        migrations.RunPython(describe, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(count, migrations.RunPython.noop, elidable=True),
    ]
