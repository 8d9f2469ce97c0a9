from django.db import migrations, models

import people.validators


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_absences"),
    ]

    operations = [
        migrations.AddField(
            model_name="functioncalendar",
            name="lunch_from",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="functioncalendar",
            name="lunch_until",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="functioncalendar",
            name="other_hours",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text='Days that differ: {"5": ["-15:00"], "12-24": ["09:00-13:00"], "2026-12-31": []}',
                validators=[people.validators.validate_other_hours],
            ),
        ),
        migrations.AddConstraint(
            model_name="functioncalendar",
            constraint=models.CheckConstraint(
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
        ),
    ]
