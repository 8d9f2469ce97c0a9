"""Judged by outcome: what is overdue, not which process runs."""

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

LATE_SECONDS = 120  # eight sweeps


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        late = seconds_overdue()
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "no answer"}, status=503)
    ready = late <= LATE_SECONDS
    return JsonResponse(
        {"ready": ready, "database": "ok", "oldest_due_effect_seconds": late}, status=200 if ready else 503
    )


def seconds_overdue() -> int:
    """Age of the oldest effect that is due and not done; 0 when there is none."""
    effects = apps.get_model("ledger", "Effect")._default_manager
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    now = timezone.now()
    oldest = (
        effects.filter(state="pending", due_at__lte=now).order_by("due_at").values_list("due_at", flat=True).first()
    )
    return int((now - oldest).total_seconds()) if oldest else 0
