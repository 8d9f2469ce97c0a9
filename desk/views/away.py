from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.absence import end_absence, refuse_meddler, set_absence
from approvals.calendar_file import replace_calendar
from base import clock
from base.errors import Invalid, WrongState
from desk.away import leave_of, people_of, those_of
from desk.forms.away import HandIn, StandingIn, WriteDown
from desk.said_of_absences import changed_words, ended_words, moving_words, open_words, set_words
from desk.stand_ins import moving, open_of
from people.models import Absence, User
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: PersonalRequest, person: int | None = None) -> HttpResponse:
    whose = person_for(request, person)
    if request.method != "POST":
        return page(request, whose)
    form = WriteDown(request.POST, person=whose)
    if not form.is_valid():
        return page(request, whose, form=form, status=422)
    said = form.cleaned_data
    try:
        absence = set_absence(
            whose, form.window, by=request.user, delegate=said["delegate"], function=said["function"]
        )
    except (Invalid, WrongState) as refusal:
        form.refuse(refusal)
        return page(request, whose, form=form, status=refusal.status)
    tell_what_moves(request, absence)
    return redirect(request.path)


def tell_what_moves(request: PersonalRequest, absence: Absence) -> None:
    """What stays on the page until it is read, where something of it is late or cannot go."""
    at = clock.now()
    work = open_of(absence.user, at, absence.function)
    moves = moving(absence, work, at)
    said = moving_words(moves, work, begun=absence.starts <= at)
    needs_a_look = work.overdue or (moves.kept if moves else work.alone)
    tell = messages.warning if needs_a_look else messages.success
    tell(request, f"{set_words(absence, request.user)} {said}".strip())


@require_POST
def hand_in_calendar(request: PersonalRequest, person: int) -> HttpResponse:
    whose = person_for(request, person)
    form = HandIn(request.POST, request.FILES, person=whose)
    if not form.is_valid():
        return page(request, whose, calendar=form, status=422)
    said = form.cleaned_data
    try:
        change = replace_calendar(
            whose, form.content, by=request.user, delegate=said["delegate"], function=said["function"]
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return page(request, whose, calendar=form, status=refusal.status)
    messages.success(request, changed_words(change))
    return redirect("desk:away_of", person)


@require_POST
def end_away(request: PersonalRequest, absence: int) -> HttpResponse:
    found = get_object_or_404(Absence.objects.select_related("user"), pk=absence)
    ended = end_absence(found, by=request.user)
    messages.success(request, ended_words(ended, request.user))
    return redirect("desk:away_of", ended.user_id)


@require_safe
def away_people(request: PersonalRequest) -> HttpResponse:
    people, listed = people_of(request.user, request.GET.dict(), clock.now())
    shown = {"people": people, "page_obj": listed, "asked": request.GET}
    return render(request, "desk/away_people.html", shown)


def person_for(request: PersonalRequest, person: int | None) -> User:
    if person is None or person == request.user.pk:
        return request.user
    whose = get_object_or_404(User.objects.active(), pk=person)
    refuse_meddler(whose, request.user)
    return whose


def page(
    request: PersonalRequest,
    whose: User,
    *,
    form: StandingIn | None = None,
    calendar: StandingIn | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    shown = {
        "leave": leave_of(whose, request.user, at),
        "open": open_words(open_of(whose, at), whose, request.user),
        "form": form or WriteDown(person=whose, initial={"starts": clock.today(), "ends": clock.today()}),
        "calendar": calendar or HandIn(person=whose, prefix=None, auto_id="feed_%s"),
        "others": those_of(request.user).exists(),
        "here": "" if whose == request.user else "away_people",
    }
    return render(request, "desk/away.html", shown, status=status)
