from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from deals.find import numbered
from deals.models import Account, Deal
from desk.search import A_GROUP, SUGGESTED, all_deals, asked_for, search
from people.request import PersonalRequest

PAGE = "desk/search.html"


@require_safe
def find(request: PersonalRequest) -> HttpResponse:
    asked = asked_for(request.GET.get("q", ""))
    if request.htmx:
        return render(request, f"{PAGE}#suggestions", {"found": search(request.user, asked, SUGGESTED)})
    if asked.words and (deal := numbered(request.user, asked.text)):
        return redirect("desk:deal", deal.number)
    return render(request, PAGE, {"found": search(request.user, asked, A_GROUP), "here": "search"})


@require_safe
def find_deals(request: PersonalRequest) -> HttpResponse:
    """All that fit; or all of one account, which exists for who sees a deal of it."""
    asked, account = asked_for(request.GET.get("q", "")), None
    if wanted := request.GET.get("account"):
        known = Deal.objects.visible_to(request.user).order_by().values("account")
        account = get_object_or_404(Account, pk__in=known, pk=wanted if wanted.isdigit() else None)
    deals = all_deals(request.user, asked, account, request.GET.get("page"))
    view = {"asked": asked, "account": account, "page": deals, "here": "search"}
    return render(request, "desk/search_deals.html", view)
