"""Past deals brought in from a file: the import, what of it could not land, and what the policy said."""

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.models.revision import Revision
from guardrails.models import PolicyVersion

if TYPE_CHECKING:
    from pathlib import Path

HASH = r"^[0-9a-f]{64}$"


class Import(models.Model):
    """One file of past deals and how far it has come. `header`: its columns, in order.

    `staged`: every row is in `ImportRow`. `past_day`, `past_key`: the last deal that was looked at; what
    comes after it is still to be landed.
    """

    class Status(models.TextChoices):
        CHECKED = "checked", _("Ready to start")
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    name = models.CharField(max_length=200, help_text=_("The name of the file."))
    source = models.CharField(max_length=50)
    mapping = models.TextField()
    file = models.CharField(max_length=200, help_text=_("Below the media folder."))
    tables = models.JSONField(default=dict, blank=True, help_text=_("Further tables: name → file."))
    header = models.JSONField(default=list, blank=True)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=10)
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="imports")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="imports"
    )
    dry_run = models.BooleanField(default=False)
    status = models.CharField(max_length=7, choices=Status, default=Status.CHECKED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_read = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    deals_total = models.PositiveIntegerField(default=0)
    deals_new = models.PositiveIntegerField(default=0)
    deals_same = models.PositiveIntegerField(default=0)
    deals_refused = models.PositiveIntegerField(default=0)
    staged = models.BooleanField(default=False)
    past_day = models.DateField(null=True, blank=True)
    past_key = models.CharField(max_length=120, blank=True, db_collation="C")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True, help_text=_("The end of its last batch."))
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["checked", "running", "stopped", "done", "failed"]),
                name="deals_import_status_known",
            ),
            models.CheckConstraint(condition=Q(sha256__regex=HASH), name="deals_import_hashed"),
        ]

    def __str__(self) -> str:
        return f"{self.name} as {self.source}"

    @property
    def stream(self) -> str:
        """Where the ledger keeps what happened to this import; also the holder of its effects."""
        return f"import:{self.pk}"

    @property
    def path(self) -> "Path":
        """The stored file."""
        path: Path = settings.MEDIA_ROOT / self.file
        return path

    @property
    def table_paths(self) -> "dict[str, Path]":
        """The stored files of further tables, by name."""
        return {name: settings.MEDIA_ROOT / file for name, file in self.tables.items()}

    @property
    def deals_seen(self) -> int:
        """Landed, in already or refused: done with."""
        return self.deals_new + self.deals_same + self.deals_refused


class ImportRow(models.Model):
    """A row of the file that waits to be landed; gone once the import is done. `day`: that of its deal.

    `cells`: the row's own, a JSON list. `fault`: what is wrong with the row as such, else empty.
    """

    origin = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="rows", db_column="import_id", db_index=False
    )
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=120, db_collation="C")
    day = models.DateField()
    cells = models.TextField()
    fault = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "number"], name="deals_importrow_once"),
        ]
        indexes = [
            models.Index(fields=["origin", "day", "key", "number"], name="deals_importrow_in_order"),
        ]

    def __str__(self) -> str:
        return f"row {self.number}"


class ImportRefusal(models.Model):
    """A row that did not land, and why. `column` empty: its deal is refused for another row."""

    origin = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="refusals", db_column="import_id", db_index=False
    )
    row = models.PositiveIntegerField(help_text=_("As a spreadsheet counts them; the header is row 1."))
    column = models.CharField(max_length=200, blank=True)
    value = models.TextField(blank=True)
    reason = models.TextField()
    cells = models.TextField(blank=True, help_text=_("The row's own cells, a JSON list."))

    class Meta:
        ordering = ["row", "pk"]
        indexes = [models.Index(fields=["origin", "row"], name="deals_importrefusal_by_row")]

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"


class Judged(models.Model):
    """What the policy said of a past deal when it landed. Nobody was asked: a `never` is recorded too.

    `evaluation_…`: canonical JSON of a guardrails evaluation; both are the same text when both ends are.
    `needs`: function → level at the walk-away. `content`: hash of what the source said of the deal.
    `list_signed`, `net_signed`: what was won counts with this for later deals of the account; in the deal's
    currency, empty when it was not won or has no price.
    """

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="judged")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="judged")
    evaluation_target = models.TextField()
    evaluation_walk_away = models.TextField()
    needs = models.JSONField(default=dict, blank=True)
    content = models.CharField(max_length=64)
    list_signed = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    net_signed = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    origin = models.ForeignKey(
        Import,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="judged",
        db_column="import_id",
    )

    class Meta:
        verbose_name_plural = _("judged")
        constraints = [
            models.CheckConstraint(condition=Q(content__regex=HASH), name="deals_judged_hashed"),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.revision} under {self.version}"
