"""What the first 13 migrations make, in one go: for an empty database. Whoever has them all goes on as if this had run."""

import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("approvals", "0001_initial"),
        ("approvals", "0002_seats_of_a_pool"),
        ("approvals", "0003_watch"),
        ("approvals", "0004_desk_verbs"),
        ("approvals", "0005_hold_requests_and_deals"),
        ("approvals", "0006_conditions_and_questions"),
        ("approvals", "0007_bulk_begins_once"),
        ("approvals", "0008_recompute_deadlines"),
        ("approvals", "0009_answer_link"),
        ("approvals", "0010_standing_in"),
        ("approvals", "0011_escalation_paths"),
        ("approvals", "0012_count_first_hand_overs"),
        ("approvals", "0013_pause_and_remind"),
    ]

    initial = True

    dependencies = [
        ("deals", "0007_keep_exceptions"),
        ("guardrails", "0002_quarter_end"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "In review"),
                            ("granted", "Granted"),
                            ("declined", "Declined"),
                            ("recalled", "Withdrawn"),
                            ("superseded", "Superseded"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("terms_hash", models.CharField(max_length=64)),
                (
                    "evaluation_target",
                    models.TextField(help_text="What the policy said of the target, canonical JSON."),
                ),
                (
                    "evaluation_walk_away",
                    models.TextField(help_text="The same of the walk-away: the end that routes."),
                ),
                (
                    "route",
                    models.TextField(
                        help_text="The planned steps with the people resolved for each, canonical JSON."
                    ),
                ),
                ("submitted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_reason", models.TextField(blank=True)),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="deals.deal"
                    ),
                ),
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="deals.revision",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="guardrails.policyversion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["status", "submitted_at"], name="request_by_status")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("deal",),
                        name="one_open_request_per_deal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("status", "open")),
                            models.Q(
                                models.Q(("status", "open"), _negated=True), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="request_ends_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("superseded", "Superseded"),
                            ("ended", "Ended"),
                            ("revoked", "Revoked"),
                        ],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("limits", models.TextField(help_text="Every limit with its source, canonical JSON.")),
                ("corner", models.TextField(help_text="The furthest terms it allows, canonical JSON.")),
                ("net_at_limit", models.DecimalField(decimal_places=2, max_digits=16)),
                ("margin_at_limit", models.DecimalField(decimal_places=1, max_digits=7, null=True)),
                ("granted_at", models.DateTimeField()),
                (
                    "expires_at",
                    models.DateTimeField(help_text="First instant at which it may no longer be used."),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="deals.deal"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="guardrails.policyversion",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandate",
                        to="approvals.request",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "active")),
                        fields=("deal",),
                        name="one_mandate_per_deal",
                    ),
                    models.UniqueConstraint(fields=("deal", "number"), name="mandate_numbers_differ"),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("granted_at"))),
                        name="mandate_expires_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("won", models.BooleanField()),
                ("document", models.TextField(blank=True, help_text="The signed terms, canonical JSON.")),
                (
                    "answer",
                    models.TextField(
                        blank=True, help_text="The check of the signed terms against the mandate."
                    ),
                ),
                ("inside", models.BooleanField(help_text="Empty when nothing was signed.", null=True)),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="closing", to="deals.deal"
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
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="05e55fe857ce17c2c5136c98a67ac602b2c722fe",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_7eee6",
                            table="approvals_closing",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "direction",
                    models.CharField(
                        choices=[("sent", "Sent to the buyer"), ("asked", "Asked by the buyer")], max_length=5
                    ),
                ),
                ("document", models.TextField()),
                ("terms_hash", models.CharField(max_length=64)),
                ("measured", models.TextField(help_text="What was measured of it, canonical JSON.")),
                ("answer", models.TextField()),
                ("inside", models.BooleanField()),
                ("net", models.DecimalField(decimal_places=2, max_digits=16)),
                ("good_until", models.DateField()),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="deals.deal"
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="approvals.mandate",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("deal", "number"), name="offer_numbers_differ")
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f3e8ad9fddcbddf98fc27c998d7ee59c3c4f8466",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_70f9b",
                            table="approvals_offer",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="approvals.request",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="deals.deal"
                    ),
                ),
                (
                    "release_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who may release it. Empty: the deal desk.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        help_text="What placed it, as in concern:12; only that releases it.",
                        max_length=40,
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, help_text="What settled it. Empty when it ended with its request."
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("released_at", None)), fields=["deal"], name="open_hold_by_deal"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="hold_has_its_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_at__isnull", False),
                            models.Q(("note", ""), ("released_by", None)),
                            _connector="OR",
                        ),
                        name="open_hold_is_not_released",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_by", None), models.Q(("note", ""), _negated=True), _connector="OR"
                        ),
                        name="released_hold_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("released_at", None), models.Q(("cause", ""), _negated=True)),
                        fields=("cause",),
                        name="one_open_hold_per_cause",
                    ),
                ],
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("function", models.CharField(max_length=20)),
                ("level", models.PositiveSmallIntegerField()),
                ("level_name", models.CharField(max_length=60)),
                ("stage", models.PositiveSmallIntegerField(default=1)),
                (
                    "order",
                    models.PositiveSmallIntegerField(default=1, help_text="Place in the function's climb."),
                ),
                (
                    "quorum",
                    models.CharField(
                        choices=[
                            ("any_one", "Any one"),
                            ("everyone", "Everyone"),
                            ("n_of_m", "Some of them"),
                        ],
                        default="any_one",
                        max_length=10,
                    ),
                ),
                (
                    "needed",
                    models.PositiveSmallIntegerField(default=1, help_text="How many seats must agree."),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("open", "Open"),
                            ("paused", "Paused"),
                            ("unroutable", "Nobody to ask"),
                            ("agreed", "Agreed"),
                            ("returned", "Changes asked"),
                            ("declined", "Declined"),
                            ("cancelled", "Cancelled"),
                            ("not_needed", "Not needed"),
                            ("kept", "Kept"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                (
                    "findings",
                    models.TextField(
                        default="[]", help_text="Limit keys that need this step, canonical JSON."
                    ),
                ),
                (
                    "terms_hash",
                    models.CharField(blank=True, help_text="What a decision must name.", max_length=64),
                ),
                ("allowance", models.PositiveIntegerField(help_text="Working minutes granted to answer.")),
                (
                    "remaining",
                    models.IntegerField(help_text="Working minutes left when the clock last stopped."),
                ),
                (
                    "run",
                    models.PositiveIntegerField(
                        default=1, help_text="Grows each time the clock starts anew."
                    ),
                ),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                (
                    "clock_from",
                    models.DateTimeField(
                        blank=True, help_text="When this run of the clock started.", null=True
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "held_level",
                    models.PositiveSmallIntegerField(
                        help_text="Whose people hold the seat now; a hand-over moves it."
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="Why it is not needed, kept or has nobody to ask."
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deals.deal"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="approvals.request",
                    ),
                ),
                (
                    "passed",
                    models.PositiveSmallIntegerField(
                        db_default=0,
                        default=0,
                        help_text="How many who take over, as its level's escalation names them, are behind it.",
                    ),
                ),
                (
                    "quarter_end",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="guardrails.quarterend",
                    ),
                ),
                (
                    "stepped_in",
                    models.TextField(
                        db_default="[]",
                        default="[]",
                        help_text="Ids of the managers who hold it now, canonical JSON.",
                    ),
                ),
                (
                    "with_desk_since",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the last of them let the time run out, in this run.",
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ["stage", "function", "order"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "open")), fields=["due_at"], name="open_step_by_due"
                    ),
                    models.Index(fields=["deal", "status"], name="step_by_deal"),
                    models.Index(
                        condition=models.Q(("status", "open"), ("with_desk_since__isnull", False)),
                        fields=["with_desk_since"],
                        name="open_step_with_desk",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "function", "level"), name="one_step_per_level"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "open"), _negated=True),
                            models.Q(("due_at__isnull", False), models.Q(("terms_hash", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="open_step_has_deadline_and_terms",
                    ),
                    models.CheckConstraint(condition=models.Q(("needed__gte", 1)), name="step_needs_someone"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1)),
                (
                    "held_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="approvals.step"
                    ),
                ),
                (
                    "turn",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="2: asked when those of turn 1 have agreed."
                    ),
                ),
                ("held_since", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reason", models.TextField(blank=True, help_text="Why it was added.")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("step", "number"), name="seat_numbers_differ"),
                    models.UniqueConstraint(fields=("step", "held_by"), name="one_seat_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("added_by", None),
                            models.Q(("held_by__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="added_seat_has_its_person_and_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("function", models.CharField(max_length=20)),
                ("level", models.PositiveSmallIntegerField(help_text="The level that decided.")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("agree", "Agreed"),
                            ("reluctant", "Agreed reluctantly"),
                            ("up_to", "Agreed up to"),
                            ("changes", "Asked for changes"),
                            ("decline", "Declined"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "limits",
                    models.TextField(
                        default="{}", help_text="What was narrowed: limit key → value, canonical JSON."
                    ),
                ),
                ("conditions", models.TextField(default="[]", help_text="Term conditions, canonical JSON.")),
                (
                    "proposed",
                    models.TextField(default="{}", help_text="Numbers proposed with a request for changes."),
                ),
                (
                    "granted",
                    models.TextField(default="{}", help_text="How far each judged term may go by this."),
                ),
                (
                    "expires_at",
                    models.DateTimeField(
                        blank=True, help_text="The grant is of no use from here on.", null=True
                    ),
                ),
                ("seen", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "acting_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="deals.deal"
                    ),
                ),
                (
                    "seat",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="approvals.seat",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="approvals.step",
                    ),
                ),
                (
                    "overridden",
                    models.BooleanField(
                        default=False, help_text="The deal desk decided in place of the people asked."
                    ),
                ),
                ("tasks", models.TextField(default="[]", help_text="Tasks asked in return, canonical JSON.")),
            ],
            options={
                "ordering": ["at", "pk"],
                "indexes": [
                    models.Index(fields=["deal", "function", "-at"], name="decision_last_of_function"),
                    models.Index(
                        condition=models.Q(("overridden", True)), fields=["-at"], name="decision_overridden"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict__in", ["reluctant", "changes", "decline"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="verdict_has_its_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("overridden", False), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="override_says_why",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d7bfbe13cfe8daf3c42d7e2f56ce0935c59438c8",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_cd8c6",
                            table="approvals_decision",
                            when="BEFORE",
                        ),
                    )
                ],
                "permissions": [("override", "Decides in place of the people asked")],
            },
        ),
        migrations.AddField(
            model_name="step",
            name="kept_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.decision",
            ),
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("run", models.PositiveIntegerField(default=1)),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "gave_sight",
                    models.BooleanField(
                        default=False, help_text="It brought a viewer grant that ends with it."
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="approvals.step",
                    ),
                ),
                (
                    "principal",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose work it is, when the person stands in for somebody.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "late_as",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="The level they held when their time ran out and it moved on.",
                        null=True,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["user"], name="open_work_of_person"
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None), ("principal__isnull", False)),
                        fields=["principal"],
                        name="open_work_stood_in_for",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("step", "user"),
                        name="one_open_assignment_per_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Condition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("term", "Term"), ("task", "Task")], max_length=4)),
                ("term", models.TextField(blank=True, help_text="The comparison, canonical JSON.")),
                ("text", models.TextField(blank=True)),
                ("due", models.DateField(blank=True, null=True)),
                (
                    "otherwise",
                    models.TextField(blank=True, help_text="Limits to fall back to, canonical JSON."),
                ),
                ("met_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.decision"
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conditions",
                        to="approvals.mandate",
                    ),
                ),
                ("lapsed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "met_by",
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
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "task"), _negated=True),
                            models.Q(
                                models.Q(("text", ""), _negated=True),
                                ("owner__isnull", False),
                                ("due__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="task_has_owner_and_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "term"), _negated=True),
                            models.Q(models.Q(("term", ""), _negated=True), ("mandate__isnull", False)),
                            _connector="OR",
                        ),
                        name="term_condition_compares",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("met_at", None), ("lapsed_at", None), _connector="OR"),
                        name="task_is_met_or_lapses_not_both",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("met_at", None), ("met_by", None)),
                            models.Q(("met_at__isnull", False), ("met_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="task_is_met_by_someone",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "task"), ("lapsed_at", None), ("met_at", None)),
                        fields=["owner"],
                        name="open_task_of_owner",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="watches", to="deals.deal"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="watches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "watches",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("deal", "user"),
                        name="one_open_watch_per_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Bulk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("reassign", "Reassign"),
                            ("extend", "Extend"),
                            ("override", "Override"),
                            ("recompute", "Recompute"),
                            ("pause", "Pause"),
                            ("resume", "Resume"),
                            ("nudge", "Remind"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("minutes", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agree", "Agreed"),
                            ("reluctant", "Agreed reluctantly"),
                            ("up_to", "Agreed up to"),
                            ("changes", "Asked for changes"),
                            ("decline", "Declined"),
                        ],
                        max_length=10,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, help_text="When nothing was left to do.", null=True),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "once",
                    models.UUIDField(
                        help_text="Of the form: sent twice, it begins once.", null=True, unique=True
                    ),
                ),
                (
                    "until",
                    models.DateTimeField(
                        blank=True, help_text="When the pauses end by themselves.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("minutes", None),
                                ("to__isnull", False),
                                ("verb", "reassign"),
                                ("verdict", ""),
                            ),
                            models.Q(("minutes__gt", 0), ("to", None), ("verb", "extend"), ("verdict", "")),
                            models.Q(
                                ("minutes", None),
                                ("to", None),
                                ("verb", "override"),
                                models.Q(("verdict", ""), _negated=True),
                            ),
                            models.Q(
                                ("minutes", None),
                                ("to", None),
                                ("verb__in", ["recompute", "pause", "resume", "nudge"]),
                                ("verdict", ""),
                            ),
                            _connector="OR",
                        ),
                        name="bulk_has_what_its_verb_needs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            models.Q(("until__gt", models.F("began_at")), ("verb", "pause")),
                            _connector="OR",
                        ),
                        name="only_pauses_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "seen",
                    models.CharField(
                        blank=True,
                        help_text="The terms on the screen; of a deadline, how it would move.",
                        max_length=64,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("refused", "Refused")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("why", models.TextField(blank=True, help_text="The sentence of the refusal.")),
                ("at", models.DateTimeField(blank=True, null=True)),
                (
                    "bulk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="approvals.bulk"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.step"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "waiting")),
                        fields=["bulk", "id"],
                        name="bulk_rows_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("bulk", "step"), name="bulk_names_a_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("at", None), ("outcome", "waiting")),
                            models.Q(models.Q(("outcome", "waiting"), _negated=True), ("at__isnull", False)),
                            _connector="OR",
                        ),
                        name="bulk_row_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "refused"), models.Q(("why", ""), _negated=True)),
                            models.Q(models.Q(("outcome", "refused"), _negated=True), ("why", "")),
                            _connector="OR",
                        ),
                        name="bulk_refusal_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Intervention",
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
                        choices=[
                            ("reassign", "Reassigned"),
                            ("extend", "Extended"),
                            ("recompute", "Recomputed"),
                            ("pause", "Paused"),
                            ("resume", "Resumed"),
                            ("nudge", "Reminded"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "minutes",
                    models.PositiveIntegerField(blank=True, help_text="Working minutes added.", null=True),
                ),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interventions",
                        to="approvals.step",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "until",
                    models.DateTimeField(blank=True, help_text="When a pause ends by itself.", null=True),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            ("kind__in", ["resume", "nudge"]),
                            _connector="OR",
                        ),
                        name="intervention_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ["reassign", "nudge"]), ("minutes", None), ("to__isnull", False)
                            ),
                            models.Q(("kind", "extend"), ("minutes__gt", 0), ("to", None)),
                            models.Q(
                                ("kind__in", ["recompute", "pause", "resume"]),
                                ("minutes", None),
                                ("to", None),
                            ),
                            _connector="OR",
                        ),
                        name="intervention_says_to_whom_or_how_long",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            models.Q(("kind", "pause"), ("until__gt", models.F("at"))),
                            _connector="OR",
                        ),
                        name="only_a_pause_ends",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="0e0be6add00689ac4326eb3a6579f22aa013adad",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_816df",
                            table="approvals_intervention",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
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
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="approvals.condition",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "evidence",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True),
                            models.Q(("path", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_shows_something",
                    ),
                    models.CheckConstraint(
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
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="90040619ea922eaee5488c7e8348b8540cf05aec",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_5fab6",
                            table="approvals_evidence",
                            when="BEFORE",
                        ),
                    )
                ],
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
                (
                    "condition",
                    models.ForeignKey(
                        blank=True,
                        help_text="What lapsed.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.condition",
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="approvals.mandate",
                    ),
                ),
            ],
            options={
                "ordering": ["mandate", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("mandate", "number"), name="limits_versions_differ"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("condition", None), ("number", 1)),
                            models.Q(("condition__isnull", False), ("number__gt", 1)),
                            _connector="OR",
                        ),
                        name="later_limits_name_their_cause",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="55f249b466fab28ceb8c5306d84e724efdd96d17",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_5adfb",
                            table="approvals_limitsversion",
                            when="BEFORE",
                        ),
                    )
                ],
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
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="deals.deal"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="approvals.step",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "open")), fields=["to"], name="open_question_to"
                    ),
                    models.Index(fields=["deal"], name="question_by_deal"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("step",),
                        name="one_open_question_per_step",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("status", "open")),
                            models.Q(
                                models.Q(("status", "open"), _negated=True), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="question_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "answered"), models.Q(("answer", ""), _negated=True)),
                            models.Q(models.Q(("status", "answered"), _negated=True), ("answer", "")),
                            _connector="OR",
                        ),
                        name="answered_question_has_its_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="question_asks_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by", models.F("to")), _negated=True),
                        name="nobody_asks_themselves",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("run", models.PositiveIntegerField(help_text="Of the clock, when it was asked.")),
                ("terms_hash", models.CharField(max_length=64)),
                ("digest", models.CharField(help_text="SHA-256 of the token.", max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="approvals.step"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("step", "user", "run"), name="one_link_per_asking"),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="link_is_good_for_a_while",
                    ),
                ],
            },
        ),
    ]
