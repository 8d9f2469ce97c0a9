"""What the first 2 migrations make, in one go: for an empty database. Whoever has them all goes on as if this had run."""

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("guardrails", "0001_initial"), ("guardrails", "0002_quarter_end")]

    initial = True

    dependencies = [
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)]),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("reviewed", "Reviewed"), ("published", "Published")],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("effective_from", models.DateTimeField(blank=True, null=True)),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="guardrails_policy_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="guardrails_policy_number_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="guardrails_policy_hashed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reviewed_by__isnull", True), ("status", "draft")),
                            models.Q(
                                ("reviewed_by__isnull", False), ("status__in", ["reviewed", "published"])
                            ),
                            _connector="OR",
                        ),
                        name="guardrails_policy_reviewed_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("drafted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="guardrails_policy_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("effective_from__isnull", False),
                                ("published_at__isnull", False),
                                ("published_by__isnull", False),
                                ("status", "published"),
                            ),
                            models.Q(
                                ("effective_from__isnull", True),
                                ("published_at__isnull", True),
                                ("published_by__isnull", True),
                                ("status__in", ["draft", "reviewed"]),
                            ),
                            _connector="OR",
                        ),
                        name="guardrails_policy_published_by_someone",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="published_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.\"status\" = 'published')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="aff1c505752306efcbd7a2994907d9f019323166",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_published_stays_b63e9",
                            table="guardrails_policyversion",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuarterEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "percent",
                    models.PositiveSmallIntegerField(
                        help_text="Of the usual time to answer.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField(help_text="The first instant after it.")),
                ("reason", models.TextField()),
                ("set_at", models.DateTimeField()),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, help_text="Switched off before its time.", null=True),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-starts", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("starts"))),
                        name="guardrails_quarter_end_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__gte", 1), ("percent__lte", 100)),
                        name="guardrails_quarter_end_shortens",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                        ),
                        name="guardrails_quarter_end_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="guardrails_quarter_end_is_ended_by_someone",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="said_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."ends" IS DISTINCT FROM (NEW."ends") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."percent" IS DISTINCT FROM (NEW."percent") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."set_at" IS DISTINCT FROM (NEW."set_at") OR OLD."set_by_id" IS DISTINCT FROM (NEW."set_by_id") OR OLD."starts" IS DISTINCT FROM (NEW."starts"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="f993b117d79b52bf5e7237cb0c749972845aefbb",
                            operation="UPDATE",
                            pgid="pgtrigger_said_stays_4e52d",
                            table="guardrails_quarterend",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="never_removed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="d7f834237404c5558fbf81a0db561adacd709c5e",
                            operation="DELETE",
                            pgid="pgtrigger_never_removed_e904a",
                            table="guardrails_quarterend",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hastened",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        choices=[
                            ("sales", "Sales"),
                            ("finance", "Finance"),
                            ("legal", "Legal"),
                            ("operations", "Operations"),
                            ("executive", "Executive"),
                            ("desk", "Deal desk"),
                            ("auditor", "Audit"),
                        ],
                        max_length=12,
                    ),
                ),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                (
                    "quarter_end",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="functions",
                        to="guardrails.quarterend",
                    ),
                ),
            ],
            options={
                "ordering": ["function"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends__gte", models.F("starts"))),
                        name="guardrails_hastened_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "function__in",
                                ["sales", "finance", "legal", "operations", "executive", "desk", "auditor"],
                            )
                        ),
                        name="guardrails_hastened_function_known",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.Case(
                                        models.When(function="sales", then=models.Value(0)),
                                        models.When(function="finance", then=models.Value(1)),
                                        models.When(function="legal", then=models.Value(2)),
                                        models.When(function="operations", then=models.Value(3)),
                                        models.When(function="executive", then=models.Value(4)),
                                        models.When(function="desk", then=models.Value(5)),
                                        models.When(function="auditor", then=models.Value(6)),
                                        output_field=models.IntegerField(),
                                    ),
                                    models.Case(
                                        models.When(function="sales", then=models.Value(0)),
                                        models.When(function="finance", then=models.Value(1)),
                                        models.When(function="legal", then=models.Value(2)),
                                        models.When(function="operations", then=models.Value(3)),
                                        models.When(function="executive", then=models.Value(4)),
                                        models.When(function="desk", then=models.Value(5)),
                                        models.When(function="auditor", then=models.Value(6)),
                                        output_field=models.IntegerField(),
                                    ),
                                    models.Value("[]"),
                                    function="int4range",
                                ),
                                "&&",
                            ),
                            (models.Func("starts", "ends", models.Value("[)"), function="tstzrange"), "&&"),
                        ],
                        name="guardrails_one_quarter_end_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExtraMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        choices=[
                            ("sales", "Sales"),
                            ("finance", "Finance"),
                            ("legal", "Legal"),
                            ("operations", "Operations"),
                            ("executive", "Executive"),
                            ("desk", "Deal desk"),
                            ("auditor", "Audit"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "quarter_end",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="guardrails.quarterend",
                    ),
                ),
            ],
            options={
                "ordering": ["function", "level", "user__name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("quarter_end", "function", "level", "user"),
                        name="guardrails_extra_member_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1)), name="guardrails_extra_member_level_from_one"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="29bf122f3badac32013b56ad558fc41fdc19cffe",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_43f18",
                            table="guardrails_extramember",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
