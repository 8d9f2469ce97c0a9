from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.auditor import AuditorHome, auditor_home
from desk.clocks import now_for
from desk.health import health_for
from desk.home import greeting, role_of
from desk.in_return import asked_of
from desk.leader import LeaderHome, leader_home
from desk.reviewer import ReviewerHome, reviewer_home
from desk.seller import SellerHome, seller_home
from guardrails.models import PolicyVersion
from people.request import PersonalRequest


@require_safe
def home(request: PersonalRequest) -> HttpResponse:
    user, now = request.user, now_for(request.user)
    policy, role = PolicyVersion.objects.in_force(now.at).policy, role_of(user)
    shown: AuditorHome | LeaderHome | ReviewerHome | SellerHome
    if role == "reviewer":
        shown = reviewer_home(user, policy, now)
    elif role == "leader":
        shown = leader_home(user, policy, now)
    elif role == "auditor":
        shown = auditor_home(user, now)
    else:
        shown = seller_home(user, policy, now)
    page = {
        "home": shown,
        "policy": policy,
        "now": now,
        "greeting": greeting(user, now),
        "asked": asked_of(user, now),
        "health": health_for(user, now.at),
    }
    return render(request, f"desk/home_{role}.html", page)
