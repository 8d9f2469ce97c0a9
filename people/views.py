from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from base.errors import Invalid
from base.words import say
from people.forms import ThemeForm
from people.models import User
from people.request import PersonalRequest


@require_POST
def theme(request: PersonalRequest) -> HttpResponse:
    form = ThemeForm(request.POST)
    if not form.is_valid():
        raise Invalid(say("Choose light, dark, or the theme of your device."), field="theme")
    User.objects.filter(pk=request.user.pk).update(theme=form.cleaned_data["theme"])
    return HttpResponseRedirect(came_from(request))


def came_from(request: HttpRequest) -> str:
    """The page of this site that the person was on; the home page if it cannot be told."""
    page = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if safe else "/"
