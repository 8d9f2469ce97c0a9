"""What the first migration makes, in one go: for an empty database. Whoever has them all goes on as if this had run."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("notices", "0001_first")]

    initial = True

    dependencies = [
        ("people", "0003_lunch_and_other_hours"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="preference",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decisions_mail",
                    models.CharField(
                        choices=[("now", "At once"), ("daily", "Once a day"), ("off", "Off")],
                        default="now",
                        max_length=5,
                    ),
                ),
                (
                    "decisions_chat",
                    models.CharField(
                        choices=[("now", "At once"), ("off", "Off")], default="now", max_length=5
                    ),
                ),
                (
                    "outcomes_mail",
                    models.CharField(
                        choices=[("now", "At once"), ("daily", "Once a day"), ("off", "Off")],
                        default="now",
                        max_length=5,
                    ),
                ),
                (
                    "outcomes_chat",
                    models.CharField(
                        choices=[("now", "At once"), ("off", "Off")], default="now", max_length=5
                    ),
                ),
                (
                    "tasks_mail",
                    models.CharField(
                        choices=[("now", "At once"), ("daily", "Once a day"), ("off", "Off")],
                        default="now",
                        max_length=5,
                    ),
                ),
                (
                    "tasks_chat",
                    models.CharField(
                        choices=[("now", "At once"), ("off", "Off")], default="now", max_length=5
                    ),
                ),
                (
                    "watched_mail",
                    models.CharField(
                        choices=[("now", "At once"), ("daily", "Once a day"), ("off", "Off")],
                        default="now",
                        max_length=5,
                    ),
                ),
                (
                    "watched_chat",
                    models.CharField(
                        choices=[("now", "At once"), ("off", "Off")], default="now", max_length=5
                    ),
                ),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("digest_at", models.TimeField(default=datetime.time(8, 0))),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(
                                ("quiet_from__isnull", False),
                                ("quiet_until__isnull", False),
                                models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="notices_quiet_from_until",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decisions_chat", "off"), ("decisions_mail", "off"), _negated=True
                        ),
                        name="notices_decisions_not_silenced",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.TextField()),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chat",
                        to="people.team",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chat",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("team__isnull", False), ("user__isnull", True)),
                            models.Q(("team__isnull", True), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="notices_channel_of_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                (
                    "stream",
                    models.CharField(blank=True, help_text="What it is about, as in deal:12.", max_length=64),
                ),
                ("key", models.CharField(max_length=180)),
                ("subject", models.TextField()),
                ("text", models.TextField(blank=True)),
                ("path", models.CharField(help_text="The page that it is about.", max_length=200)),
                (
                    "link",
                    models.CharField(
                        blank=True, help_text="Where a message leads; it holds {token}.", max_length=200
                    ),
                ),
                ("sealed", models.CharField(blank=True, max_length=64)),
                (
                    "lines",
                    models.JSONField(
                        blank=True, default=list, help_text="Several things: text and path of each."
                    ),
                ),
                ("at", models.DateTimeField(help_text="From when it is in the inbox.")),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "waits_until",
                    models.DateTimeField(
                        blank=True, help_text="When its mail gathers with others.", null=True
                    ),
                ),
                ("gathered_by", models.CharField(blank=True, max_length=200)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["user", "at"], name="notices_unread"
                    ),
                    models.Index(fields=["user", "-at"], name="notices_of_person"),
                    models.Index(
                        condition=models.Q(("gathered_by", ""), ("waits_until__isnull", False)),
                        fields=["user"],
                        name="notices_to_gather",
                    ),
                    models.Index(
                        condition=models.Q(("gathered_by", ""), _negated=True),
                        fields=["gathered_by"],
                        name="notices_gathered",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="notices_notice_once"),
                    models.CheckConstraint(
                        condition=models.Q(("subject", ""), _negated=True),
                        name="notices_notice_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("read_at__isnull", True), ("read_at__gte", models.F("at")), _connector="OR"
                        ),
                        name="notices_read_after_it_came",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gathered_by", ""), ("waits_until__isnull", False), _connector="OR"
                        ),
                        name="notices_gathered_had_waited",
                    ),
                ],
            },
        ),
    ]
