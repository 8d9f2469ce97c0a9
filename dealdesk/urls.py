from django.contrib import admin
from django.urls import include, path

from dealdesk import offline, refusals
from dealdesk.administration import open_administration
from dealdesk.refusing import keep_words

open_administration()

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("kept/", keep_words, name="keep_words"),
    path("offline/", offline.page, name="offline"),
    path("offline.js", offline.worker, name="offline_worker"),
    path("", include("people.urls")),
    path("", include("notices.urls")),
    path("", include("desk.urls")),
    path("", include("guardrails.urls")),
]
handler400 = refusals.senseless
handler403 = refusals.forbidden
handler404 = refusals.not_found
handler429 = refusals.too_many  # asked for by allauth
handler500 = refusals.failed
