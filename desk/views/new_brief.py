from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from base import clock
from deals.create import create, refuse_unless_seller
from desk.currency import choices_of
from desk.forms.new_brief import NewBrief
from guardrails.models import PolicyVersion
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def new_brief(request: PersonalRequest) -> HttpResponse:
    refuse_unless_seller(request.user)
    policy = PolicyVersion.objects.in_force(clock.now()).policy
    currencies = choices_of(policy, clock.today())
    form = NewBrief(request.POST if request.method == "POST" else None, policy=policy, currencies=currencies)
    if form.is_valid():
        deal = create(**form.cleaned_data, by=request.user)
        return redirect("desk:brief", deal.number)
    return render(request, "desk/new.html", {"form": form}, status=422 if form.is_bound else 200)
