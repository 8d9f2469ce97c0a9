from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from desk.replayed import replay_for
from guardrails.models import PolicyVersion
from people.request import PersonalRequest


@require_safe
def policy_replay(request: PersonalRequest, version: int) -> HttpResponse:
    known = PolicyVersion.objects.published() | PolicyVersion.objects.readable_drafts(request.user)
    found = replay_for(request.user, get_object_or_404(known, number=version))
    return render(request, "desk/policy_replay.html", {"replay": found, "here": "policy"})
