from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from base import clock
from base.words import say
from desk.csv_file import csv_file
from desk.overrides import HEAD, override_rows, overrides_for
from people.request import PersonalRequest


@require_safe
def overrides(request: PersonalRequest) -> HttpResponse:
    asked, page = request.GET.get("period", ""), request.GET.get("page")
    view = overrides_for(request.user, clock.today(), asked, page)
    return render(request, "desk/overrides.html", {"view": view, "here": "insights"})


@require_safe
def overrides_csv(request: PersonalRequest) -> HttpResponseBase:
    rows = override_rows(request.user, clock.today(), request.GET.get("period", ""))
    return csv_file("overrides.csv", tuple(map(say, HEAD)), (row.cells for row in rows))
