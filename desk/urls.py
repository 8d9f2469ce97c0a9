from django.urls import path

from desk.views.home import home
from desk.views.lists import deals, reviews
from desk.views.queue import queue

app_name = "desk"
urlpatterns = [
    path("", home, name="home"),
    path("queue/", queue, name="queue"),
    path("deals/", deals, name="deals"),
    path("reviews/", reviews, name="reviews"),
]
