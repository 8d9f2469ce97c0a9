import pgtrigger.compiler
import pgtrigger.migrations
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
    dependencies = [("ledger", "0004_effects_watched")]

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
        ),
        migrations.AddConstraint(
            model_name="server",
            constraint=models.UniqueConstraint(fields=("base",), name="ledger_server_base_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="server",
            trigger=pgtrigger.compiler.Trigger(
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
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="server",
            trigger=pgtrigger.compiler.Trigger(
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
        ),
        migrations.RunSQL(CREATE, "DROP FUNCTION ledger_txid()"),
        migrations.AlterField(
            model_name="event",
            name="txid",
            field=models.BigIntegerField(
                db_default=models.Func(function="ledger_txid", output_field=models.BigIntegerField()),
                editable=False,
            ),
        ),
    ]
