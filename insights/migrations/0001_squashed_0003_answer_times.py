"""What the first 3 migrations make, in one go: for an empty database. Whoever has them all goes on as if this had run."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("insights", "0001_leakage"),
        ("insights", "0002_precedents"),
        ("insights", "0003_answer_times"),
    ]

    initial = True

    dependencies = [
        ("approvals", "0013_pause_and_remind"),
        ("deals", "0007_keep_exceptions"),
        ("people", "0003_lunch_and_other_hours"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Leak",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("segment", models.CharField(max_length=60)),
                ("region", models.CharField(max_length=60)),
                ("signed_on", models.DateField()),
                ("closed_at", models.DateTimeField()),
                ("inside", models.BooleanField(help_text="What the check of the signed terms answered.")),
                (
                    "as_asked",
                    models.BooleanField(
                        help_text="Lines, quantities, prices and length are those of the ask."
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=8, help_text="Pinned: company currency for one.", max_digits=18
                    ),
                ),
                ("list_total", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("signed", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("target", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("walk_away", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                (
                    "limit",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="Net at the furthest terms of the mandate.",
                        max_digits=16,
                        null=True,
                    ),
                ),
                (
                    "deal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="leak", to="deals.deal"
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.mandate",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["signed_on"], name="insights_leak_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("limit", None), ("target", None), ("walk_away", None)),
                            models.Q(
                                ("limit__isnull", False),
                                ("list_total__isnull", False),
                                ("mandate__isnull", False),
                                ("signed__isnull", False),
                                ("target__isnull", False),
                                ("walk_away__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="insights_leak_compared_or_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gt", 0)), name="insights_leak_rate_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Precedent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("segment", models.CharField(max_length=60)),
                ("region", models.CharField(max_length=60)),
                ("deal_type", models.CharField(max_length=60)),
                ("doublings", models.FloatField()),
                ("discount", models.DecimalField(decimal_places=1, max_digits=16)),
                ("payment_days", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("term_months", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True, help_text="Of the request; empty: nobody was asked.", max_length=12
                    ),
                ),
                ("granted_discount", models.DecimalField(decimal_places=1, max_digits=16, null=True)),
                ("granted_net", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("signed_discount", models.DecimalField(decimal_places=1, max_digits=16, null=True)),
                ("signed_net", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("won", models.BooleanField()),
                ("ended_at", models.DateTimeField()),
                (
                    "deal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="precedent", to="deals.deal"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deals.revision",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["segment", "doublings"], name="insights_precedent_by_segment"),
                    models.Index(
                        fields=["seller", "segment", "doublings"], name="insights_precedent_of_seller"
                    ),
                    models.Index(fields=["team", "segment", "doublings"], name="insights_precedent_of_team"),
                    models.Index(
                        fields=["region", "segment", "doublings"], name="insights_precedent_of_region"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("won", True),
                            models.Q(("signed_discount", None), ("signed_net", None)),
                            _connector="OR",
                        ),
                        name="insights_precedent_lost_signs_nothing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Answered",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("function", models.CharField(max_length=20)),
                (
                    "level",
                    models.PositiveSmallIntegerField(help_text="The level that was asked, whoever answered."),
                ),
                ("minutes", models.PositiveIntegerField()),
                ("answered_at", models.DateTimeField()),
                (
                    "step",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.step"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["function", "level", "-answered_at"],
                        include=("minutes",),
                        name="insights_answered_lately",
                    )
                ],
            },
        ),
    ]
