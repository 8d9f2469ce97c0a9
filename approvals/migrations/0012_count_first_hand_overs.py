from django.db import migrations
from django.db.models import F


def count(apps, schema_editor):
    """A seat that was handed over before escalations were counted has passed the next level."""
    apps.get_model("approvals", "Step").objects.filter(held_level__gt=F("level")).update(passed=1)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0011_escalation_paths")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
