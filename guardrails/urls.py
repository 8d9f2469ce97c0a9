from django.urls import path

from guardrails import views

app_name = "guardrails"
urlpatterns = [
    path("glossary/", views.glossary, name="glossary"),
    path("policy/", views.policy, name="policy"),
    path("policy/<int:number>/", views.policy, name="version"),
]
