"""The addresses the frame names, without their pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


desk = (
    [
        path("", nothing, name="home"),
        path("queue/", nothing, name="queue"),
        path("deals/", nothing, name="deals"),
        path("away/", nothing, name="away"),
    ],
    "desk",
)
people = ([path("theme/", nothing, name="theme")], "people")
urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include(people)),
    path("", include(desk)),
]
