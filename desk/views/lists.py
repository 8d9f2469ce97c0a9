from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.clocks import now_for
from desk.inbox import reviews_of, worth
from desk.mine import closed_deals_of, deals_of, has_past_deals
from desk.moves import in_turn, moves_of
from guardrails.models import PolicyVersion
from people.request import PersonalRequest
from people.shown import cost_view

A_PAGE = 25


@require_safe
def deals(request: PersonalRequest) -> HttpResponse:
    user, now = request.user, now_for(request.user)
    policy = PolicyVersion.objects.in_force(now.at).policy
    closed = Paginator(closed_deals_of(user), A_PAGE).get_page(request.GET.get("page"))
    moves = moves_of(deals_of(user).open(), cost_view(user, policy), now)
    page = {"open": in_turn(moves), "closed": closed, "past": has_past_deals(user), "policy": policy}
    return render(request, "desk/deals.html", page)


@require_safe
def reviews(request: PersonalRequest) -> HttpResponse:
    user, now = request.user, now_for(request.user)
    policy = PolicyVersion.objects.in_force(now.at).policy
    mine = reviews_of(user, policy, now)
    page = {"reviews": mine, "worth": worth(mine, policy), "policy": policy}
    return render(request, "desk/reviews.html", page)
