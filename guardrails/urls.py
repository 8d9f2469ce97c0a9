from django.urls import URLPattern

app_name = "guardrails"
urlpatterns: list[URLPattern] = []
