"""What happened (events, never changed) and what is due (effects)."""

import json
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

HASH = r"^[0-9a-f]{64}$"
TABLE_STAYS = pgtrigger.Trigger(
    name="table_stays",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Truncate,
    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
)


class EventQuerySet(models.QuerySet["Event"]):
    def of(self, stream: str) -> "EventQuerySet":
        """The events of one stream, first to last."""
        return self.filter(stream=stream).order_by("sequence")

    def after(self, place: tuple[int, int]) -> "EventQuerySet":
        """What stands behind the place (txid, id), in that order. ledger/follow.py says how far to read."""
        txid, event = place
        return self.filter(Q(txid__gt=txid) | Q(pk__gt=event), txid__gte=txid).order_by("txid", "pk")


class Event(models.Model):
    """One state change. `body` is canonical JSON of ids, hashes and numbers: never names, never free text."""

    stream = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    body = models.TextField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    txid = models.BigIntegerField(
        db_default=Func(function="ledger_txid", output_field=models.BigIntegerField()),
        editable=False,
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "sequence"], name="ledger_event_place_once"),
            models.UniqueConstraint(fields=["hash"], name="ledger_event_hash_once"),
            models.CheckConstraint(
                condition=Q(sequence=1, previous="") | Q(sequence__gt=1, previous__regex=HASH),
                name="ledger_event_follows",
            ),
            models.CheckConstraint(condition=Q(hash__regex=HASH), name="ledger_event_hashed"),
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | (Q(actor__isnull=False) & ~Q(acting_for=F("actor"))),
                name="ledger_event_acting_for_another",
            ),
        ]
        indexes = [
            models.Index(fields=["txid", "id"], name="ledger_event_by_txid"),
            # the record of everything is read by time, by kind and by person
            models.Index(fields=["at", "id"], name="ledger_event_by_time"),
            models.Index(fields=["kind", "at", "id"], name="ledger_event_of_kind"),
            models.Index(fields=["actor", "at", "id"], name="ledger_event_by_actor"),
        ]
        triggers = [
            pgtrigger.Protect(name="rows_stay", operation=pgtrigger.Update | pgtrigger.Delete),
            TABLE_STAYS,
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.sequence}: {self.kind}"

    @property
    def facts(self) -> dict[str, Any]:
        """The body, read. Decimals and times are texts."""
        read: dict[str, Any] = json.loads(self.body)
        return read


class Head(models.Model):
    """The last event of a stream. Its row is the lock under which the stream grows."""

    stream = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream"], name="ledger_head_one_per_stream"),
            models.CheckConstraint(
                condition=Q(sequence=0, hash="") | Q(sequence__gt=0, hash__regex=HASH),
                name="ledger_head_hashed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream} up to {self.sequence}"


class Effect(models.Model):
    """What is due: a timer or a delivery. `due_at` moves with each retry; `planned_for` does not."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        PARKED = "parked", _("Parked")

    kind = models.CharField(max_length=40)
    key = models.CharField(
        max_length=128, help_text=_("What it belongs to, as in step:12; cancelled with it.")
    )
    dedupe_key = models.CharField(max_length=200)
    planned_for = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text=_("Tries begun, crashed ones too."))
    last_error = models.TextField(blank=True)
    payload = models.TextField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="ledger_effect_once"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "done", "cancelled", "parked"]),
                name="ledger_effect_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False)
                | (~Q(state="done") & Q(done_at__isnull=True)),
                name="ledger_effect_done_has_time",
            ),
        ]
        indexes = [
            # with the id: thousands fall due in one instant, and a claim takes the first in this order
            models.Index(
                fields=["due_at", "id"], name="ledger_effect_in_order", condition=Q(state="pending")
            ),
            models.Index(
                fields=["key"],
                name="ledger_effect_of_key",
                opclasses=["varchar_pattern_ops"],
                condition=Q(state="pending"),
            ),
            models.Index(fields=["id"], name="ledger_effect_parked", condition=Q(state="parked")),
            models.Index(
                fields=["due_at"],
                name="ledger_effect_failed",
                condition=Q(state="pending") & ~Q(last_error=""),
            ),
            models.Index(fields=["done_at"], name="ledger_effect_done", condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.key}, due {self.due_at:%Y-%m-%d %H:%M} UTC"

    @property
    def facts(self) -> dict[str, Any]:
        """The payload, read. Decimals and times are texts."""
        read: dict[str, Any] = json.loads(self.payload)
        return read


class Sweep(models.Model):
    """When a sweep last ran: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="ledger_sweep_one_row")]

    def __str__(self) -> str:
        return f"last sweep {self.at:%Y-%m-%d %H:%M:%S} UTC"


class Heartbeat(models.Model):
    """When a process that works by itself last said that it runs; gone when it has ended in order."""

    class Role(models.TextChoices):
        WORKER = "worker", _("Worker")
        BEAT = "beat", _("Scheduler")

    role = models.CharField(max_length=6, choices=Role)
    name = models.CharField(max_length=200, help_text=_("Of the process, as in celery@host."))
    began_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "name"], name="ledger_heartbeat_one_per_process"),
            models.CheckConstraint(
                condition=Q(role__in=["worker", "beat"]), name="ledger_heartbeat_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.at:%Y-%m-%d %H:%M:%S} UTC"


class Follower(models.Model):
    """How far one reader of the ledger has come. Everything up to (txid, event) was handed over to it."""

    name = models.CharField(max_length=60)
    txid = models.BigIntegerField(default=0)
    event = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField()
    last_error = models.TextField(blank=True, help_text=_("Why it stands still."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="ledger_follower_once")]

    def __str__(self) -> str:
        return f"{self.name}, up to {self.txid} {self.event}"

    @property
    def place(self) -> tuple[int, int]:
        return self.txid, self.event


class Server(models.Model):
    """A server the ledger was taken to: `base` is added to its transaction numbers, so that they go on.

    The column txid of each event has it from the database function ledger_txid(); the greatest base counts.
    """

    base = models.BigIntegerField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["base"], name="ledger_server_base_once")]
        triggers = [
            pgtrigger.Protect(name="rows_stay", operation=pgtrigger.Update | pgtrigger.Delete),
            TABLE_STAYS,
        ]

    def __str__(self) -> str:
        return f"since {self.since:%Y-%m-%d}, counting from {self.base}"
