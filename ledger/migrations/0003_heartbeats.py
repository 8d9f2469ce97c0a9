from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_followers")]

    operations = [
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
        ),
        migrations.AddConstraint(
            model_name="heartbeat",
            constraint=models.UniqueConstraint(
                fields=("role", "name"), name="ledger_heartbeat_one_per_process"
            ),
        ),
        migrations.AddConstraint(
            model_name="heartbeat",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["worker", "beat"])), name="ledger_heartbeat_role_known"
            ),
        ),
    ]
