from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from base import clock
from base.errors import Invalid, WrongState
from base.words import say
from desk.calendars import calendar_for, calendars_of, preview_of
from desk.forms.calendars import Hours, filled
from guardrails.working_hours import refuse_faults, refuse_unless_desk, set_hours
from people.models import Function, FunctionCalendar
from people.request import PersonalRequest


@require_safe
def calendars(request: PersonalRequest) -> HttpResponse:
    page = {
        "calendars": calendars_of(clock.now(), request.user),
        "keeps": request.user.function == Function.DESK,
    }
    return render(request, "desk/calendars.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def calendar(request: PersonalRequest, function: str) -> HttpResponse:
    refuse_unless_desk(request.user)
    kept = calendar_for(function)
    if request.method != "POST":
        return page(request, kept, Hours(initial=filled(kept)), kept)
    form = Hours(request.POST)
    typed = form.calendar(function) if form.is_valid() else None
    if request.htmx or "preview" in request.POST:
        return page(request, kept, form, checked(typed, form))
    if typed is None:
        return page(request, kept, form, None, status=422)
    try:
        set_hours(typed, by=request.user, seen=form.cleaned_data["seen"])
    except (Invalid, WrongState) as refusal:
        form.take(getattr(refusal, "fields", None) or {"": refusal.message})
        return page(request, kept, form, None, status=refusal.status)
    messages.success(
        request, say("{function}: new deadlines follow these hours.", function=kept.get_function_display())
    )
    return redirect(f"{reverse('desk:recompute')}?function={function}")


def checked(typed: FunctionCalendar | None, form: Hours) -> FunctionCalendar | None:
    """What was typed, if it can be; else the form says why not."""
    if typed is not None:
        try:
            refuse_faults(typed)
        except Invalid as refusal:
            form.take(refusal.fields)
            return None
    return typed


def page(
    request: PersonalRequest,
    kept: FunctionCalendar,
    form: Hours,
    shown: FunctionCalendar | None,
    status: int = 200,
) -> HttpResponse:
    told: dict[str, Any] = {"kept": kept, "form": form, "here": "calendars"}
    told["preview"] = preview_of(shown, clock.now()) if shown else None
    return render(
        request, "desk/calendar.html#preview" if request.htmx else "desk/calendar.html", told, status=status
    )
