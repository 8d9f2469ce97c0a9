from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from desk.bulk import verbs_of
from desk.clocks import now_for
from desk.forms.queue import Queue as Form
from desk.queue import owners_of, queue_of
from desk.today import today_of
from guardrails.models import PolicyVersion
from people.models import Function
from people.request import PersonalRequest


@require_safe
@vary_on_headers("HX-Request")
def queue(request: PersonalRequest) -> HttpResponse:
    user, now = request.user, now_for(request.user)
    policy = PolicyVersion.objects.in_force(now.at).policy
    form = Form(request.GET, policy=policy, owners=owners_of(user))
    shown = queue_of(user, policy, form.asked, now, request.GET.get("page"))
    choose = verbs_of(user) if user.function == Function.DESK else ()
    page = {"choose": choose, "form": form, "asked": form.asked, "queue": shown, "policy": policy, "now": now}
    if "HX-Request" in request.headers:
        answer = render(request, "desk/queue.html#table", page)
        return push_url(answer, form.address(request.path))
    today = today_of(user, policy, now)
    views = today.views(form.asked.get("when", ""))
    return render(request, "desk/queue.html", {**page, "today": today, "views": views})
