from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals.bulk import refuse_visitor
from approvals.errors import MovesOtherwise
from approvals.recompute import recompute as move_one
from approvals.recompute_many import begin_recompute
from base.words import say
from desk.clocks import now_for
from desk.deadlines import moving, steps_meant
from desk.forms.calendars import Recompute
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def recompute(request: PersonalRequest) -> HttpResponse:
    refuse_visitor(request.user)
    if request.method != "POST":
        return page(request, None)
    form = Recompute(request.POST)
    if not form.is_valid():
        return page(request, form, status=422)
    try:
        return confirmed(request, form)
    except MovesOtherwise as refusal:
        form.add_error(None, f"{refusal.message} {say(refusal.what_now)}")
        return page(request, form, status=refusal.status)


def confirmed(request: PersonalRequest, form: Recompute) -> HttpResponse:
    """Raises MovesOtherwise, and whatever stands against a single step."""
    steps, single, _ = steps_meant(request.POST)
    said = form.cleaned_data
    if single is None:
        begun = begin_recompute(
            steps, by=request.user, reason=said["reason"], seen=said["seen"], once=said["once"]
        )
        return redirect("desk:bulk_run", begun.pk)
    move_one(single, by=request.user, reason=said["reason"], seen=said["seen"])
    messages.success(request, say("The deadline has moved. Reminders and hand-over follow it."))
    return redirect("desk:approvals", single.deal.number)


def page(request: PersonalRequest, form: Recompute | None, status: int = 200) -> HttpResponse:
    """What would move now. A form that comes back confirms this, not what was on the screen before."""
    asked = request.POST if request.method == "POST" else request.GET
    shown = moving(asked, now_for(request.user))
    told: dict[str, Any] = {"moving": shown, "form": form or Recompute(), "once": uuid4()}
    return render(request, "desk/recompute.html", {**told, "here": "calendars"}, status=status)
