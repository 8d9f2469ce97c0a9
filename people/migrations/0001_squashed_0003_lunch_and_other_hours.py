"""What the first 3 migrations make, in one go: for an empty database. Whoever has them all goes on as if this had run."""

import datetime

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import people.validators


class Migration(migrations.Migration):
    replaces = [
        ("people", "0001_initial"),
        ("people", "0002_absences"),
        ("people", "0003_lunch_and_other_hours"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="FunctionCalendar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        choices=[
                            ("sales", "Sales"),
                            ("finance", "Finance"),
                            ("legal", "Legal"),
                            ("operations", "Operations"),
                            ("executive", "Executive"),
                            ("desk", "Deal desk"),
                            ("auditor", "Audit"),
                        ],
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        default="Europe/Berlin",
                        max_length=64,
                        validators=[people.validators.validate_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("opens", models.TimeField(default=datetime.time(9, 0))),
                ("closes", models.TimeField(default=datetime.time(17, 0))),
                (
                    "workdays",
                    models.CharField(
                        default="12345",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[1-7]+$", "Write the working days as digits: 1 is Monday, 7 is Sunday."
                            )
                        ],
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        help_text="Public holidays, like “DE” or “DE-BE”.",
                        max_length=9,
                        validators=[people.validators.validate_country],
                    ),
                ),
                (
                    "holidays",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='["2026-12-24"]',
                        validators=[people.validators.validate_dates],
                        verbose_name="further days off",
                    ),
                ),
                ("lunch_from", models.TimeField(blank=True, null=True)),
                ("lunch_until", models.TimeField(blank=True, null=True)),
                (
                    "other_hours",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Days that differ: {"5": ["-15:00"], "12-24": ["09:00-13:00"], "2026-12-31": []}',
                        validators=[people.validators.validate_other_hours],
                    ),
                ),
            ],
            options={
                "verbose_name": "working hours",
                "verbose_name_plural": "working hours",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens"))),
                        name="people_calendar_closes_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("workdays__regex", "^[1-7]+$")),
                        name="people_calendar_has_workdays",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lunch_from", None), ("lunch_until", None)),
                            models.Q(
                                ("closes__gt", models.F("lunch_until")),
                                ("lunch_from__gt", models.F("opens")),
                                ("lunch_from__isnull", False),
                                ("lunch_until__gt", models.F("lunch_from")),
                                ("lunch_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="people_calendar_lunch_lies_inside",
                        violation_error_message="A lunch break begins and ends within the working hours.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("region", models.CharField(max_length=60)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name",), name="people_team_name_once")],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                ("name", models.CharField(max_length=120)),
                (
                    "function",
                    models.CharField(
                        choices=[
                            ("sales", "Sales"),
                            ("finance", "Finance"),
                            ("legal", "Legal"),
                            ("operations", "Operations"),
                            ("executive", "Executive"),
                            ("desk", "Deal desk"),
                            ("auditor", "Audit"),
                        ],
                        max_length=12,
                    ),
                ),
                ("job_title", models.CharField(blank=True, max_length=120)),
                (
                    "timezone",
                    models.CharField(
                        default="Europe/Berlin",
                        max_length=64,
                        validators=[people.validators.validate_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        blank=True,
                        choices=[("", "As my device"), ("light", "Light"), ("dark", "Dark")],
                        default="",
                        max_length=5,
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                (
                    "is_staff",
                    models.BooleanField(default=False, verbose_name="may open the administration pages"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who steps in next.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="people_user_email_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "function__in",
                                ["sales", "finance", "legal", "operations", "executive", "desk", "auditor"],
                            )
                        ),
                        name="people_user_function_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("theme__in", ["", "light", "dark"])),
                        name="people_user_theme_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manager__isnull", True),
                            models.Q(("manager", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="people_user_not_own_manager",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="team",
            name="leader",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="teams_led",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="Authority",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        choices=[
                            ("sales", "Sales"),
                            ("finance", "Finance"),
                            ("legal", "Legal"),
                            ("operations", "Operations"),
                            ("executive", "Executive"),
                            ("desk", "Deal desk"),
                            ("auditor", "Audit"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                (
                    "region",
                    models.CharField(blank=True, help_text="Leave empty for all regions.", max_length=60),
                ),
                ("since", models.DateField()),
                (
                    "until",
                    models.DateField(blank=True, help_text="The first day on which it is over.", null=True),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authorities",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "authority",
                "indexes": [models.Index(fields=["function", "level"], name="people_authority_level")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1)), name="people_authority_level_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "function__in",
                                ["sales", "finance", "legal", "operations", "executive", "desk", "auditor"],
                            )
                        ),
                        name="people_authority_function_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"
                        ),
                        name="people_authority_ends_after_start",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("user", "function", "level", "region"),
                        name="people_authority_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sales", "Sales"),
                            ("finance", "Finance"),
                            ("legal", "Legal"),
                            ("operations", "Operations"),
                            ("executive", "Executive"),
                            ("desk", "Deal desk"),
                            ("auditor", "Audit"),
                        ],
                        help_text="Empty: all functions.",
                        max_length=12,
                    ),
                ),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField(help_text="The first instant back.")),
                (
                    "source",
                    models.CharField(
                        choices=[("form", "Written down"), ("calendar", "From a calendar")],
                        default="form",
                        max_length=8,
                    ),
                ),
                (
                    "uid",
                    models.CharField(
                        blank=True, help_text="The event in the calendar, and its start.", max_length=300
                    ),
                ),
                ("set_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, help_text="Ended before its time.", null=True)),
                (
                    "delegate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stands_in",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["starts", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["ends"],
                        name="people_absence_not_over",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("starts"))),
                        name="people_absence_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delegate__isnull", True),
                            models.Q(("delegate", models.F("user")), _negated=True),
                            _connector="OR",
                        ),
                        name="people_absence_nobody_stands_in_for_themselves",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("function", ""),
                            (
                                "function__in",
                                ["sales", "finance", "legal", "operations", "executive", "desk", "auditor"],
                            ),
                            _connector="OR",
                        ),
                        name="people_absence_function_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "form"), ("uid", "")),
                            models.Q(("source", "calendar"), models.Q(("uid", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="people_absence_calendar_names_its_event",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="people_absence_is_ended_by_someone",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("source", "calendar")),
                        fields=("user", "uid"),
                        name="people_absence_one_per_event",
                    ),
                ],
            },
        ),
    ]
