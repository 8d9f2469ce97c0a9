from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ledger", "0003_heartbeats")]

    operations = [
        AddIndexConcurrently(
            model_name="effect",
            index=models.Index(
                condition=models.Q(("state", "pending"), models.Q(("last_error", ""), _negated=True)),
                fields=["due_at"],
                name="ledger_effect_failed",
            ),
        ),
        AddIndexConcurrently(
            model_name="effect",
            index=models.Index(
                condition=models.Q(("state", "done")), fields=["done_at"], name="ledger_effect_done"
            ),
        ),
    ]
