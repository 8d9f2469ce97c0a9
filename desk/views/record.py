from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from desk.csv_file import csv_file
from desk.head import deal_for, room_of
from desk.record import record_of
from desk.record_file import file_name, record_file
from people.request import PersonalRequest

SCRIPT = settings.BASE_DIR / "docs" / "verify_record.py"


@require_safe
@vary_on_headers("HX-Request")
def record(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    asked = request.GET.dict()
    page = {"room": room, "tabs": room.tabs("record"), "record": record_of(room, asked), "asked": asked}
    part = "#entries" if "HX-Request" in request.headers else ""
    return render(request, f"desk/record.html{part}", page)


@require_safe
def record_csv(request: PersonalRequest, number: str) -> HttpResponseBase:
    room = room_of(deal_for(request.user, number), request.user)
    head, lines = record_file(room, request.GET.dict())
    return csv_file(file_name(room), head, lines)


@require_safe
def verify_script(request: PersonalRequest) -> HttpResponse:
    """What proves an exported record without the product. The same for everybody."""
    return HttpResponse(
        SCRIPT.read_bytes(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{SCRIPT.name}"'},
    )
