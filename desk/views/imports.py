import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from base import clock
from base.errors import Invalid
from base.words import say
from deals.importing import job
from deals.importing.errors import BadMapping
from deals.importing.refusals import lines
from deals.importing.start import start
from deals.importing.stop import refuse_unless_desk, stop
from deals.models import Import
from desk.forms.imports import NewImport, Written
from desk.import_check import check_of
from desk.imports import (
    STEPS,
    Status,
    import_for,
    imports_page,
    listed,
    may_import,
    progress_of,
    refuse_strangers,
    size_of,
    step_of,
)
from desk.past import past_deals_of
from desk.refused import reasons_of
from desk.uploads import too_large
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def imports(request: PersonalRequest) -> HttpResponse:
    refuse_strangers(request.user)
    if request.method != "POST":
        return imports_answer(request, NewImport() if may_import(request.user) else None)
    refuse_unless_desk(request.user)
    form = NewImport(request.POST, request.FILES, too_large=too_large(request))
    if form.is_valid():
        try:
            import_ = begun(request, form)
        except BadMapping as refusal:
            form.take(refusal.mistakes)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            page = reverse("desk:import", args=[import_.pk])
            return HttpResponseClientRedirect(page) if request.htmx else redirect(page)
    return imports_answer(request, form, status=422)


def begun(request: PersonalRequest, form: NewImport) -> Import:
    chosen = form.cleaned_data["file"]
    return start(
        chosen,
        form.text,
        by=request.user,
        name=chosen.name,
        tables=form.tables,
        dry_run=form.cleaned_data["dry_run"],
    )


def imports_answer(request: PersonalRequest, form: NewImport | None, status: int = 200) -> HttpResponse:
    if request.htmx and form is not None:
        return render(request, "desk/imports.html#new", {"form": form}, status=status)
    page: Page[Import] = imports_page(request.GET.get("page"))
    shown = {"form": form, "page": page, "imports": listed(page)}
    return render(request, "desk/imports.html", shown, status=status)


@require_POST
def import_mapping(request: PersonalRequest) -> HttpResponse:
    refuse_unless_desk(request.user)
    form = Written(request.POST, request.FILES)
    status = 200 if form.is_valid() else 422
    return render(request, "desk/imports.html#mapping", {"form": form}, status=status)


@require_safe
@vary_on_headers("HX-Request")
def import_page(request: PersonalRequest, pk: int) -> HttpResponse:
    import_ = import_for(request.user, pk)
    page = {"import_": import_, "steps": STEPS, "step": step_of(import_), "may": may_import(request.user)}
    page |= {"here": "imports", **state_of(import_)}
    if not request.htmx:
        return render(request, "desk/import.html", page)
    if import_.status == Status.RUNNING:
        return render(request, "desk/import.html#progress", page)
    answer = render(request, "desk/import.html#state", page)
    return retarget(reswap(answer, "outerHTML"), "#state")


def state_of(import_: Import) -> dict[str, Any]:
    """What the page shows of an import, by its state."""
    if import_.status == Status.CHECKED:
        return {"check": check_of(import_)}
    if import_.status == Status.DONE:
        return {"reasons": reasons_of(import_), "size": size_of(import_)}
    return {"progress": progress_of(import_, clock.now())}


@require_POST
def start_import(request: PersonalRequest, pk: int) -> HttpResponse:
    import_ = import_for(request.user, pk)
    job.begin(import_, by=request.user, dry_run="dry_run" in request.POST)
    return redirect("desk:import", pk)


@require_POST
def stop_import(request: PersonalRequest, pk: int) -> HttpResponse:
    import_ = stop(import_for(request.user, pk), by=request.user)
    messages.info(
        request, say("{file} is stopped. What is in stays; it can go on from here.", file=import_.name)
    )
    return redirect("desk:import", pk)


@require_POST
def go_on_import(request: PersonalRequest, pk: int) -> HttpResponse:
    job.go_on(import_for(request.user, pk), by=request.user)
    return redirect("desk:import", pk)


@require_POST
def land_import(request: PersonalRequest, pk: int) -> HttpResponse:
    landed = job.land_tried(import_for(request.user, pk), by=request.user)
    return redirect("desk:import", landed.pk)


@require_safe
def refused_csv(request: PersonalRequest, pk: int) -> HttpResponseBase:
    import_ = import_for(request.user, pk)
    writer = csv.writer(Echo())
    rows: Iterator[str] = (writer.writerow(line) for line in lines(import_))
    answer = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="refused-{import_.pk}.csv"'
    return answer


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


@require_safe
def past_deals(request: PersonalRequest) -> HttpResponse:
    past = past_deals_of(request.user, request.GET.get("import"), request.GET.get("page"))
    return render(request, "desk/past_deals.html", {"past": past})
