from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from base import clock
from guardrails.changing import change_of
from guardrails.forms import GlossaryForm, PublishForm
from guardrails.glossary import MIXED_UP, WORDS
from guardrails.hidden import view_under
from guardrails.holders import holders, named
from guardrails.models import PolicyVersion
from guardrails.pace import NONE, pace_at
from guardrails.reading import People, excepting, level_table, library, measured_words, sections, stand_ins
from people.models import Function
from people.request import PersonalRequest
from people.shown import View


@require_GET
def glossary(request: PersonalRequest) -> HttpResponse:
    form = GlossaryForm(request.GET)
    asked = form.cleaned_data["q"] if form.is_valid() else ""
    version = PolicyVersion.objects.begun(clock.now()).first()
    policy, view = version.policy if version else None, view_under(request.user, version)
    context = {
        "form": form,
        "asked": asked,
        "policy": policy,
        "metrics": [row for row in measured_words(policy, view) if row.word.mentions(asked)],
        "words": [word for word in WORDS if word.mentions(asked)],
        "mixed_up": [word for word in MIXED_UP if word.mentions(asked)],
        "levels": level_table(policy) if policy else None,
    }
    return render(request, "guardrails/glossary.html", context)


@require_GET
def policy(request: PersonalRequest, number: int | None = None) -> HttpResponse:
    return policy_page(request, number)


def policy_page(
    request: PersonalRequest, number: int | None, *, publish: PublishForm | None = None, status: int = 200
) -> HttpResponse:
    """`publish`: what was typed there, where it was refused."""
    at = clock.now()
    shown = PolicyVersion.objects.select_related("drafted_by", "reviewed_by", "published_by")
    now = shown.begun(at).first()
    drafts = shown.readable_drafts(request.user)
    if number is None:
        version = now or shown.in_force(at)
    else:
        version = get_object_or_404(shown.published() | drafts, number=number)
    view = view_under(request.user, now)
    draft = version.effective_from is None
    context = {
        "change": change_of(version, now, request.user, view) if draft else None,
        "publish": publish or PublishForm(),
        "version": version,
        "in_force": version == now,
        "versions": PolicyVersion.objects.published().order_by("-number"),
        "drafts": drafts.order_by("-number"),
        "writes": request.user.function == Function.DESK,
        "here": "policy",
        **read(version, view, at, in_force=version == now),
    }
    return render(request, "guardrails/policy.html", context, status=status)


def read(version: PolicyVersion, view: View, at: datetime, *, in_force: bool) -> dict[str, Any]:
    """What it says; of the version in force, how fast its levels answer now too."""
    policy = version.policy
    pace = pace_at(at, policy) if in_force else NONE
    people = People(holders(policy, clock.date_of(at)), pace.percent)
    return {
        "policy": policy,
        "view": view,
        "pace": pace,
        "sections": sections(policy, people, view),
        "clauses": library(policy),
        "excepting": excepting(policy),
        "specialists": stand_ins(policy, named(policy)),
    }
