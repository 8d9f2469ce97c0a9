from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ledger", "0005_servers")]

    operations = [
        AddIndexConcurrently(
            model_name="effect",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["due_at", "id"],
                name="ledger_effect_in_order",
            ),
        ),
        RemoveIndexConcurrently(model_name="effect", name="ledger_effect_due"),
    ]
