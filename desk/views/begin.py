from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from base.errors import Invalid
from base.words import say
from deals import begin
from deals.create import refuse_unless_seller
from deals.models import BriefTemplate
from desk.begin import beginnings_of
from desk.head import deal_for
from desk.phrases import listed
from people.request import PersonalRequest


@require_safe
def begin_from(request: PersonalRequest) -> HttpResponse:
    """Choose what a new brief begins with."""
    refuse_unless_seller(request.user)
    query = request.GET.get("q", "").strip()[:120]
    found = beginnings_of(request.user, query, request.GET.get("page"))
    return render(request, "desk/begin.html", {"found": found, "here": "deals"})


@require_POST
def keep(request: PersonalRequest, number: str) -> HttpResponse:
    deal = deal_for(request.user, number)
    try:
        kept = begin.keep_template(
            deal,
            by=request.user,
            name=request.POST.get("template_name", ""),
            shared=request.POST.get("shared") == "on",
        )
    except Invalid as refusal:
        messages.error(request, refusal.message)
        return redirect("desk:brief", number)
    messages.success(request, say("“{name}” is kept. A new brief can begin with it.", name=kept.name))
    return redirect("desk:brief", number)


@require_POST
def take_recorded(request: PersonalRequest, number: str) -> HttpResponse:
    left = begin.take_recorded(deal_for(request.user, number), by=request.user)
    taken = say("What was recorded is in the brief, at the prices of today. Look at each.")
    messages.success(request, taken)
    if left:
        lacking = say("Not taken over, because it is not offered today: {names}.", names=listed(left))
        messages.warning(request, lacking)
    return redirect("desk:brief", number)


@require_POST
def remove_template(request: PersonalRequest, template: int) -> HttpResponse:
    offered = BriefTemplate.objects.offered_to(request.user).select_related("by")
    kept = get_object_or_404(offered, pk=template)
    begin.remove_template(kept, by=request.user)
    removed = say("“{name}” is removed. Briefs that began with it stay as they are.", name=kept.name)
    messages.success(request, removed)
    return redirect("desk:begin_from")
