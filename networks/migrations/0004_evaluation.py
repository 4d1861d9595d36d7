import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('instruments', '0003_sealed_collections'),
        ('networks', '0003_members_pairs_agreements'),
        ('schools', '0002_test_results'),
    ]

    operations = [
        migrations.CreateModel(
            name='DecisionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('whole_min', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True, validators=[django.core.validators.MinValueValidator(Decimal('1')), django.core.validators.MaxValueValidator(Decimal('5'))], verbose_name='ค่าเฉลี่ยรวมไม่ต่ำกว่า')),
                ('section_min', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True, validators=[django.core.validators.MinValueValidator(Decimal('1')), django.core.validators.MaxValueValidator(Decimal('5'))], verbose_name='ค่าเฉลี่ยของทุกด้านไม่ต่ำกว่า')),
                ('source', models.TextField(max_length=1000, verbose_name='ที่มาของเกณฑ์')),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('area', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='network_rule', to='schools.areaoffice')),
                ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'เกณฑ์ตัดสินผลการประเมินเครือข่าย',
                'verbose_name_plural': 'เกณฑ์ตัดสินผลการประเมินเครือข่าย',
            },
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('due_on', models.DateField(verbose_name='ส่งผลภายในวันที่')),
                ('state', models.CharField(db_index=True, default='open', editable=False, max_length=30, verbose_name='สถานะ')),
                ('result', models.JSONField(default=dict, editable=False, verbose_name='ผล ณ วันที่ส่ง')),
                ('mean', models.DecimalField(decimal_places=2, editable=False, max_digits=4, null=True, verbose_name='ค่าเฉลี่ยรวม')),
                ('level', models.CharField(blank=True, editable=False, max_length=100, verbose_name='ระดับ')),
                ('proposal', models.CharField(blank=True, choices=[('normal', 'ปกติ'), ('improve', 'ปรับปรุง')], editable=False, max_length=10, verbose_name='ผลตามเกณฑ์')),
                ('decision', models.CharField(blank=True, choices=[('normal', 'ปกติ'), ('improve', 'ปรับปรุง')], editable=False, max_length=10, verbose_name='ผลที่ยืนยัน')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.areaoffice')),
                ('evaluator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ผู้ประเมิน')),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='networks.network', verbose_name='เครือข่าย')),
                ('response', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='network_evaluation', to='instruments.response')),
                ('submitted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'การประเมินเครือข่าย',
                'verbose_name_plural': 'การประเมินเครือข่าย',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Direction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='แนวทางพัฒนา')),
                ('owner', models.CharField(max_length=200, verbose_name='ผู้รับผิดชอบ')),
                ('due_on', models.DateField(verbose_name='ภายในวันที่')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='ดำเนินการแล้วเมื่อ')),
                ('outcome', models.TextField(blank=True, max_length=2000, verbose_name='ผลที่เกิดขึ้น')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='directions', to='networks.evaluation')),
            ],
            options={
                'verbose_name': 'แนวทางพัฒนาเครือข่าย',
                'verbose_name_plural': 'แนวทางพัฒนาเครือข่าย',
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EvaluationRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('academic_year', models.PositiveSmallIntegerField(verbose_name='ปีการศึกษา')),
                ('semester', models.PositiveSmallIntegerField(choices=[(1, '1'), (2, '2')], verbose_name='ภาคเรียนที่')),
                ('kind', models.CharField(choices=[('before', 'ก่อนการพัฒนา'), ('round', 'ระหว่างการพัฒนา'), ('after', 'หลังการพัฒนา')], max_length=10, verbose_name='ช่วงที่ประเมิน')),
                ('number', models.PositiveSmallIntegerField(default=0, help_text='ใช้กับการประเมินระหว่างการพัฒนา', verbose_name='ครั้งที่')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='เปิดเมื่อ')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='schools.areaoffice', verbose_name='สำนักงานเขตพื้นที่')),
                ('collection', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='instruments.collection')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='instruments.instrumentversion', verbose_name='แบบที่ใช้')),
            ],
            options={
                'verbose_name': 'รอบการประเมินเครือข่าย',
                'verbose_name_plural': 'รอบการประเมินเครือข่าย',
                'ordering': ['-academic_year', '-semester', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='evaluation',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='networks.evaluationround'),
        ),
        migrations.CreateModel(
            name='HistoricalDecisionRule',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('whole_min', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True, validators=[django.core.validators.MinValueValidator(Decimal('1')), django.core.validators.MaxValueValidator(Decimal('5'))], verbose_name='ค่าเฉลี่ยรวมไม่ต่ำกว่า')),
                ('section_min', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True, validators=[django.core.validators.MinValueValidator(Decimal('1')), django.core.validators.MaxValueValidator(Decimal('5'))], verbose_name='ค่าเฉลี่ยของทุกด้านไม่ต่ำกว่า')),
                ('source', models.TextField(max_length=1000, verbose_name='ที่มาของเกณฑ์')),
                ('changed_at', models.DateTimeField(blank=True, editable=False)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('area', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='schools.areaoffice')),
                ('changed_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical เกณฑ์ตัดสินผลการประเมินเครือข่าย',
                'verbose_name_plural': 'historical เกณฑ์ตัดสินผลการประเมินเครือข่าย',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalDirection',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='แนวทางพัฒนา')),
                ('owner', models.CharField(max_length=200, verbose_name='ผู้รับผิดชอบ')),
                ('due_on', models.DateField(verbose_name='ภายในวันที่')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='ดำเนินการแล้วเมื่อ')),
                ('outcome', models.TextField(blank=True, max_length=2000, verbose_name='ผลที่เกิดขึ้น')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('evaluation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='networks.evaluation')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical แนวทางพัฒนาเครือข่าย',
                'verbose_name_plural': 'historical แนวทางพัฒนาเครือข่าย',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalEvaluation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('due_on', models.DateField(verbose_name='ส่งผลภายในวันที่')),
                ('mean', models.DecimalField(decimal_places=2, editable=False, max_digits=4, null=True, verbose_name='ค่าเฉลี่ยรวม')),
                ('level', models.CharField(blank=True, editable=False, max_length=100, verbose_name='ระดับ')),
                ('proposal', models.CharField(blank=True, choices=[('normal', 'ปกติ'), ('improve', 'ปรับปรุง')], editable=False, max_length=10, verbose_name='ผลตามเกณฑ์')),
                ('decision', models.CharField(blank=True, choices=[('normal', 'ปกติ'), ('improve', 'ปรับปรุง')], editable=False, max_length=10, verbose_name='ผลที่ยืนยัน')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('area', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='schools.areaoffice')),
                ('evaluator', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ผู้ประเมิน')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='networks.network', verbose_name='เครือข่าย')),
                ('response', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='instruments.response')),
                ('round', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='networks.evaluationround')),
                ('submitted_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical การประเมินเครือข่าย',
                'verbose_name_plural': 'historical การประเมินเครือข่าย',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name='decisionrule',
            constraint=models.CheckConstraint(condition=models.Q(('whole_min__isnull', False), ('section_min__isnull', False), _connector='OR'), name='decision_rule_asks_something', violation_error_message='โปรดกำหนดค่าเฉลี่ยรวมหรือค่าเฉลี่ยรายด้านอย่างน้อยหนึ่งอย่าง'),
        ),
        migrations.AddIndex(
            model_name='direction',
            index=models.Index(fields=['evaluation', 'done_on'], name='direction_open'),
        ),
        migrations.AddConstraint(
            model_name='evaluationround',
            constraint=models.UniqueConstraint(fields=('area', 'academic_year', 'semester', 'kind', 'number'), name='one_evaluation_round_of_a_kind', violation_error_message='มีรอบการประเมินนี้แล้ว'),
        ),
        migrations.AddConstraint(
            model_name='evaluationround',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'round'), ('number__gte', 1)), models.Q(('kind__in', ['before', 'after']), ('number', 0)), _connector='OR'), name='numbered_rounds_have_a_number', violation_error_message='การประเมินระหว่างการพัฒนาต้องระบุครั้งที่ตั้งแต่ 1 ขึ้นไป'),
        ),
        migrations.AddIndex(
            model_name='evaluation',
            index=models.Index(fields=['area', 'state'], name='evaluation_by_area_and_state'),
        ),
        migrations.AddIndex(
            model_name='evaluation',
            index=models.Index(fields=['network', 'state'], name='evaluation_by_network'),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'discarded'), _negated=True), fields=('round', 'network'), name='one_evaluation_per_network_and_round', violation_error_message='มีการประเมินเครือข่ายนี้ในรอบนี้แล้ว'),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'submitted', 'returned', 'confirmed', 'discarded'])), name='evaluation_state_is_known'),
        ),
    ]
