import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0005_hold_requests_and_deals"),
        ("deals", "0006_salt_hashes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("name", models.CharField(blank=True, help_text="What the file was called.", max_length=200)),
                (
                    "path",
                    models.CharField(
                        blank=True, help_text="Where it is kept, below MEDIA_ROOT.", max_length=200
                    ),
                ),
                ("size", models.PositiveIntegerField(default=0, help_text="Bytes.")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "evidence",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="LimitsVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("limits", models.TextField(help_text="Every limit with its source, canonical JSON.")),
                ("corner", models.TextField(help_text="The furthest terms it allows, canonical JSON.")),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["mandate", "number"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("asked_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Waits for an answer"),
                            ("answered", "Answered"),
                            ("taken_back", "Taken back"),
                            ("unanswered", "Not answered in time"),
                            ("ended", "Ended with the request"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["asked_at", "pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="condition",
            name="term_condition_compares",
        ),
        migrations.AddField(
            model_name="condition",
            name="lapsed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="condition",
            name="met_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="tasks",
            field=models.TextField(default="[]", help_text="Tasks asked in return, canonical JSON."),
        ),
        migrations.AlterField(
            model_name="condition",
            name="mandate",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conditions",
                to="approvals.mandate",
            ),
        ),
        migrations.AddIndex(
            model_name="condition",
            index=models.Index(
                condition=models.Q(("kind", "task"), ("lapsed_at", None), ("met_at", None)),
                fields=["owner"],
                name="open_task_of_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "term"), _negated=True),
                    models.Q(models.Q(("term", ""), _negated=True), ("mandate__isnull", False)),
                    _connector="OR",
                ),
                name="term_condition_compares",
            ),
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.CheckConstraint(
                condition=models.Q(("met_at", None), ("lapsed_at", None), _connector="OR"),
                name="task_is_met_or_lapses_not_both",
            ),
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("met_at", None), ("met_by", None)),
                    models.Q(("met_at__isnull", False), ("met_by__isnull", False)),
                    _connector="OR",
                ),
                name="task_is_met_by_someone",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="condition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="approvals.condition"
            ),
        ),
        migrations.AddField(
            model_name="limitsversion",
            name="condition",
            field=models.ForeignKey(
                blank=True,
                help_text="What lapsed.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.condition",
            ),
        ),
        migrations.AddField(
            model_name="limitsversion",
            name="mandate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="approvals.mandate"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="deal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="deals.deal"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="step",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="approvals.step"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="to",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text", ""), _negated=True),
                    models.Q(("path", ""), _negated=True),
                    _connector="OR",
                ),
                name="evidence_shows_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), ("path", ""), ("sha256", "")),
                    models.Q(
                        models.Q(("path", ""), _negated=True),
                        models.Q(("name", ""), _negated=True),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evidence_file_is_named_and_hashed",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="90040619ea922eaee5488c7e8348b8540cf05aec",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5fab6",
                    table="approvals_evidence",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="limitsversion",
            constraint=models.UniqueConstraint(fields=("mandate", "number"), name="limits_versions_differ"),
        ),
        migrations.AddConstraint(
            model_name="limitsversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("condition", None), ("number", 1)),
                    models.Q(("condition__isnull", False), ("number__gt", 1)),
                    _connector="OR",
                ),
                name="later_limits_name_their_cause",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="limitsversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="55f249b466fab28ceb8c5306d84e724efdd96d17",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5adfb",
                    table="approvals_limitsversion",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["to"], name="open_question_to"
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["deal"], name="question_by_deal"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("step",), name="one_open_question_per_step"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="question_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "answered"), models.Q(("answer", ""), _negated=True)),
                    models.Q(models.Q(("status", "answered"), _negated=True), ("answer", "")),
                    _connector="OR",
                ),
                name="answered_question_has_its_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="question_asks_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("by", models.F("to")), _negated=True), name="nobody_asks_themselves"
            ),
        ),
    ]
