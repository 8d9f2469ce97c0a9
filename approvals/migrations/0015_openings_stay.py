import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0014_first_openings"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="opening",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8ae279ceeb4fba2f4080a9e6f03987550f093642",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c850d",
                    table="approvals_opening",
                    when="BEFORE",
                ),
            ),
        ),
    ]
