from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from approvals.decide import Ruling, decide
from approvals.errors import NotAsked, OwnDeal
from approvals.models import Decision, Step
from approvals.narrow import effect_of, refuse_limits
from base.errors import Invalid, WrongState
from deals.models import Deal
from desk.forms.review import Answer
from desk.judging import (
    Seat,
    changes_of,
    corner_with,
    effect_words,
    flow_of,
    headline,
    judged_of,
    others_of,
    said_before,
    seat_of,
    standard_words,
)
from desk.lanes import verdict_words
from desk.precedents import precedents_of
from people.models import User
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: PersonalRequest, step: int) -> HttpResponse:
    seat = seat_for(request.user, step)
    if request.method != "POST":
        return review_page(request, seat, Answer(seat=seat, initial={"seen": seat.step.terms_hash}))
    if not seat.was_mine:
        raise NotAsked(f"{seat.level} is asked here, and that is not you.")
    answer = Answer(request.POST, seat=seat)
    if not answer.is_valid():
        return review_page(request, seat, answer, status=422)
    try:
        decision = decide(seat.step, by=request.user, ruling=answer.ruling, seen=answer.cleaned_data["seen"])
    except Invalid as refusal:
        answer.take(refusal.fields or {"": refusal.message})
        return review_page(request, seat, answer, status=422)
    except WrongState as refusal:
        return review_page(request, seat_for(request.user, step), answer, moved=refusal, status=409)
    words = verdict_words(decision, seat.policy, seat.view)
    messages.success(
        request,
        f"{seat.deal.account.name}: you {words}. "
        f"It binds to revision {seat.revision.number}, terms {decision.seen[:4]} {decision.seen[4:8]}.",
    )
    following = next_review(request.user, seat.step)
    return redirect("desk:review", following.pk) if following else redirect("desk:reviews")


@require_POST
def effect(request: PersonalRequest, step: int) -> HttpResponse:
    seat = seat_for(request.user, step)
    if not seat.mine:
        raise NotAsked(f"{seat.level} is asked here, and that is not you.")
    answer = Answer(request.POST, seat=seat)
    answer.is_valid()
    faults = [str(error) for key in answer.keys for error in answer.errors.get(key, [])]
    page: dict[str, Any] = {"fault": " ".join(faults), "effect": ""}
    if not faults:
        limits = answer.limits
        try:
            refuse_limits(seat.step, Ruling(verdict=Decision.Verdict.UP_TO, limits=limits))
            measured, _ = effect_of(seat.step, limits)
            page["effect"] = effect_words(seat, measured, corner_with(seat, limits))
        except Invalid as refusal:
            page["fault"] = refusal.message
    return render(request, "desk/review.html#effect", page)


def seat_for(user: User, number: int) -> Seat:
    """Having been asked is itself the right to see; so is seeing the deal. Else there is no such page."""
    related = Step.objects.select_related(
        "deal__account", "deal__owner", "request__revision", "request__version", "request__submitted_by"
    )
    step = related.filter(pk=number).first()
    if step is None:
        raise Http404
    seat = seat_of(step, user)
    if not seat.was_mine and not Deal.objects.visible_to(user).filter(pk=step.deal_id).exists():
        raise Http404
    if seat.deal.owner_id == user.pk and user.function == "sales":
        raise OwnDeal(f"{seat.level} decides revision {seat.revision.number}; it is your own deal.")
    return seat


def review_page(
    request: PersonalRequest,
    seat: Seat,
    answer: Answer,
    *,
    moved: WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    last, changes = changes_of(seat)
    against, flow, differences = flow_of(seat)
    waiting = list(Step.objects.assigned_to(request.user).values_list("pk", flat=True))
    page = {
        "seat": seat,
        "answer": answer,
        "moved": moved,
        "successor": successor(request.user, seat),
        "headline": headline(seat),
        "judged": judged_of(seat),
        "standard": standard_words(seat),
        "last": last,
        "changes": changes,
        "against": against,
        "flow": flow,
        "differences": differences,
        "others": others_of(seat),
        "said": said_before(seat),
        "exchanges": seat.deal.exchanges.all(),
        "precedents": precedents_of(seat),
        "place": waiting.index(seat.step.pk) + 1 if seat.step.pk in waiting else 0,
        "waiting": len(waiting),
        "following": next_review(request.user, seat.step),
    }
    return render(request, "desk/review.html", page, status=status)


def next_review(user: User, step: Step) -> Step | None:
    """The one due next after this; the first when this was the last."""
    waiting = [each for each in Step.objects.assigned_to(user) if each.pk != step.pk]
    later = [each for each in waiting if step.due_at and (each.due_at, each.pk) > (step.due_at, step.pk)]
    return next(iter([*later, *waiting]), None)


def successor(user: User, seat: Seat) -> Step | None:
    """The step of a newer revision of this deal that waits for the same person."""
    return Step.objects.assigned_to(user).filter(deal=seat.deal).exclude(pk=seat.step.pk).first()
