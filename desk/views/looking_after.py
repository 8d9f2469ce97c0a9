from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from approvals.looking_after import call_desk, refuse_unless_looking_after
from base.errors import Invalid
from base.words import say
from desk.forms.intervene import Call
from desk.holding import desk_people
from desk.intervene import held_for
from desk.views.intervene import forms_for, page
from people.request import PersonalRequest


@require_POST
def call(request: PersonalRequest, step: int) -> HttpResponse:
    held = held_for(request.user, step)
    refuse_unless_looking_after(held.step.deal, request.user)
    form = Call(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            call_desk(held.step, by=request.user, reason=said["reason"], sent=said["sent"])
        except Invalid as refusal:
            form.add_error("reason", refusal.message)
        else:
            told = say("The deal desk is told: {names}. What you wrote is a comment.", names=desk_people())
            messages.success(request, told)
            return redirect("desk:approvals", held.step.deal.number)
    return page(request, held, forms_for(held), call=form, status=422)
