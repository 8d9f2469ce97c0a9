from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from base import clock
from desk.bulk import verbs_of
from desk.clocks import now_for
from desk.columns import heads_of
from desk.csv_file import csv_file
from desk.forms.queue import Queue as Form
from desk.live import has_seen, mark_of
from desk.models import SavedView
from desk.queue import queue_of
from desk.queue_file import file_name, queue_file
from desk.today import today_of, within
from guardrails.models import PolicyVersion
from guardrails.policy import Policy
from people.models import Function, User
from people.request import PersonalRequest

LIVE = "live"  # the part of the page that asks again by itself


@require_safe
@vary_on_headers("HX-Request")
def queue(request: PersonalRequest) -> HttpResponse:
    user, at = request.user, clock.now()
    version = PolicyVersion.objects.in_force(at)
    mark = mark_of(user, version, request.GET.urlencode(), at)
    if has_seen(request.headers, mark):
        return HttpResponseNotModified()
    saved = tuple(SavedView.objects.open_to(user).order_by("name", "pk"))
    if first := opening(request, saved):
        return redirect(f"{request.path}?view={first.pk}")
    page = page_of(request, version.policy, saved)
    form: Form = page["form"]
    today = today_of(user, version.policy, page["now"])
    views = today.views(form.asked.get("when", ""), within(user, form.asked, page["now"]))
    whole = {**page, "mark": mark, "today": today, "views": views}
    if request.htmx and request.htmx.trigger != LIVE:
        return push_url(render(request, "desk/queue_found.html", whole), page["here_now"])
    answer = render(request, "desk/queue_live.html" if request.htmx else "desk/queue.html", whole)
    if request.htmx:
        answer["ETag"] = f'"{mark}"'
    return answer


def opening(request: PersonalRequest, saved: Sequence[SavedView]) -> SavedView | None:
    """What its owner opens the queue with, when the address asks for nothing."""
    mine = (view for view in saved if view.opens_first and view.owner_id == request.user.pk)
    return None if request.GET or request.htmx else next(mine, None)


def page_of(request: PersonalRequest, policy: Policy, saved: Sequence[SavedView]) -> dict[str, Any]:
    user, now, path = request.user, now_for(request.user), request.path
    named = request.GET.get("view", "")
    view = next((one for one in saved if str(one.pk) == named), None)
    form = Form(QueryDict(view.asked) if view else request.GET, user=user, policy=policy)
    shown = queue_of(user, policy, form.asked, now, request.GET.get("page"))
    here = form.address(path, page=request.GET.get("page", ""))
    return {
        "choose": verbs_of(user) if user.function == Function.DESK else (),
        "form": form,
        "asked": form.asked,
        "chips": tuple(form.chips(path)),
        "heads": heads_of(shown.columns, shown.functions, shown.sort, lambda to: form.address(path, sort=to)),
        "file": form.address(reverse("desk:queue_csv")),
        "keep": form.address(reverse("desk:saved_views")),
        "unsorted": form.address(path, sort="") if len(form.asked) > 1 else f"{path}?view=all",
        "here_now": f"{path}?view=all" if here == path and opens(saved, user) else here,
        "saved": saved,
        "view": view,
        "lost": named not in ("", "all") and view is None,
        "queue": shown,
        "policy": policy,
        "now": now,
    }


def opens(saved: Sequence[SavedView], user: User) -> bool:
    return any(view.opens_first and view.owner_id == user.pk for view in saved)


@require_safe
def queue_csv(request: PersonalRequest) -> HttpResponseBase:
    user, now = request.user, now_for(request.user)
    policy = PolicyVersion.objects.in_force(now.at).policy
    asked = Form(request.GET, user=user, policy=policy).asked
    head, lines = queue_file(user, policy, asked, now)
    return csv_file(file_name(now), head, lines)
