from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from approvals.decide import decide
from approvals.errors import NotAsked, OwnDeal
from approvals.models import Intervention, Question, Step
from approvals.narrow import effect_of, refuse_limits
from approvals.paused import last_pause, open_question
from base.errors import Invalid, WrongState
from base.words import mark, say
from deals.models import Deal
from desk.case_flow import case_flow
from desk.clause_grants import clause_grants
from desk.decided import Moved, confirmation, decided_here, moved_on, whoever_looks
from desk.exceptions import exceptions_for
from desk.final import line_up_to, lines_for
from desk.forms.in_return import Ask
from desk.forms.pools import AddApprover
from desk.forms.review import Answer
from desk.forms.together import Own, Together, prefix_of
from desk.in_return import people_for, questions_of
from desk.judging import Seat, corner_with, effect_words, others_of, said_before, seat_of
from desk.opened import note_opened
from desk.phrases import listed
from desk.pooled import Pooled, pooled_of
from desk.precedents import precedents_of
from desk.together import part_of, seats_beside
from people.models import User
from people.request import PersonalRequest

SINCE = mark(
    "This has moved on since you opened the page. Send your answer to see what changed; nothing is lost."
)


@dataclass(frozen=True, slots=True)
class Effect:
    """Of limits that are typed: what sending them would bind and what they come to, or why they cannot be."""

    binds: str = ""
    words: str = ""
    fault: str = ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: PersonalRequest, step: int) -> HttpResponse:
    seat = seat_for(request.user, step)
    if request.method != "POST":
        seats = seats_beside(seat)
        note_opened(request, seats)
        return review_page(request, seats, blank(seats))
    if not seat.was_mine:
        raise not_asked(seat)
    answer = Answer(request.POST, seat=seat)
    if not answer.is_valid():
        return review_page(request, [seat], answer, status=422)
    try:
        decision = decide(seat.step, by=request.user, ruling=answer.ruling, seen=answer.cleaned_data["seen"])
    except Invalid as refusal:
        answer.take(refusal.fields or {"": refusal.message})
        return review_page(request, [seat], answer, status=422)
    except WrongState as refusal:
        return overtaken(request, seat, refusal)
    messages.success(request, confirmation([seat], [decision]))
    return go_on(request, [seat])


def not_asked(seat: Seat) -> NotAsked:
    return NotAsked(say("{level} is asked here, and that is not you.", level=seat.level))


def overtaken(request: PersonalRequest, seen: Seat, refusal: WrongState) -> HttpResponse:
    """What was typed comes back on the terms that wait now: of this step, or of the ask in its place."""
    now = seat_for(request.user, seen.step.pk)
    newer = None if now.open else successor(request.user, now)
    seat = seat_for(request.user, newer.pk) if newer else now
    answer = Answer(typed_for(seat, request.POST), seat=seat)
    return review_page(request, [seat], answer, moved=moved_on(refusal, now, seat), status=409)


def typed_for(seat: Seat, data: QueryDict) -> QueryDict:
    """The same words, for the terms on the screen that they come back with."""
    kept = data.copy()
    kept["seen"] = seat.step.terms_hash
    return kept


def blank(seats: Sequence[Seat]) -> Answer | Together:
    """Nothing said yet: of one step, or of all that wait for this person."""
    if len(seats) == 1:
        return Answer(seat=seats[0], initial={"seen": seats[0].step.terms_hash})
    return Together(own=[Own(seat=seat, initial={"seen": seat.step.terms_hash}) for seat in seats])


@never_cache
@require_POST
def effect(request: PersonalRequest, step: int) -> HttpResponse:
    seat = seat_for(request.user, step)
    if not seat.was_mine:
        raise not_asked(seat)
    several = f"{prefix_of(step)}-seen" in request.POST
    answer = Own(request.POST, seat=seat) if several else Answer(request.POST, seat=seat)
    answer.is_valid()
    late = answer.cleaned_data.get("seen") != seat.step.terms_hash
    said = Effect(fault=say(SINCE)) if late else said_of(answer)
    return render(request, "desk/review.html#effect", {"effect": said})


def said_of(answer: Answer) -> Effect:
    """What the limits typed so far would bind and come to, or why they cannot be given."""
    seat = answer.seat
    if not seat.open:
        return Effect(fault=say(SINCE))
    if faults := [str(error) for key in answer.keys for error in answer.errors.get(key, [])]:
        return Effect(fault=" ".join(faults))
    ruling = answer.typed
    try:
        refuse_limits(seat.step, ruling)
    except Invalid as refusal:
        return Effect(fault=refusal.message)
    measured, _ = effect_of(seat.step, ruling.limits)
    comes_to = effect_words(seat, measured, corner_with(seat, ruling.limits))
    return Effect(binds=line_up_to(seat, ruling), words=f"{comes_to} {whoever_looks(seat)}")


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
        raise OwnDeal(
            say(
                "{level} decides revision {revision}; it is your own deal.",
                level=seat.level,
                revision=seat.revision.number,
            )
        )
    return seat


def review_page(
    request: PersonalRequest,
    seats: Sequence[Seat],
    form: Answer | Together,
    *,
    moved: Moved | None = None,
    status: int = 200,
    **refused: Form,
) -> HttpResponse:
    """Of one step, or of several that are decided together; the first is the one that was opened. `refused`:
    forms that come back with their mistakes, `added` or `asking`."""
    seat, grants = seats[0], clause_grants(seats[0])
    page = {
        "seat": seat,
        "parts": [part_of(each) for each in seats],
        "levels": listed([each.level for each in seats]),
        "answer": form,
        "together": isinstance(form, Together),
        "sendable": all(each.open for each in seats),
        "moved": moved,
        "decided": () if seat.open else decided_here(seat),
        "successor": None if seat.open else successor(request.user, seat),
        "flow": case_flow(seat),
        "others": others_of(seats),
        "said": said_before(seat),
        "exchanges": seat.deal.exchanges.all(),
        "pools": pools_of(seats, refused.get("added")),
        "asking": (refused.get("asking") or ask_form(seat)) if seat.open else None,
        "questions": questions_of([each.step for each in seats]),
        **waiting_for(seat),
        "grants": grants,
        "precedents": () if grants is not None else precedents_of(seat),
        "finals": lines_for(seats) if seat.open or moved else (),
        "exceptions": exceptions_for(seats),
        "following": next_review(request.user, seats),
        **place_among(seat),
    }
    return render(request, "desk/review.html", page, status=status)


def pools_of(seats: Sequence[Seat], refused: Form | None) -> list[tuple[Seat, Pooled, Form]]:
    """Who answers at each, with the form for one person more; `refused`: that of the first, with mistakes."""
    return [
        (each, pooled_of(each), (refused if each is seats[0] else None) or added_form(each)) for each in seats
    ]


def waiting_for(seat: Seat) -> dict[str, Question | Intervention | None]:
    """Why a paused step waits: for the answer to a question, else as the desk has stopped it."""
    if seat.step.status != Step.Status.PAUSED:
        return {}
    question = open_question(seat.step)
    return {"paused": question, "stopped": None if question else last_pause(seat.step)}


def place_among(seat: Seat) -> dict[str, int]:
    """Which of the reader's reviews this is, and how many there are."""
    requests = Step.objects.assigned_to(seat.user).values_list("request", flat=True)
    waiting = list(dict.fromkeys(requests))
    return {"place": waiting.index(seat.request.pk) + 1 if seat.open else 0, "waiting": len(waiting)}


def ask_form(seat: Seat, *args: Any) -> Ask:
    seller = {"to": seat.deal.owner_id}
    return Ask(*args, people=people_for(seat.deal, seat.user), prefix="ask", initial=seller)


def added_form(seat: Seat, *args: Any) -> AddApprover:
    people = User.objects.active().exclude(pk__in=[seat.user.pk, seat.deal.owner_id]).by_name()
    return AddApprover(*args, people=people, prefix=f"added-{seat.step.pk}")


def next_review(user: User, seats: Sequence[Seat]) -> Step | None:
    """The one due next after these; the first when they were the last."""
    here, step = {seat.step.pk for seat in seats}, seats[0].step
    waiting = [each for each in Step.objects.assigned_to(user) if each.pk not in here]
    later = [each for each in waiting if step.due_at and (each.due_at, each.pk) > (step.due_at, step.pk)]
    return next(iter([*later, *waiting]), None)


def successor(user: User, seat: Seat) -> Step | None:
    """The step of a newer revision of this deal that waits for the same person."""
    return Step.objects.assigned_to(user).filter(deal=seat.deal).exclude(request=seat.request).first()


def go_on(request: PersonalRequest, seats: Sequence[Seat]) -> HttpResponse:
    """To what waits next, else to the list."""
    following = next_review(request.user, seats)
    return redirect("desk:review", following.pk) if following else redirect("desk:reviews")
