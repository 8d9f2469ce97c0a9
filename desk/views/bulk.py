from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import reswap, retarget

from approvals.bulk import Order, begin, go_on, refuse_visitor
from approvals.models import Bulk
from base.errors import Invalid
from base.words import say
from desk.bulk import Picked, named_again, picked_again, picked_from_queue, refuse_verb, verbs_of
from desk.bulk_run import HEAD, bulk_for, refused_cells, run_of
from desk.clocks import now_for
from desk.csv_file import csv_file
from desk.forms.intervene import FORMS, Intervene, may_hold_something, verb_of
from desk.forms.queue import Queue
from guardrails.models import PolicyVersion
from people.models import Function
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: PersonalRequest) -> HttpResponse:
    refuse_visitor(request.user)
    sent = request.POST if request.method == "POST" else request.GET
    verb = verb_of(sent.get("verb", ""))
    refuse_verb(request.user, verb)
    if request.method != "POST":
        return choose(request, from_queue(request), FORMS[verb](people=may_hold_something()))
    now, form = now_for(request.user), FORMS[verb](request.POST, people=may_hold_something())
    seen = named_again(request.user, request.POST.getlist("step"))
    if not seen:
        form.add_error(None, say("Choose at least one step."))
    if not form.is_valid() or "back" in request.POST:
        status = 200 if form.is_valid() else 422
        return choose(request, picked_again(seen, now, by=request.user), form, status=status)
    if "confirm" in request.POST:
        return redirect("desk:bulk_run", start(request, seen, form.order).pk)
    picked = picked_again(seen, now, by=request.user, order=form.order)
    page = {"picked": picked, "form": form, "order": form.order, "once": uuid4(), "here": "queue"}
    return render(request, "desk/bulk_confirm.html", page)


def start(request: PersonalRequest, seen: Mapping[int, str], order: Order) -> Bulk:
    """Once for each page that was confirmed, however often it is sent. Raises Invalid."""
    try:
        once = UUID(request.POST.get("once", ""))
    except ValueError:
        raise Invalid(say("This page is out of date. Choose again in the queue."), field="once") from None
    return begin(seen, by=request.user, order=order, once=once)


def from_queue(request: PersonalRequest) -> Picked:
    user, now = request.user, now_for(request.user)
    policy = PolicyVersion.objects.in_force(now.at).policy
    asked = Queue(request.GET, user=user, policy=policy).asked
    every = "all" in request.GET
    return picked_from_queue(user, request.GET.getlist("request"), asked, now, every=every)


def choose(request: PersonalRequest, picked: Picked, form: Intervene, status: int = 200) -> HttpResponse:
    page = {"picked": picked, "form": form, "verbs": verbs_of(request.user), "here": "queue"}
    return render(request, "desk/bulk.html", page, status=status)


@require_safe
@vary_on_headers("HX-Request")
def bulk_run(request: PersonalRequest, bulk: int) -> HttpResponse:
    run = run_of(bulk_for(request.user, bulk))
    may = request.user.function == Function.DESK
    page: dict[str, Any] = {"run": run, "may": may, "here": "queue"}
    if not request.htmx:
        return render(request, "desk/bulk_run.html", page)
    if not run.bulk.ended_at:
        return render(request, "desk/bulk_run.html#progress", page)
    return retarget(reswap(render(request, "desk/bulk_run.html#state", page), "outerHTML"), "#state")


@require_POST
def bulk_go_on(request: PersonalRequest, bulk: int) -> HttpResponse:
    go_on(bulk_for(request.user, bulk), by=request.user)
    return redirect("desk:bulk_run", bulk)


@require_safe
def bulk_refused(request: PersonalRequest, bulk: int) -> HttpResponseBase:
    found = bulk_for(request.user, bulk)
    return csv_file(f"refused-{found.pk}.csv", [say(each) for each in HEAD], refused_cells(found))
