from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from base import clock
from desk.leakage import leakage_for
from guardrails.models import PolicyVersion
from people.request import PersonalRequest


@require_safe
def leakage(request: PersonalRequest) -> HttpResponse:
    policy = PolicyVersion.objects.in_force(clock.now()).policy
    asked, page = request.GET.get("period", ""), request.GET.get("page")
    view = leakage_for(request.user, policy.currency, clock.today(), asked, page)
    return render(request, "desk/leakage.html", {"view": view, "policy": policy, "here": "insights"})
