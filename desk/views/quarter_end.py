from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from base import clock
from base.errors import Invalid, WrongState
from base.words import say
from desk.forms.quarter_end import SwitchOn
from desk.quarter_end import rows_of, switched
from guardrails.models import PolicyVersion, QuarterEnd
from guardrails.switch_quarter_end import refuse_unless_desk, switch_off, switch_on
from people.models import Function
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def quarter_ends(request: PersonalRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request, new_form())
    refuse_unless_desk(request.user)
    form = new_form(request.POST)
    if not form.is_valid():
        return page(request, form, status=422)
    try:
        on = switch_on(form.wanted, by=request.user)
    except (Invalid, WrongState) as refusal:
        form.take(getattr(refusal, "fields", None) or {"": refusal.message})
        return page(request, form, status=refusal.status)
    messages.success(
        request, say("“{name}” is written down. What is under way keeps its deadline.", name=on.name)
    )
    return redirect("desk:quarter_ends")


@require_POST
def end_quarter_end(request: PersonalRequest, quarter_end: int) -> HttpResponse:
    refuse_unless_desk(request.user)
    off = switch_off(get_object_or_404(QuarterEnd, pk=quarter_end), by=request.user)
    messages.success(request, say("“{name}” is off. What opened in it keeps its time.", name=off.name))
    return redirect("desk:quarter_ends")


def new_form(*typed: object) -> SwitchOn:
    return SwitchOn(*typed, policy=PolicyVersion.objects.in_force(clock.now()).policy)


def page(request: PersonalRequest, form: SwitchOn, status: int = 200) -> HttpResponse:
    rows = rows_of(clock.now(), request.user)
    shown = {
        "rows": rows,
        "switched": switched(rows),
        "form": form,
        "keeps": request.user.function == Function.DESK,
        "here": "quarter_ends",
    }
    return render(request, "desk/quarter_ends.html", shown, status=status)
