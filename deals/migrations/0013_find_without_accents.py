import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations

import base.accents


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("deals", "0012_find_deals")]

    operations = [
        AddIndexConcurrently(
            model_name="account",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector(base.accents.Plain("name"), config="simple"),
                name="deals_account_name_plain",
            ),
        ),
        AddIndexConcurrently(
            model_name="deal",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector(base.accents.Plain("title"), config="simple"),
                name="deals_deal_title_plain",
            ),
        ),
        RemoveIndexConcurrently(model_name="account", name="deals_account_name_words"),
        RemoveIndexConcurrently(model_name="deal", name="deals_deal_title_words"),
    ]
