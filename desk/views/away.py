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
from desk.said_of_absences import changed_words, ended_words, set_words
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
    messages.success(request, set_words(absence, request.user))
    return redirect(request.path)


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
    shown = {
        "leave": leave_of(whose, request.user, clock.now()),
        "form": form or WriteDown(person=whose, initial={"starts": clock.today()}),
        "calendar": calendar or HandIn(person=whose, prefix=None, auto_id="feed_%s"),
        "others": those_of(request.user).exists(),
    }
    return render(request, "desk/away.html", shown, status=status)
