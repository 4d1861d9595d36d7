import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cycles', '0001_cycles'),
        ('supervision', '0002_answers_of_visits_count'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('agree', 'เห็นชอบ'), ('suggest', 'มีข้อเสนอแนะ')], max_length=10, verbose_name='ความเห็น')),
                ('text', models.TextField(blank=True, verbose_name='ข้อเสนอแนะ')),
                ('given_on', models.DateField(verbose_name='วันที่ให้ความเห็น')),
                ('position', models.CharField(blank=True, max_length=250, verbose_name='ตำแหน่งขณะนั้น')),
                ('digest', models.CharField(max_length=64, verbose_name='ลายนิ้วมือของแผน')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='บันทึกเมื่อ')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='cycles.cycle')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='supervision.plan')),
            ],
            options={
                'verbose_name': 'ความเห็นต่อแผน',
                'verbose_name_plural': 'ความเห็นต่อแผน',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='NetworkPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('state', models.CharField(db_index=True, default='draft', editable=False, max_length=30, verbose_name='สถานะ')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('cycle', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='network_plan', to='cycles.cycle')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('step', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='network_plan', to='cycles.cyclestep')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'แผนส่งเสริมเครือข่าย',
                'verbose_name_plural': 'แผนส่งเสริมเครือข่าย',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'returned', 'approved'])), name='network_plan_state_is_known')],
            },
        ),
    ]
