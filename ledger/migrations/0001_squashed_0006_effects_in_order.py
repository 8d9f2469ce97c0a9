"""What the first 6 migrations make, in one go: for an empty database. Whoever has them all goes on as if this had run."""

import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

# As its owner, so that whoever may add an event needs no right on the table: not even while a release is
# being migrated and the version before it still serves.
CREATE = """
    CREATE FUNCTION ledger_txid() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
        SELECT pg_catalog.pg_current_xact_id()::text::bigint
             + coalesce((SELECT pg_catalog.max(base) FROM public.ledger_server), 0)
    $$
"""


class Migration(migrations.Migration):
    replaces = [
        ("ledger", "0001_initial"),
        ("ledger", "0002_followers"),
        ("ledger", "0003_heartbeats"),
        ("ledger", "0004_effects_watched"),
        ("ledger", "0005_servers"),
        ("ledger", "0006_effects_in_order"),
    ]

    initial = True

    dependencies = [
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Server",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("base", models.BigIntegerField()),
                ("since", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("base",), name="ledger_server_base_once")],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="9a94a1bc5daf1a8d087f6fc2606691a7cd7bc86f",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_rows_stay_be850",
                            table="ledger_server",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="table_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                            hash="3cf9fd177acc79d7316ed2af8395810d04ea027c",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_table_stays_473e4",
                            table="ledger_server",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            sql=CREATE,
            reverse_sql="DROP FUNCTION ledger_txid()",
        ),
        migrations.CreateModel(
            name="Effect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                (
                    "key",
                    models.CharField(
                        help_text="What it belongs to, as in step:12; cancelled with it.", max_length=128
                    ),
                ),
                ("dedupe_key", models.CharField(max_length=200)),
                ("planned_for", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("parked", "Parked"),
                        ],
                        default="pending",
                        max_length=9,
                    ),
                ),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, help_text="Tries begun, crashed ones too."),
                ),
                ("last_error", models.TextField(blank=True)),
                ("payload", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["key"],
                        name="ledger_effect_of_key",
                        opclasses=["varchar_pattern_ops"],
                    ),
                    models.Index(
                        condition=models.Q(("state", "parked")), fields=["id"], name="ledger_effect_parked"
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending"), models.Q(("last_error", ""), _negated=True)),
                        fields=["due_at"],
                        name="ledger_effect_failed",
                    ),
                    models.Index(
                        condition=models.Q(("state", "done")), fields=["done_at"], name="ledger_effect_done"
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["due_at", "id"],
                        name="ledger_effect_in_order",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("dedupe_key",), name="ledger_effect_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "done", "cancelled", "parked"])),
                        name="ledger_effect_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("state", "done")),
                            models.Q(models.Q(("state", "done"), _negated=True), ("done_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="ledger_effect_done_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stream", models.CharField(max_length=64)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("hash", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("stream",), name="ledger_head_one_per_stream"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hash", ""), ("sequence", 0)),
                            models.Q(("hash__regex", "^[0-9a-f]{64}$"), ("sequence__gt", 0)),
                            _connector="OR",
                        ),
                        name="ledger_head_hashed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sweep",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="ledger_sweep_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stream", models.CharField(max_length=64)),
                ("sequence", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("body", models.TextField()),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "txid",
                    models.BigIntegerField(
                        db_default=models.Func(function="ledger_txid", output_field=models.BigIntegerField()),
                        editable=False,
                    ),
                ),
                (
                    "acting_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["txid", "id"], name="ledger_event_by_txid")],
                "constraints": [
                    models.UniqueConstraint(fields=("stream", "sequence"), name="ledger_event_place_once"),
                    models.UniqueConstraint(fields=("hash",), name="ledger_event_hash_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("previous", ""), ("sequence", 1)),
                            models.Q(("previous__regex", "^[0-9a-f]{64}$"), ("sequence__gt", 1)),
                            _connector="OR",
                        ),
                        name="ledger_event_follows",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")), name="ledger_event_hashed"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("acting_for__isnull", True),
                            models.Q(
                                ("actor__isnull", False),
                                models.Q(("acting_for", models.F("actor")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ledger_event_acting_for_another",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="rows_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="cfb75c350537bea472723bea0444d2b605087596",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_rows_stay_00774",
                            table="ledger_event",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="table_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                            hash="800ddf8685132250082c753c2665ea4272972a11",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_table_stays_478f5",
                            table="ledger_event",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("txid", models.BigIntegerField(default=0)),
                ("event", models.BigIntegerField(default=0)),
                ("moved_at", models.DateTimeField()),
                ("last_error", models.TextField(blank=True, help_text="Why it stands still.")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name",), name="ledger_follower_once")],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(choices=[("worker", "Worker"), ("beat", "Scheduler")], max_length=6),
                ),
                ("name", models.CharField(help_text="Of the process, as in celery@host.", max_length=200)),
                ("began_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("role", "name"), name="ledger_heartbeat_one_per_process"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["worker", "beat"])),
                        name="ledger_heartbeat_role_known",
                    ),
                ],
            },
        ),
    ]
