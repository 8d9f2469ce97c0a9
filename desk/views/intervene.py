from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals.bulk import carry_out
from approvals.models import Step
from approvals.pause import pause_all
from base.errors import Invalid
from base.words import mark, say
from desk.answering import asked_terms
from desk.final import lines_for
from desk.forms.intervene import OF_ONE, Call, Intervene, Verb, verb_of
from desk.intervene import Held, held_for
from desk.judging import seat_of
from people.models import User
from people.request import PersonalRequest

SAID = {
    Verb.REASSIGN: mark("{to} is asked as {level} now."),
    Verb.EXTEND: mark("{level} has more time to answer."),
    Verb.PAUSE: mark("Paused. The clock stands with what is left."),
    Verb.RESUME: mark("{level} goes on with what was left."),
    Verb.NUDGE: mark("Who is asked as {level} has been written to."),
    Verb.OVERRIDE: mark("You decided in place of {level}. It is marked as an override."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def intervene(request: PersonalRequest, step: int) -> HttpResponse:
    held = held_for(request.user, step)
    forms = forms_for(held)
    if request.method != "POST":
        return page(request, held, forms)
    verb = verb_of(request.POST.get("verb", ""))
    form = forms[verb] = OF_ONE[verb](request.POST, people=held.people, seats=held.seats)
    if not form.is_valid():
        return page(request, held, forms, status=422)
    try:
        act(held.step, form, by=request.user, seen=request.POST.get("seen", ""))
    except Invalid as refusal:
        form.take(refusal.fields, refusal.message)
        return page(request, held, forms, status=422)
    messages.success(request, say(SAID[verb], level=held.level, to=form.cleaned_data.get("to")))
    return redirect("desk:approvals", held.step.deal.number)


def forms_for(held: Held) -> dict[Verb, Intervene]:
    return {verb: OF_ONE[verb](people=held.people, seats=held.seats) for verb in held.verbs}


def act(step: Step, form: Intervene, *, by: User, seen: str) -> None:
    order = form.order
    if form.cleaned_data.get("what"):
        pause_all(step.request, by=by, reason=order.reason, until=order.until)
    else:
        carry_out(step, order, by=by, seen=seen)


def page(
    request: PersonalRequest,
    held: Held,
    forms: dict[Verb, Intervene],
    *,
    call: Call | None = None,
    status: int = 200,
) -> HttpResponse:
    """`call`: what the desk is asked, where it came back."""
    seat = seat_of(held.step, request.user)
    shown: dict[str, Any] = {
        "held": held,
        "forms": forms.values(),
        "call": call or (Call() if held.calls else None),
        "seat": seat,
        "terms": asked_terms(seat),
        "finals": lines_for([seat]) if Verb.OVERRIDE in held.verbs else (),
        "here": "queue",
    }
    return render(request, "desk/intervene.html", shown, status=status)
