from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from approvals.decide_all import decide_all
from base.errors import Invalid, WrongState
from desk.decided import confirmation, moved_on
from desk.forms.review import Answer
from desk.forms.together import EACH, Own, Together, prefix_of
from desk.judging import Seat
from desk.views.review import go_on, not_asked, review_page, seat_for, successor, typed_for
from people.request import PersonalRequest


@never_cache
@require_POST
def review_all(request: PersonalRequest, step: int) -> HttpResponse:
    seats = named(request, step)
    for seat in seats:
        if not seat.was_mine:
            raise not_asked(seat)
    together = Together(request.POST, own=[Own(request.POST, seat=seat) for seat in seats])
    if not together.is_valid():
        return review_page(request, seats, together, status=422)
    try:
        made = decide_all(together.said, by=request.user)
    except Invalid as refusal:
        together.take(refusal.fields or {"": refusal.message})
        return review_page(request, seats, together, status=422)
    except WrongState as refusal:
        return overtaken_all(request, seats, refusal)
    messages.success(request, confirmation(seats, made))
    return go_on(request, seats)


def overtaken_all(request: PersonalRequest, seen: list[Seat], refusal: WrongState) -> HttpResponse:
    """What was typed comes back for those that still wait, else for the ask in their place."""
    user, first = request.user, seen[0]
    now = [seat_for(user, seat.step.pk) for seat in seen]
    left = [seat for seat in now if seat.open]
    newer = None if left else successor(user, first)
    seats = [seat_for(user, newer.pk)] if newer else left or now
    moved = moved_on(refusal, now[0], seats[0])
    form: Answer | Together
    if len(seats) > 1:
        typed = all_typed(seats, request.POST)
        form = Together(typed, own=[Own(typed, seat=seat) for seat in seats])
    else:
        asked = seats[0] if left else first
        form = Answer(typed_alone(seats[0], request.POST, asked.step.pk), seat=seats[0])
    return review_page(request, seats, form, moved=moved, status=409)


def all_typed(seats: list[Seat], data: QueryDict) -> QueryDict:
    kept = data.copy()
    for seat in seats:
        kept[f"{prefix_of(seat.step.pk)}-seen"] = seat.step.terms_hash
    return kept


def typed_alone(seat: Seat, data: QueryDict, asked: int) -> QueryDict:
    """What was said of the step `asked`, as the page of a single step sends it."""
    kept, start = typed_for(seat, data), f"{prefix_of(asked)}-"
    if data.get("how") == EACH:
        for key in [key for key in data if key.startswith(start) and key != f"{start}seen"]:
            kept.setlist(key.removeprefix(start), data.getlist(key))
    return kept


def named(request: PersonalRequest, step: int) -> list[Seat]:
    """The step of the address and those that the form names beside it, as they are now."""
    first = seat_for(request.user, step)
    others = [
        seat_for(request.user, number) for number in numbers(request.POST.getlist("steps")) if number != step
    ]
    if any(other.request.pk != first.request.pk for other in others):
        raise Http404
    return [first, *others]


def numbers(texts: list[str]) -> list[int]:
    """Each once. What is no number names no step."""
    if not all(text.isascii() and text.isdecimal() for text in texts):
        raise Http404
    return list(dict.fromkeys(int(text) for text in texts))
