"""What the first migration makes, in one go: for an empty database. Whoever has them all goes on as if this had run."""

import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("planning", "0001_concerns")]

    initial = True

    dependencies = [
        ("deals", "0007_keep_exceptions"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Concern",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                (
                    "receipt",
                    models.CharField(
                        blank=True, help_text="Hash of the code its raiser was shown.", max_length=64
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="concerns", to="deals.deal"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("deal", "number"), name="concern_numbers_differ"),
                    models.UniqueConstraint(
                        condition=models.Q(("receipt", ""), _negated=True),
                        fields=("receipt",),
                        name="one_concern_per_receipt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="concern_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by", None), models.Q(("receipt", ""), _negated=True)),
                            models.Q(("by__isnull", False), ("receipt", "")),
                            _connector="OR",
                        ),
                        name="concern_has_a_name_or_a_receipt",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="344e71d747af2163cebea0dc8ad1222c8e0e710b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e8333",
                            table="planning_concern",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("added", "Added"), ("answer", "Answered"), ("withdrawn", "Withdrawn")],
                        max_length=9,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="planning.concern",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["answer", "withdrawn"])),
                        fields=("concern",),
                        name="concern_is_settled_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "withdrawn"), models.Q(("text", ""), _negated=True), _connector="OR"
                        ),
                        name="word_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "answer"), _negated=True),
                            ("by__isnull", False),
                            _connector="OR",
                        ),
                        name="answer_has_a_name",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7ab88a5a0d19e60c340b62a60e456e1a9971a666",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_49958",
                            table="planning_word",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
