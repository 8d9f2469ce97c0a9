from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from base.format import number
from desk.clocks import now_for
from desk.csv_file import csv_file
from desk.whole_record import MOST, whole_file, whole_for
from people.request import PersonalRequest


@require_safe
@vary_on_headers("HX-Request")
def whole_record(request: PersonalRequest) -> HttpResponse:
    asked, now = request.GET.dict(), now_for(request.user)
    page = {"record": whole_for(request.user, asked, now), "asked": asked, "most": number(MOST)}
    part = "#entries" if "HX-Request" in request.headers else ""
    return render(request, f"desk/whole_record.html{part}", {**page, "now": now, "here": "record"})


@require_safe
def whole_record_csv(request: PersonalRequest) -> HttpResponseBase:
    now = now_for(request.user)
    head, lines = whole_file(request.user, request.GET.dict(), now)
    return csv_file(f"record-{now.local:%Y-%m-%d-%H%M}.csv", head, lines)
