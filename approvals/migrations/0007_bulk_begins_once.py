from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0006_conditions_and_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulk",
            name="once",
            field=models.UUIDField(
                help_text="Of the form: sent twice, it begins once.", null=True, unique=True
            ),
        ),
    ]
