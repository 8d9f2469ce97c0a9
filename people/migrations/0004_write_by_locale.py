from django.db import migrations, models

import people.models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_lunch_and_other_hours")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="locale",
            field=models.CharField(
                choices=people.models.locales,
                db_default="en",
                default="en",
                max_length=12,
                verbose_name="numbers and dates",
            ),
        )
    ]
