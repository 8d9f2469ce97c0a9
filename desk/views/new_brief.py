from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from base import clock
from base.errors import Invalid
from base.words import say
from deals.begin import New, begin_from
from deals.create import create, refuse_unless_seller
from deals.models import BriefTemplate, Deal
from desk.begin import beginnings_of, source_of
from desk.currency import choices_of
from desk.forms.new_brief import NewBrief
from desk.phrases import listed
from guardrails.models import PolicyVersion
from people.models import User
from people.request import PersonalRequest

Source = Deal | BriefTemplate | None


@require_http_methods(["GET", "HEAD", "POST"])
def new_brief(request: PersonalRequest) -> HttpResponse:
    refuse_unless_seller(request.user)
    policy = PolicyVersion.objects.in_force(clock.now()).policy
    currencies = choices_of(policy, clock.today())
    posted = request.POST if request.method == "POST" else None
    name = (posted or request.GET).get("from", "")
    source, missing = chosen(request.user, name)
    desk = User.objects.desk().by_name().values_list("name", flat=True)
    form = NewBrief(
        posted, policy=policy, currencies=currencies, desk=list(desk), initial=first_words(source)
    )
    if form.is_valid() and not missing:
        deal = begin(request, form, source)
        return redirect("desk:brief", deal.number)
    if missing and form.is_bound:
        form.add_error(None, missing)
    page: dict[str, object] = {
        "form": form,
        "source": source,
        "from": name if source else "",
        "missing": missing,
    }
    if source is None:
        page["nearby"] = beginnings_of(request.user, "", None)
    return render(request, "desk/new.html", page, status=422 if form.is_bound else 200)


def chosen(user: User, name: str) -> tuple[Source, str]:
    """What the brief begins with, or why it cannot."""
    try:
        return source_of(user, name), ""
    except Invalid as refusal:
        return None, refusal.message


def first_words(source: Source) -> dict[str, object]:
    if not isinstance(source, Deal):
        return {}
    return {"account": source.account, "deal_type": source.deal_type, "currency": source.currency}


def begin(request: PersonalRequest, form: NewBrief, source: Source) -> Deal:
    if source is None:
        return create(**form.cleaned_data, by=request.user)
    deal, left = begin_from(source, New(**form.cleaned_data), by=request.user)
    copied = say("Its terms are copied, at the prices of today. Look at each before you ask.")
    messages.success(request, copied)
    if left:
        lacking = say("Not copied, because it is not offered today: {names}.", names=listed(left))
        messages.warning(request, lacking)
    return deal
