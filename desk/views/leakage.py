from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from base import clock
from desk.csv_file import csv_file
from desk.leak_file import file_name, leak_file
from desk.leakage import leakage_for
from guardrails.models import PolicyVersion
from people.request import PersonalRequest


@require_safe
def leakage(request: PersonalRequest) -> HttpResponse:
    policy = PolicyVersion.objects.in_force(clock.now()).policy
    view = leakage_for(request.user, policy.currency, clock.today(), request.GET)
    return render(request, "desk/leakage.html", {"view": view, "policy": policy, "here": "insights"})


@require_safe
def leakage_csv(request: PersonalRequest) -> HttpResponseBase:
    currency, today = PolicyVersion.objects.in_force(clock.now()).policy.currency, clock.today()
    return csv_file(file_name(today), *leak_file(request.user, currency, today, request.GET))
