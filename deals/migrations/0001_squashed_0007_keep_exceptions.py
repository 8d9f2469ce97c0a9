"""What the first 7 migrations make, in one go: for an empty database. Whoever has them all goes on as if this had run."""

import uuid

import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("deals", "0001_initial"),
        ("deals", "0002_let_who_is_asked_see"),
        ("deals", "0003_pin_where_the_rate_is_from"),
        ("deals", "0004_keep_corrected_rates"),
        ("deals", "0005_land_past_deals"),
        ("deals", "0006_salt_hashes"),
        ("deals", "0007_keep_exceptions"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("guardrails", "0002_quarter_end"),
        ("people", "0003_lunch_and_other_hours"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160, unique=True)),
                ("segment", models.CharField(max_length=60)),
                ("region", models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=160)),
                ("family", models.CharField(help_text="A product family of the policy.", max_length=60)),
                (
                    "per",
                    models.CharField(help_text="What one of it is: “seat and year”, “day”.", max_length=60),
                ),
                (
                    "recurring",
                    models.BooleanField(help_text="Priced per year, for as long as the contract runs."),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Deal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("deal_type", models.CharField(max_length=60)),
                ("segment", models.CharField(max_length=60)),
                ("region", models.CharField(db_index=True, max_length=60)),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$", "Three capital letters, like EUR."
                            )
                        ],
                    ),
                ),
                ("wanted_signature", models.DateField(blank=True, null=True)),
                (
                    "wanted_expiry",
                    models.DateField(
                        blank=True, help_text="Last day the mandate should be valid.", null=True
                    ),
                ),
                ("objective", models.TextField(blank=True)),
                ("non_negotiables", models.TextField(blank=True)),
                (
                    "partner_fee",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        help_text="Percent of the net price that goes to a partner.",
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")],
                        default="open",
                        max_length=4,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateField(blank=True, null=True)),
                (
                    "signed",
                    models.TextField(blank=True, help_text="What was signed, as a canonical document."),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deals", to="deals.account"
                    ),
                ),
                (
                    "decision_owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals_decided",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to="people.team",
                    ),
                ),
                (
                    "external_id",
                    models.CharField(blank=True, help_text="What it is called there.", max_length=120),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="Where a past deal was imported from.", max_length=50
                    ),
                ),
                (
                    "salt",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Goes into every hash of its terms.",
                    ),
                ),
            ],
            options={
                "permissions": [
                    ("team_deal", "Works on the deal"),
                    ("asked_deal", "Is asked about the deal"),
                ],
                "indexes": [
                    models.Index(fields=["account", "status", "signed_at"], name="deals_deal_won_of_account"),
                    models.Index(fields=["status", "updated_at"], name="deals_deal_queue"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "won", "lost"])),
                        name="deals_deal_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("status", "open")),
                            models.Q(("closed_at__isnull", False), ("status__in", ["won", "lost"])),
                            _connector="OR",
                        ),
                        name="deals_deal_closed_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at__isnull", False), ("status", "won")),
                            models.Q(
                                models.Q(("status", "won"), _negated=True),
                                ("signed", ""),
                                ("signed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="deals_deal_won_has_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="deals_deal_currency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("partner_fee__gte", 0), ("partner_fee__lte", 100)),
                        name="deals_deal_partner_fee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="deals_deal_version_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("external_id", ""), ("source", "")),
                            models.Q(
                                models.Q(("source", ""), _negated=True),
                                models.Q(("external_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="deals_deal_imported_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source", "external_id"),
                        name="deals_deal_imported_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DealGroupObjectPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shared_with_groups",
                        to="deals.deal",
                    ),
                ),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group")),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
            ],
            options={
                "abstract": False,
                "unique_together": {("group", "permission", "content_object")},
            },
        ),
        migrations.CreateModel(
            name="DealUserObjectPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shared_with_people",
                        to="deals.deal",
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
                "unique_together": {("user", "permission", "content_object")},
            },
        ),
        migrations.CreateModel(
            name="DraftClause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clause", models.CharField(max_length=60)),
                ("target", models.CharField(blank=True, max_length=60, null=True)),
                ("walk_away", models.CharField(blank=True, max_length=60, null=True)),
                ("own_text", models.TextField(blank=True)),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="clauses", to="deals.deal"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("deal", "clause"), name="deals_clause_once")],
            },
        ),
        migrations.CreateModel(
            name="DraftTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("target", models.DecimalField(blank=True, decimal_places=1, max_digits=9, null=True)),
                ("walk_away", models.DecimalField(blank=True, decimal_places=1, max_digits=9, null=True)),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="terms", to="deals.deal"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("deal", "key"), name="deals_term_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "key__in",
                                (
                                    "payment_days",
                                    "invoices_per_year",
                                    "term_months",
                                    "free_months",
                                    "price_rise",
                                    "custom_days",
                                    "weeks_to_live",
                                ),
                            )
                        ),
                        name="deals_term_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exchange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("give", models.CharField(blank=True, max_length=200)),
                ("give_value", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("get", models.CharField(blank=True, max_length=200)),
                ("get_value", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("condition_key", models.CharField(blank=True, max_length=60, null=True)),
                (
                    "condition_op",
                    models.CharField(
                        blank=True,
                        choices=[("=", "is"), ("<=", "at most"), (">=", "at least")],
                        max_length=2,
                        null=True,
                    ),
                ),
                (
                    "condition_value",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="exchanges", to="deals.deal"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("condition_key", None), ("condition_op", None), ("condition_value", None)
                            ),
                            models.Q(
                                ("condition_key__isnull", False),
                                ("condition_op__isnull", False),
                                ("condition_value__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="deals_exchange_condition_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("condition_op", None), ("condition_op__in", ["=", "<=", ">="]), _connector="OR"
                        ),
                        name="deals_exchange_operator_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Priority",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=200)),
                ("must", models.BooleanField(default=False)),
                ("who", models.CharField(blank=True, max_length=160)),
                ("confirmed_on", models.DateField(blank=True, null=True)),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="priorities",
                        to="deals.deal",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "priorities",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$", "Three capital letters, like EUR."
                            )
                        ],
                    ),
                ),
                ("list_price", models.DecimalField(decimal_places=4, max_digits=14)),
                ("cost", models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True)),
                ("floor", models.DecimalField(decimal_places=4, default=0, max_digits=14)),
                ("from_date", models.DateField(verbose_name="from")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="deals.product"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "currency", "from_date"), name="deals_price_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("list_price__gte", 0),
                            ("floor__gte", 0),
                            models.Q(("cost__isnull", True), ("cost__gte", 0), _connector="OR"),
                        ),
                        name="deals_price_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="deals_price_currency"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DraftLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("key", models.CharField(max_length=40)),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=14)),
                ("list_price", models.DecimalField(decimal_places=4, max_digits=14)),
                ("tier", models.DecimalField(decimal_places=6, default=0, max_digits=9)),
                ("cost", models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True)),
                ("floor", models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True)),
                (
                    "target",
                    models.DecimalField(
                        decimal_places=6,
                        max_digits=9,
                        validators=[
                            django.core.validators.MinValueValidator(-100),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "walk_away",
                    models.DecimalField(
                        decimal_places=6,
                        max_digits=9,
                        validators=[
                            django.core.validators.MinValueValidator(-100),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="deals.deal"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deals.product"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("deal", "key"), name="deals_line_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="deals_line_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("target__gte", -100), ("walk_away__lte", 100)),
                        name="deals_line_percent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("walk_away__gte", models.F("target"))),
                        name="deals_line_walk_away_not_safer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$", "Three capital letters, like EUR."
                            )
                        ],
                    ),
                ),
                ("date", models.DateField()),
                ("rate", models.DecimalField(decimal_places=8, max_digits=18)),
                ("source", models.CharField(max_length=60)),
                ("entered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="deals_rate_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="deals_rate_currency"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("currency", "date"),
                        name="deals_rate_once_a_day",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="facts_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."date" IS DISTINCT FROM (NEW."date") OR OLD."rate" IS DISTINCT FROM (NEW."rate") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."entered_by_id" IS DISTINCT FROM (NEW."entered_by_id") OR OLD."entered_at" IS DISTINCT FROM (NEW."entered_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="44b0e1ce84792bec0276d466890be72a0cc8a283",
                            operation="UPDATE",
                            pgid="pgtrigger_facts_stay_fd088",
                            table="deals_rate",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="6aade5c43818d84ed32644d85bae6967ddb3dd8b",
                            operation="DELETE",
                            pgid="pgtrigger_rows_stay_d7680",
                            table="deals_rate",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("document", models.TextField(help_text="The whole ask and brief, canonical JSON.")),
                ("sha256", models.CharField(max_length=64)),
                ("terms_hash", models.CharField(max_length=64)),
                ("measured_target", models.TextField()),
                ("measured_walk_away", models.TextField()),
                ("list_total", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ("net_target", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                (
                    "net_walk_away",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True),
                ),
                (
                    "margin_target",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=16, null=True),
                ),
                (
                    "margin_walk_away",
                    models.DecimalField(blank=True, decimal_places=1, max_digits=16, null=True),
                ),
                ("currency", models.CharField(max_length=3)),
                ("rate", models.DecimalField(decimal_places=8, max_digits=18)),
                ("created_at", models.DateTimeField()),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="deals.deal"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rate_date",
                    models.DateField(blank=True, help_text="Empty in the company's own currency.", null=True),
                ),
                ("rate_source", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "ordering": ["deal", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("deal", "number"), name="deals_revision_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="deals_revision_number_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gt", 0)), name="deals_revision_rate_positive"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="280ae432247bc5a15323615f9551ae56464add2b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_fa821",
                            table="deals_revision",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Success",
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
                ("text", models.CharField(max_length=300)),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="successes", to="deals.deal"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "success",
                "constraints": [
                    models.UniqueConstraint(fields=("deal", "function"), name="deals_success_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Tier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_quantity", models.DecimalField(decimal_places=4, max_digits=14)),
                (
                    "percent",
                    models.DecimalField(
                        decimal_places=6,
                        max_digits=9,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tiers", to="deals.product"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("product", "from_quantity"), name="deals_tier_once"),
                    models.CheckConstraint(
                        condition=models.Q(("from_quantity__gt", 0)), name="deals_tier_from_quantity"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent__gte", 0), ("percent__lte", 100)),
                        name="deals_tier_percent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(help_text="The name of the file.", max_length=200)),
                ("source", models.CharField(max_length=50)),
                ("mapping", models.TextField()),
                ("file", models.CharField(help_text="Below the media folder.", max_length=200)),
                (
                    "tables",
                    models.JSONField(blank=True, default=dict, help_text="Further tables: name → file."),
                ),
                ("header", models.JSONField(blank=True, default=list)),
                ("sha256", models.CharField(max_length=64)),
                ("encoding", models.CharField(max_length=20)),
                ("delimiter", models.CharField(max_length=10)),
                ("dry_run", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("checked", "Ready to start"),
                            ("running", "Running"),
                            ("stopped", "Stopped"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="checked",
                        max_length=7,
                    ),
                ),
                ("rows_total", models.PositiveIntegerField(default=0)),
                ("rows_read", models.PositiveIntegerField(default=0)),
                ("rows_refused", models.PositiveIntegerField(default=0)),
                ("deals_total", models.PositiveIntegerField(default=0)),
                ("deals_new", models.PositiveIntegerField(default=0)),
                ("deals_same", models.PositiveIntegerField(default=0)),
                ("deals_refused", models.PositiveIntegerField(default=0)),
                ("staged", models.BooleanField(default=False)),
                ("past_day", models.DateField(blank=True, null=True)),
                ("past_key", models.CharField(blank=True, db_collation="C", max_length=120)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "beat_at",
                    models.DateTimeField(blank=True, help_text="The end of its last batch.", null=True),
                ),
                ("error", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to="guardrails.policyversion",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["checked", "running", "stopped", "done", "failed"])
                        ),
                        name="deals_import_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="deals_import_hashed"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRefusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "row",
                    models.PositiveIntegerField(
                        help_text="As a spreadsheet counts them; the header is row 1."
                    ),
                ),
                ("column", models.CharField(blank=True, max_length=200)),
                ("value", models.TextField(blank=True)),
                ("reason", models.TextField()),
                ("cells", models.TextField(blank=True, help_text="The row's own cells, a JSON list.")),
                (
                    "origin",
                    models.ForeignKey(
                        db_column="import_id",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refusals",
                        to="deals.import",
                    ),
                ),
            ],
            options={
                "ordering": ["row", "pk"],
                "indexes": [models.Index(fields=["origin", "row"], name="deals_importrefusal_by_row")],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("key", models.CharField(db_collation="C", max_length=120)),
                ("day", models.DateField()),
                ("cells", models.TextField()),
                ("fault", models.TextField(blank=True)),
                (
                    "origin",
                    models.ForeignKey(
                        db_column="import_id",
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="deals.import",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["origin", "day", "key", "number"], name="deals_importrow_in_order")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("origin", "number"), name="deals_importrow_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Judged",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("evaluation_target", models.TextField()),
                ("evaluation_walk_away", models.TextField()),
                ("needs", models.JSONField(blank=True, default=dict)),
                ("content", models.CharField(max_length=64)),
                ("list_signed", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ("net_signed", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                (
                    "origin",
                    models.ForeignKey(
                        blank=True,
                        db_column="import_id",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judged",
                        to="deals.import",
                    ),
                ),
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judged",
                        to="deals.revision",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judged",
                        to="guardrails.policyversion",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "judged",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("content__regex", "^[0-9a-f]{64}$")), name="deals_judged_hashed"
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="54d40ccd3aa92fba5d23060db78e785f64e73f28",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_immutable_f2449",
                            table="deals_judged",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120)),
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
                        max_length=20,
                    ),
                ),
                ("value", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ("position", models.CharField(blank=True, max_length=60)),
                ("why", models.TextField()),
                ("in_return", models.TextField(blank=True)),
                ("precedent", models.BooleanField(default=False)),
                ("until", models.DateField(help_text="The last day on which a deal may ask by it.")),
                ("granted_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_reason", models.TextField(blank=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="deals.account",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="granted_exceptions",
                        to="deals.deal",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
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
                "ordering": ["-granted_at", "-pk"],
                "indexes": [models.Index(fields=["account", "until"], name="deals_exception_of_account")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("value", None), models.Q(("position", ""), _negated=True)),
                            models.Q(("position", ""), ("value__isnull", False)),
                            _connector="OR",
                        ),
                        name="deals_exception_goes_so_far",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at", None), ("revoked_by", None), ("revoked_reason", "")),
                            models.Q(
                                ("revoked_at__isnull", False),
                                ("revoked_by__isnull", False),
                                models.Q(("revoked_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="deals_exception_revoked_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DraftException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120)),
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
                        max_length=20,
                    ),
                ),
                ("value", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ("why", models.TextField()),
                ("in_return", models.TextField(blank=True)),
                ("precedent", models.BooleanField(default=False)),
                (
                    "lasts",
                    models.CharField(
                        choices=[("deal", "This deal alone"), ("account", "Every deal of the account")],
                        default="deal",
                        max_length=7,
                    ),
                ),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptions",
                        to="deals.deal",
                    ),
                ),
            ],
            options={
                "ordering": ["key", "function"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("deal", "key", "function"), name="deals_exception_asked_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="deals_exception_has_its_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lasts", "deal"), ("until", None)),
                            models.Q(("lasts", "account"), ("until__isnull", False)),
                            _connector="OR",
                        ),
                        name="deals_exception_of_account_ends",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            sql="CREATE SEQUENCE deals_number START 1285",
            reverse_sql="DROP SEQUENCE deals_number",
        ),
    ]
