from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from base.words import mark
from deals.models.deal import DealQuerySet
from desk.clocks import now_for
from desk.forms.asking import Listing
from desk.inbox import reviews_of, worth
from desk.mine import closed_deals_of, deals_of, has_past_deals
from desk.moves import in_turn, moves_of
from desk.narrowing import said_of_deal
from desk.sold_by import Part, by_seller, parted
from desk.sorting import By, Ways, direction, heads_of, in_order
from guardrails.models import PolicyVersion
from people.models import Team, User
from people.request import PersonalRequest
from people.shown import cost_view

A_PAGE = 25
# both sorted as they are listed: what is to be done first, what is due first
OPEN: Ways = {
    "deal": By(mark("Deal"), "ascending", lambda move: move.deal.account.name.lower()),
    "value": By(mark("Value at target"), "descending", lambda move: move.value),
    "due": By(mark("By when"), "ascending", lambda move: move.due),
}
REVIEWS: Ways = {
    "deal": By(mark("Deal"), "ascending", lambda review: review.deal.account.name.lower()),
    "value": By(mark("Value"), "descending", lambda review: review.value),
    "due": By(mark("Answer due"), "ascending", lambda review: review.clock.due_at),
}
CLOSED: Ways = {
    "deal": OPEN["deal"],
    "closed": By(mark("Closed"), "descending", lambda deal: deal.closed_at),
}
CLOSED_BY: Mapping[str, Lower | F] = {"deal": Lower("account__name"), "closed": F("closed_at")}


@require_safe
def deals(request: PersonalRequest) -> HttpResponse:
    user, now, form = request.user, now_for(request.user), Listing(request.GET, {**OPEN, **CLOSED})
    policy = PolicyVersion.objects.in_force(now.at).policy
    word, sort = form.asked.get("q", ""), form.asked.get("sort", "")
    here = Q() if not word else said_of_deal(word)
    moves = moves_of(deals_of(user, led=True).open().filter(here), cost_view(user, policy), now)
    leads = Team.objects.led_by(user).exists()
    listed = by_seller(moves) if leads and not sort else in_order(in_turn(moves), sort, OPEN)
    shown = Paginator(listed, A_PAGE).get_page(request.GET.get("page"))
    page = {
        **found_by(request, form, {**OPEN, **CLOSED}),
        "leads": leads,
        "parts": parted(shown, moves) if leads and not sort else (Part(tuple(shown)),),
        "open": shown,
        "closed": Paginator(closed_in_order(user, here, sort), A_PAGE).get_page(request.GET.get("closed")),
        "past": has_past_deals(user),
        "policy": policy,
    }
    return render(request, "desk/deals.html", page)


def closed_in_order(user: User, here: Q, sort: str) -> DealQuerySet:
    closed, key = closed_deals_of(user).filter(here), sort.removeprefix("-")
    if key not in CLOSED_BY:
        return closed
    down = direction(sort, CLOSED) == "descending"
    return closed.order_by(CLOSED_BY[key].desc() if down else CLOSED_BY[key].asc(), "-pk")


def found_by(request: PersonalRequest, form: Listing, ways: Ways) -> dict[str, Any]:
    """What both lists say of how they were asked for."""
    sort = form.asked.get("sort", "")
    return {
        "form": form,
        "word": form.asked.get("q", ""),
        "heads": heads_of(ways, sort, lambda to: form.address(request.path, sort=to)),
        "unsorted": form.address(request.path, sort="") if sort else "",
    }


@require_safe
def reviews(request: PersonalRequest) -> HttpResponse:
    user, now, form = request.user, now_for(request.user), Listing(request.GET, REVIEWS)
    policy = PolicyVersion.objects.in_force(now.at).policy
    mine = reviews_of(user, policy, now, form.asked.get("q", ""))
    sorted_ = in_order(mine, form.asked.get("sort", ""), REVIEWS)
    page = {
        **found_by(request, form, REVIEWS),
        "first": next(iter(mine), None),
        "reviews": Paginator(sorted_, A_PAGE).get_page(request.GET.get("page")),
        "worth": worth(mine, policy),
        "policy": policy,
    }
    return render(request, "desk/reviews.html", page)
