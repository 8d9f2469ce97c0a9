from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from base import clock
from base.errors import Invalid
from base.words import say
from desk.forms.queue import Queue
from desk.forms.saved_view import SavedView as Form
from desk.models import SavedView
from desk.saved_views import change_view, delete_view, save_view
from guardrails.models import PolicyVersion
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def saved_views(request: PersonalRequest) -> HttpResponse:
    """The views of a person, and the place where what the address asks for becomes one."""
    policy = PolicyVersion.objects.in_force(clock.now()).policy
    asked = Queue(request.GET, user=request.user, policy=policy)
    if request.method != "POST":
        return page(request, asked, Form())
    form = Form(request.POST)
    if form.is_valid():
        try:
            words = asked.address("").removeprefix("?")
            replace = form.cleaned_data["replace"]
            view = save_view(words, form.keeping, by=request.user, replace=replace)
        except Invalid as refusal:
            form.add_error("name", refusal.message)
        else:
            messages.success(request, say("“{view}” is saved.", view=view))
            return redirect(f"{reverse('desk:queue')}?view={view.pk}")
    return page(request, asked, form, status=422)


def page(request: PersonalRequest, asked: Queue, form: Form, status: int = 200) -> HttpResponse:
    views = SavedView.objects.open_to(request.user).select_related("owner").order_by("name", "pk")
    mine = [(view, changing(view)) for view in views if view.owner_id == request.user.pk]
    said: dict[str, Any] = {
        "form": form,
        "mine": mine,
        "shared": [view for view in views if view.owner_id != request.user.pk],
        "chips": tuple(asked.chips(request.path)),
        "here_now": asked.address(request.path),
        "here": "queue",
    }
    return render(request, "desk/saved_views.html", said, status=status)


def changing(view: SavedView) -> Form:
    known = {"name": view.name, "shared_with": view.shared_with, "opens_first": view.opens_first}
    return Form(initial=known, auto_id=f"id_{view.pk}_%s")


@require_POST
def saved_view(request: PersonalRequest, view: int) -> HttpResponse:
    found = get_object_or_404(SavedView.objects.open_to(request.user), pk=view)
    form = Form(request.POST)
    if not form.is_valid():
        raise Invalid(say("Give the view a name of at most 60 characters."), field="name")
    changed = change_view(found, form.keeping, by=request.user)
    messages.success(request, say("“{view}” is changed.", view=changed))
    return redirect("desk:saved_views")


@require_POST
def drop_view(request: PersonalRequest, view: int) -> HttpResponse:
    found = get_object_or_404(SavedView.objects.open_to(request.user), pk=view)
    delete_view(found, by=request.user)
    messages.success(request, say("“{view}” is deleted.", view=found))
    return redirect("desk:saved_views")
