from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("guardrails", "0002_quarter_end")]

    operations = [
        migrations.AddField(
            "policyversion",
            "review_typed",
            models.BooleanField(
                default=False,
                db_default=False,
                help_text="Entered on the command line: the name is what the operator typed.",
            ),
        ),
    ]
