from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from base import clock
from base.errors import Invalid, WrongState
from deals.errors import RatesRefused
from deals.rates import load_rates, refuse_unless_desk, set_rate
from desk.forms.rates import Enter, Load
from desk.rates import entered_words, loaded_words, rates_of
from guardrails.models import PolicyVersion
from people.models import Function
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def rates(request: PersonalRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request)
    refuse_unless_desk(request.user)
    form = Enter(request.POST, company=company())
    if not form.is_valid():
        return page(request, enter=form, status=422)
    replaces, sure = form.cleaned_data["replaces"], form.sure_of_it
    try:
        entered = set_rate(form.row, by=request.user, replaces=replaces, sure=sure)
    except (Invalid, WrongState) as refusal:
        form.refuse(refusal)
        return page(request, enter=form, status=refusal.status)
    messages.success(request, entered_words(entered, company(), clock.today()))
    return redirect("desk:rates")


@require_POST
def load(request: PersonalRequest) -> HttpResponse:
    refuse_unless_desk(request.user)
    form = Load(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, load=form, status=422)
    try:
        loaded = load_rates(form.content, by=request.user, sure=form.sure_of_it)
    except RatesRefused as refusal:
        form.refuse(refusal)
        return page(request, load=form, status=refusal.status)
    messages.success(request, loaded_words(loaded))
    return redirect("desk:rates")


def company() -> str:
    return PolicyVersion.objects.in_force(clock.now()).policy.currency


def page(
    request: PersonalRequest, *, enter: Enter | None = None, load: Load | None = None, status: int = 200
) -> HttpResponse:
    policy, today = PolicyVersion.objects.in_force(clock.now()).policy, clock.today()
    shown = {
        "rates": rates_of(policy, today, request.GET),
        "enter": enter or Enter(company=policy.currency, initial={"date": today}),
        "load": load or Load(),
        "keeps": request.user.function == Function.DESK,
    }
    return render(request, "desk/rates.html", shown, status=status)
