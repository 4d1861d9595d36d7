"""A try-out keeps the form as it was tried out."""

from django.db import migrations, models


def keep_the_form(apps, schema_editor):
    TryOut = apps.get_model("appraisal", "TryOut")
    for tryout in TryOut.objects.select_related("version").iterator(chunk_size=50):
        tryout.definition, tryout.content_hash = tryout.version.definition, tryout.version.content_hash
        tryout.save(update_fields=["definition", "content_hash"])


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0001_reviews_tryouts_pairs")]

    operations = [
        migrations.AddField(
            model_name="tryout",
            name="definition",
            field=models.JSONField(default=dict, editable=False, verbose_name="แบบที่ทดลองใช้"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="tryout",
            name="content_hash",
            field=models.CharField(default="", editable=False, max_length=64, verbose_name="ลายนิ้วมือของแบบ"),
            preserve_default=False,
        ),
        migrations.RunPython(keep_the_form, migrations.RunPython.noop, elidable=True),
    ]
