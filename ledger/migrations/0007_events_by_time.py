from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("ledger", "0006_effects_in_order")]

    operations = [
        AddIndexConcurrently("event", models.Index(fields=["at", "id"], name="ledger_event_by_time")),
        AddIndexConcurrently("event", models.Index(fields=["kind", "at", "id"], name="ledger_event_of_kind")),
        AddIndexConcurrently(
            "event", models.Index(fields=["actor", "at", "id"], name="ledger_event_by_actor")
        ),
    ]
