import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = """
    UPDATE approvals_hold SET deal_id = request.deal_id
    FROM approvals_request AS request WHERE request.id = approvals_hold.request_id;
    SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0006_salt_hashes"),
        ("approvals", "0004_desk_verbs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(name="hold", options={"ordering": ["at", "pk"]}),
        migrations.AddField(
            model_name="hold",
            name="deal",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="deals.deal",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="hold",
            name="deal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="deals.deal",
            ),
        ),
        migrations.AlterField(
            model_name="hold",
            name="request",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="approvals.request",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="release_by",
            field=models.ForeignKey(
                blank=True,
                help_text="Who may release it. Empty: the deal desk.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="cause",
            field=models.CharField(
                blank=True,
                default="",
                help_text="What placed it, as in concern:12; only that releases it.",
                max_length=40,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="hold",
            name="note",
            field=models.TextField(
                blank=True, default="", help_text="What settled it. Empty when it ended with its request."
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="hold_has_its_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("released_at__isnull", False),
                    models.Q(("note", ""), ("released_by", None)),
                    _connector="OR",
                ),
                name="open_hold_is_not_released",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("released_by", None), models.Q(("note", ""), _negated=True), _connector="OR"
                ),
                name="released_hold_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at", None), models.Q(("cause", ""), _negated=True)),
                fields=("cause",),
                name="one_open_hold_per_cause",
            ),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("released_at", None)), fields=["deal"], name="open_hold_by_deal"
            ),
        ),
    ]
