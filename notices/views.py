from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from base import clock
from base.errors import Invalid
from base.words import say
from notices.channels import may_set_for_teams, set_chat, take_out, try_out
from notices.chats import own_panel, team_panels
from notices.forms import ABOUT, Chat, Wanted
from notices.links import subscription
from notices.models import Channel, Notice, Preference
from notices.prefer import prefer, unsubscribe
from notices.read import read, read_all
from people.models import User
from people.request import PersonalRequest

SHOWN = 25


@never_cache
@require_GET
def inbox(request: PersonalRequest) -> HttpResponse:
    found = Notice.objects.inbox_of(request.user.pk, clock.now())
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    newest = max((notice.pk for notice in page), default=0)
    unread = any(notice.read_at is None for notice in page)
    view = {"page": page, "newest": newest, "unread": unread, "here": "notices"}
    return render(request, "notices/inbox.html", view)


@require_POST
def open_notice(request: PersonalRequest, notice: int) -> HttpResponse:
    found = own(request, notice)
    read(found, at=clock.now())
    return redirect(found.path)


@require_POST
def mark_read(request: PersonalRequest, notice: int) -> HttpResponse:
    read(own(request, notice), at=clock.now())
    return redirect("notices:inbox")


@require_POST
def mark_all_read(request: PersonalRequest) -> HttpResponse:
    up_to = request.POST.get("up_to", "")
    if not up_to.isascii() or not up_to.isdigit():
        raise Invalid(say("Say up to which notice; the button on the page does."), field="up_to")
    read_all(by=request.user, up_to=int(up_to), at=clock.now())
    return redirect("notices:inbox")


def own(request: PersonalRequest, notice: int) -> Notice:
    return get_object_or_404(Notice.objects.inbox_of(request.user.pk, clock.now()), pk=notice)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PersonalRequest) -> HttpResponse:
    if request.method != "POST":
        return wishes_page(request)
    form = Wanted(request.POST)
    if not form.is_valid():
        return wishes_page(request, wanted=form, status=422)
    try:
        prefer(by=request.user, chosen=form.cleaned_data)
    except Invalid as refusal:
        form.add_error(refusal.field, refusal.message)
        return wishes_page(request, wanted=form, status=422)
    messages.success(request, say("Saved."))
    return redirect("notices:preferences")


def wishes_page(
    request: PersonalRequest, *, wanted: Wanted | None = None, chat: Chat | None = None, status: int = 200
) -> HttpResponse:
    user, wrong = request.user, chat.cleaned_data.get("team") if chat else None
    mistakes = tuple(map(str, chat.errors.get("url", ()))) if chat else ()
    view = {
        "form": wanted or Wanted.of(Preference.objects.filter(user=user).first()),
        "own": own_panel(user, () if wrong else mistakes),
        "teams": team_panels(wrong, mistakes) if may_set_for_teams(user) else (),
        "here": "notifications",
    }
    return render(request, "notices/preferences.html", view, status=status)


@require_POST
def set_channel(request: PersonalRequest) -> HttpResponse:
    form = Chat(request.POST)
    if not form.is_valid():
        return wishes_page(request, chat=form, status=422)
    team = form.cleaned_data["team"]
    try:
        set_chat(by=request.user, url=form.cleaned_data["url"], team=team)
    except Invalid as refusal:
        form.add_error("url", refusal.message)
        return wishes_page(request, chat=form, status=422)
    to_team = say("Messages go to the chat of {team} from now on.", team=team)
    messages.success(request, to_team if team else say("Messages go to your chat from now on."))
    return redirect("notices:preferences")


@require_POST
def test_channel(request: PersonalRequest, channel: int) -> HttpResponse:
    try_out(known(channel, request), by=request.user)
    messages.success(request, say("The test message is in the chat."))
    return redirect("notices:preferences")


@require_POST
def remove_channel(request: PersonalRequest, channel: int) -> HttpResponse:
    take_out(known(channel, request), by=request.user)
    messages.success(request, say("Nothing is written there any more."))
    return redirect("notices:preferences")


def known(channel: int, request: PersonalRequest) -> Channel:
    """One's own; for the desk, those of teams too. Of others' nobody learns that they exist."""
    found = get_object_or_404(Channel.objects.select_related("team"), pk=channel)
    if found.user_id != request.user.pk and not (found.team_id and may_set_for_teams(request.user)):
        raise Http404
    return found


@csrf_exempt  # a mail program posts it with one click; the sealed name in the address is what lets it
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mails(request: HttpRequest, seal: str) -> HttpResponse:
    subscribed = subscription(seal)
    if subscribed is None:
        raise Http404
    reader = get_object_or_404(User.objects.active(), pk=subscribed[0])
    if request.method == "POST":
        unsubscribe(reader, subscribed[1])
    about = ABOUT[subscribed[1]][0] if subscribed[1] else say("All mails")
    view = {"about": about, "group": subscribed[1], "done": request.method == "POST"}
    return render(request, "notices/unsubscribe.html", view)
