from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from base import clock
from guardrails.forms import GlossaryForm
from guardrails.glossary import MIXED_UP, WORDS
from guardrails.hidden import view_under
from guardrails.holders import holders, named
from guardrails.models import PolicyVersion
from guardrails.reading import excepting, level_table, library, measured_words, sections, stand_ins
from people.request import PersonalRequest


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
    at = clock.now()
    shown = PolicyVersion.objects.select_related("drafted_by", "reviewed_by", "published_by")
    now = shown.begun(at).first()
    if number is None:
        version = now or shown.in_force(at)
    else:
        version = get_object_or_404(shown.published(), number=number)
    held, view = holders(version.policy, clock.date_of(at)), view_under(request.user, now)
    context = {
        "version": version,
        "policy": version.policy,
        "view": view,
        "sections": sections(version.policy, held, view),
        "clauses": library(version.policy),
        "excepting": excepting(version.policy),
        "specialists": stand_ins(version.policy, named(version.policy)),
        "in_force": version == now,
        "versions": PolicyVersion.objects.published().order_by("-number"),
    }
    return render(request, "guardrails/policy.html", context)
