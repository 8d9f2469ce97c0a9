from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from base import clock
from desk.auditor import AuditorHome, auditor_home
from desk.clocks import now_for
from desk.context import COUNTS
from desk.currency import rates_due
from desk.health import health_for
from desk.home import Role, greeting, role_of
from desk.in_return import asked_of
from desk.leader import LeaderHome, leader_home
from desk.live import counts_mark, has_seen, mark_of_home
from desk.reviewer import ReviewerHome, reviewer_home
from desk.seller import SellerHome, seller_home
from guardrails.models import PolicyVersion
from guardrails.policy import Policy
from people.models import User
from people.request import PersonalRequest


@require_safe
@vary_on_headers("HX-Request")
def home(request: PersonalRequest) -> HttpResponse:
    user, at = request.user, clock.now()
    version = PolicyVersion.objects.in_force(at)
    mark = mark_of_home(user, version, at)
    if request.htmx and has_seen(request.headers, mark):
        return HttpResponseNotModified()
    role = role_of(user)
    page = {**shown_to(user, role, version.policy), "mark": mark}
    answer = render(request, f"desk/home_{role}.html", page)
    if request.htmx:
        answer["ETag"] = f'"{mark}"'
    return answer


def shown_to(user: User, role: Role, policy: Policy) -> dict[str, Any]:
    now = now_for(user)
    asked = asked_of(user, now)
    shown: AuditorHome | LeaderHome | ReviewerHome | SellerHome
    if role == "reviewer":
        shown = reviewer_home(user, policy, now)
    elif role == "leader":
        shown = leader_home(user, policy, now)
    elif role == "auditor":
        shown = auditor_home(user, now)
    else:
        shown = seller_home(user, policy, now, asked)
    return {
        "home": shown,
        "policy": policy,
        "now": now,
        "greeting": greeting(user, now),
        "asked": asked,
        "health": health_for(user, now.at),
        "rates_due": rates_due(user, now.today),
    }


@require_safe
def counts(request: PersonalRequest) -> HttpResponse:
    """The counts beside the navigation, which an open page asks for again."""
    found = {key: count(request.user) for key, count in COUNTS.items()}
    mark = counts_mark(request.user, found)
    if has_seen(request.headers, mark):
        return HttpResponseNotModified()
    answer = render(request, "includes/nav_counts.html", {"counts": tuple(found.items())})
    answer["ETag"], answer["Cache-Control"] = f'"{mark}"', "private, no-cache"
    return answer
