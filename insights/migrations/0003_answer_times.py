import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0008_recompute_deadlines"),
        ("insights", "0002_precedents"),
    ]

    operations = [
        migrations.CreateModel(
            name="Answered",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("function", models.CharField(max_length=20)),
                (
                    "level",
                    models.PositiveSmallIntegerField(help_text="The level that was asked, whoever answered."),
                ),
                ("minutes", models.PositiveIntegerField()),
                ("answered_at", models.DateTimeField()),
                (
                    "step",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.step"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["function", "level", "-answered_at"],
                        include=["minutes"],
                        name="insights_answered_lately",
                    )
                ],
            },
        ),
    ]
