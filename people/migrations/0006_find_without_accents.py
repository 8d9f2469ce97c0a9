import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations

import base.accents


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "0005_find_people")]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector(
                    base.accents.Plain("name"), base.accents.Plain("job_title"), config="simple"
                ),
                name="people_user_plain",
            ),
        ),
        RemoveIndexConcurrently(model_name="user", name="people_user_words"),
    ]
