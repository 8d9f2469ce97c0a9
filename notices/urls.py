from django.urls import path

from notices import views

app_name = "notices"

urlpatterns = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/read/", views.mark_all_read, name="read_all"),
    path("notices/<int:notice>/open/", views.open_notice, name="open"),
    path("notices/<int:notice>/read/", views.mark_read, name="read"),
    path("profile/notifications/", views.preferences, name="preferences"),
    path("profile/notifications/chat/", views.set_channel, name="set_channel"),
    path("profile/notifications/chat/<int:channel>/test/", views.test_channel, name="test_channel"),
    path("profile/notifications/chat/<int:channel>/remove/", views.remove_channel, name="remove_channel"),
    path("unsubscribe/<str:seal>/", views.stop_mails, name="unsubscribe"),
]
