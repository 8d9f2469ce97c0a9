from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from base import clock
from base.words import say, say_many
from desk.forms.profile import Profile, zone_list
from desk.profile import end_others, end_session, set_own, signed_in, unlisted
from people.request import PersonalRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PersonalRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request, Profile.of(request.user))
    form = Profile(request.POST)
    if not form.is_valid():
        return page(request, form, status=422)
    set_own(request.user, form.chosen, at=clock.now())
    messages.success(request, say("Saved."))
    return redirect("desk:profile")


def page(request: PersonalRequest, form: Profile, status: int = 200) -> HttpResponse:
    places = signed_in(request.user, request.session.session_key)
    if not any(each.here for each in places):  # signed in before places were listed
        places.insert(0, unlisted(request.user, request.headers.get("User-Agent", "")))
    view = {"form": form, "places": places, "zones": zone_list(clock.now()), "here": "profile"}
    return render(request, "desk/profile.html", view, status=status)


@require_POST
def sign_out_of(request: PersonalRequest, session: int) -> HttpResponse:
    ended = end_session(request.user, session)
    if ended and ended.session_key == request.session.session_key:
        logout(request)
        return redirect("account_login")
    already = say("You were signed out there already.")
    messages.success(request, say("Signed out there.") if ended else already)
    return redirect("desk:profile")


@require_POST
def sign_out_elsewhere(request: PersonalRequest) -> HttpResponse:
    ended = end_others(request.user, request.session.session_key)
    done = say_many("Signed out at {count} other place.", "Signed out at {count} other places.", ended)
    messages.success(request, done if ended else say("You were signed in nowhere else."))
    return redirect("desk:profile")
