from django.urls import path

from guardrails import change_views, views

app_name = "guardrails"
urlpatterns = [
    path("glossary/", views.glossary, name="glossary"),
    path("policy/", views.policy, name="policy"),
    path("policy/hand-in/", change_views.hand_in, name="hand_in"),
    path("policy/<int:number>/", views.policy, name="version"),
    path("policy/<int:number>.toml", change_views.text, name="text"),
    path("policy/<int:number>/agree/", change_views.agree, name="agree"),
    path("policy/<int:number>/publish/", change_views.put_in_force, name="publish"),
]
