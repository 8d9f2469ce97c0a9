from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from base import clock
from base.errors import Invalid, NotYours, WrongState
from base.words import say
from guardrails.changing import as_seen, beginning, wrong_lines
from guardrails.errors import BadPolicy, OtherDraft
from guardrails.forms import HandIn, PublishForm
from guardrails.hidden import view_at
from guardrails.load import load, refuse_unless_desk
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from guardrails.views import policy_page
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: PersonalRequest) -> HttpResponse:
    refuse_unless_desk(request.user)
    if request.method != "POST":
        begun = beginning(request.GET.get("from", ""), request.user, clock.now())
        form = HandIn(initial={"text": begun.text, "seen": begun.seen})
        return render(
            request, "guardrails/hand_in.html", {"form": form, "base": begun.base, "here": "policy"}
        )
    form = HandIn(request.POST, request.FILES)
    if not form.is_valid():
        return again(request, form, status=422)
    try:
        version = load(form.written, by=request.user, seen=form.cleaned_data["seen"])
    except BadPolicy as refusal:
        return again(request, form, wrong=wrong_lines(refusal.mistakes, form.written), status=422)
    except OtherDraft as refusal:
        return again(request, form, other=refusal, seen=refusal.draft.sha256, status=refusal.status)
    except WrongState as refusal:
        form.add_error("text", refusal.message)
        return again(request, form, status=refusal.status)
    messages.success(
        request, say("{version} is a draft. A second person agrees to it.", version=version.name)
    )
    return redirect("guardrails:version", version.number)


def again(
    request: PersonalRequest, form: HandIn, *, status: int, seen: str = "", **said: Any
) -> HttpResponse:
    """With what was typed; a browser keeps no file, so its words stand where they can be corrected."""
    text = form.written or form.data.get("text", "")
    kept = HandIn(initial={"text": text, "seen": seen or form.data.get("seen", "")})
    page = {"form": kept, "errors": form.errors, "here": "policy", **said}
    return render(request, "guardrails/hand_in.html", page, status=status)


@require_POST
def agree(request: PersonalRequest, number: int) -> HttpResponse:
    draft = as_seen(draft_for(request, number), request.POST.get("seen", ""))
    agreed = review(draft, by=request.user)
    messages.success(
        request, say("You have agreed to {version}. The deal desk publishes it.", version=agreed.name)
    )
    return redirect("guardrails:version", number)


@require_POST
def put_in_force(request: PersonalRequest, number: int) -> HttpResponse:
    refuse_unless_desk(request.user)
    draft, form = draft_for(request, number), PublishForm(request.POST)
    if not form.is_valid():
        return policy_page(request, number, publish=form, status=422)
    day = form.cleaned_data["day"]
    start = datetime.combine(day, time(), tzinfo=clock.company_zone()) if day else None
    try:
        out = publish(as_seen(draft, form.cleaned_data["seen"]), by=request.user, effective_from=start)
    except Invalid as refusal:
        form.add_error("day", refusal.message)
        return policy_page(request, number, publish=form, status=refusal.status)
    messages.success(request, say("{version} is published.", version=out.name))
    return redirect("guardrails:version", number)


def draft_for(request: PersonalRequest, number: int) -> PolicyVersion:
    """Also one that is published meanwhile: the verb says so."""
    known = PolicyVersion.objects.published() | PolicyVersion.objects.readable_drafts(request.user)
    return get_object_or_404(known.select_related("drafted_by"), number=number)


@require_GET
def text(request: PersonalRequest, number: int) -> HttpResponse:
    """As it was handed in, to the letter."""
    version = draft_for(request, number)
    if view_at(request.user, clock.now()) == "band":
        raise NotYours(
            say("The text says where cost begins to count, which the policy keeps from your function.")
        )
    name = f"policy-v{version.number}.toml"
    return HttpResponse(
        version.text.encode(),
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
