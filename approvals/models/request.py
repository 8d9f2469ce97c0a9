"""Who must agree: requests, their steps, the seats at each step, and whose open work they are."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from deals.models import Deal, Revision
from guardrails.evaluation import Evaluation
from guardrails.evaluation import from_document as evaluation_from
from guardrails.models import PolicyVersion, QuarterEnd

if TYPE_CHECKING:
    from people.models import User

HASH = 64  # characters of a sha256


class RequestQuerySet(models.QuerySet["Request"]):
    def open(self) -> RequestQuerySet:
        return self.filter(status=Request.Status.OPEN)

    def lock(self, pk: int) -> Request:
        """The request with what it was asked for, locked until the transaction ends, after its deal."""
        related = self.select_related("version", "revision")
        return related.select_for_update(no_key=True, of=("self",)).get(pk=pk)

    def newest_first(self) -> RequestQuerySet:
        return self.order_by("-submitted_at", "-pk")

    def visible_to(self, user: User) -> RequestQuerySet:
        return self.filter(deal__in=Deal.objects.visible_to(user))


class Request(models.Model):
    """One ask for one frozen revision. It keeps what it was judged by; later policy edits never touch it."""

    class Status(models.TextChoices):
        OPEN = "open", _("In review")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")
        RECALLED = "recalled", _("Withdrawn")
        SUPERSEDED = "superseded", _("Superseded")
        CLOSED = "closed", _("Closed")

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="requests")
    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="request")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    terms_hash = models.CharField(max_length=HASH)
    evaluation_target = models.TextField(help_text=_("What the policy said of the target, canonical JSON."))
    evaluation_walk_away = models.TextField(help_text=_("The same of the walk-away: the end that routes."))
    route = models.TextField(
        help_text=_("The planned steps with the people resolved for each, canonical JSON.")
    )
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.TextField(blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deal"], condition=Q(status="open"), name="one_open_request_per_deal"
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="request_ends_once",
            ),
        ]
        indexes = [models.Index(fields=["status", "submitted_at"], name="request_by_status")]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: request of {self.submitted_at:%d %b %Y}"

    @cached_property
    def judged(self) -> Evaluation:
        """What the policy said of the walk-away: the end that routes. It never changes."""
        return evaluation_from(json.loads(self.evaluation_walk_away))

    @property
    def judged_target(self) -> Evaluation:
        return evaluation_from(json.loads(self.evaluation_target))


class StepQuerySet(models.QuerySet["Step"]):
    def lock(self, pk: int) -> Step:
        """The step with its deal and request, locked until the transaction ends, after the deal."""
        related = self.select_related("deal__account", "request__version", "request__revision")
        return related.select_for_update(no_key=True, of=("self",)).get(pk=pk)

    def lock_all(self, pks: Collection[int]) -> dict[int, Step]:
        """The same for several, by id."""
        related = self.select_related("request__version", "request__revision").filter(pk__in=pks)
        rows = related.select_for_update(no_key=True, of=("self",)).order_by("pk")
        return {step.pk: step for step in rows}

    def live(self) -> StepQuerySet:
        """Opened and not ended: someone, or a named state, has the ball."""
        return self.filter(status__in=[Step.Status.OPEN, Step.Status.PAUSED, Step.Status.UNROUTABLE])

    def unfinished(self) -> StepQuerySet:
        return self.exclude(status__in=Step.FINISHED)

    def assigned_to(self, user: User) -> StepQuerySet:
        """Open work of one person: the assignment is itself the right to see."""
        return self.filter(
            status=Step.Status.OPEN, assignments__user=user, assignments__ended_at=None
        ).order_by("due_at", "pk")


class Step(models.Model):
    """One level of one function that must agree to one request."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        UNROUTABLE = "unroutable", _("Nobody to ask")
        AGREED = "agreed", _("Agreed")
        RETURNED = "returned", _("Changes asked")
        DECLINED = "declined", _("Declined")
        CANCELLED = "cancelled", _("Cancelled")
        NOT_NEEDED = "not_needed", _("Not needed")
        KEPT = "kept", _("Kept")

    class Quorum(models.TextChoices):
        ANY_ONE = "any_one", _("Any one")
        EVERYONE = "everyone", _("Everyone")
        N_OF_M = "n_of_m", _("Some of them")

    FINISHED = (Status.AGREED, Status.DECLINED, Status.CANCELLED, Status.NOT_NEEDED, Status.KEPT)
    SATISFIED = (Status.AGREED, Status.NOT_NEEDED, Status.KEPT)

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="steps")
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    function = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField()
    level_name = models.CharField(max_length=60)
    stage = models.PositiveSmallIntegerField(default=1)
    order = models.PositiveSmallIntegerField(default=1, help_text=_("Place in the function's climb."))
    quorum = models.CharField(max_length=10, choices=Quorum, default=Quorum.ANY_ONE)
    needed = models.PositiveSmallIntegerField(default=1, help_text=_("How many seats must agree."))
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    findings = models.TextField(default="[]", help_text=_("Limit keys that need this step, canonical JSON."))
    terms_hash = models.CharField(max_length=HASH, blank=True, help_text=_("What a decision must name."))
    allowance = models.PositiveIntegerField(help_text=_("Working minutes granted to answer."))
    remaining = models.IntegerField(help_text=_("Working minutes left when the clock last stopped."))
    run = models.PositiveIntegerField(default=1, help_text=_("Grows each time the clock starts anew."))
    opened_at = models.DateTimeField(null=True, blank=True)
    clock_from = models.DateTimeField(
        null=True, blank=True, help_text=_("When this run of the clock started.")
    )
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    held_level = models.PositiveSmallIntegerField(
        help_text=_("Whose people hold the seat now; a hand-over moves it.")
    )
    passed = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text=_("How many who take over, as its level's escalation names them, are behind it."),
    )
    stepped_in = models.TextField(
        default="[]", db_default="[]", help_text=_("Ids of the managers who hold it now, canonical JSON.")
    )
    with_desk_since = models.DateTimeField(
        null=True, blank=True, help_text=_("When the last of them let the time run out, in this run.")
    )
    quarter_end = models.ForeignKey(
        QuarterEnd, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True, help_text=_("Why it is not needed, kept or has nobody to ask."))
    kept_from = models.ForeignKey(
        "Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["stage", "function", "order"]
        constraints = [
            models.UniqueConstraint(fields=["request", "function", "level"], name="one_step_per_level"),
            models.CheckConstraint(
                condition=~Q(status="open") | (Q(due_at__isnull=False) & ~Q(terms_hash="")),
                name="open_step_has_deadline_and_terms",
            ),
            models.CheckConstraint(condition=Q(needed__gte=1), name="step_needs_someone"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="open"), name="open_step_by_due"),
            models.Index(fields=["deal", "status"], name="step_by_deal"),
            models.Index(
                fields=["with_desk_since"],
                condition=Q(status="open", with_desk_since__isnull=False),
                name="open_step_with_desk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level_name}: {self.get_status_display().lower()}"

    @property
    def finding_keys(self) -> tuple[str, ...]:
        return tuple(json.loads(self.findings))

    @property
    def managers(self) -> tuple[int, ...]:
        """Ids of those who hold it because who was asked did not answer: the escalation lets them decide."""
        return tuple(json.loads(self.stepped_in))


class Seat(models.Model):
    """One place at a step. A decision fills it once; a hand-over moves it to other people.

    `held_by` empty: whoever of the pool answers first. One that a signer added agrees besides the pool."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField(default=1)
    turn = models.PositiveSmallIntegerField(
        default=1, help_text=_("2: asked when those of turn 1 have agreed.")
    )
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    held_since = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True, help_text=_("Why it was added."))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "number"], name="seat_numbers_differ"),
            models.UniqueConstraint(fields=["step", "held_by"], name="one_seat_per_person"),
            models.CheckConstraint(
                condition=Q(added_by=None) | (Q(held_by__isnull=False) & ~Q(reason="")),
                name="added_seat_has_its_person_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Seat {self.number}"


class Assignment(models.Model):
    """Open work of one person: what an inbox reads. Ended when the step ends or the seat moves on."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Whose work it is, when the person stands in for somebody."),
    )
    run = models.PositiveIntegerField(default=1)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    gave_sight = models.BooleanField(
        default=False, help_text=_("It brought a viewer grant that ends with it.")
    )
    late_as = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("The level they held when their time ran out and it moved on.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["step", "user"], condition=Q(ended_at=None), name="one_open_assignment_per_person"
            )
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(ended_at=None), name="open_work_of_person"),
            models.Index(
                fields=["principal"],
                condition=Q(ended_at=None, principal__isnull=False),
                name="open_work_stood_in_for",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.step}"
