"""Which workers and schedulers say that they run. What is overdue is judged by `ledger.health`, not here."""

from datetime import datetime, timedelta

from ledger.models import Heartbeat

EVERY = 15  # seconds
SILENT = timedelta(seconds=4 * EVERY)  # then a process is shown as gone
FORGOTTEN = timedelta(hours=24)  # then it is not shown any more


def beat(role: Heartbeat.Role, name: str, *, began: datetime, at: datetime) -> None:
    """Say that the process `name` runs. Once is as good as twice; rows of the long silent go."""
    row = Heartbeat(role=role, name=name, began_at=began, at=at)
    Heartbeat.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["role", "name"], update_fields=["began_at", "at"]
    )
    Heartbeat.objects.filter(at__lt=at - FORGOTTEN).delete()


def end(role: Heartbeat.Role, name: str) -> None:
    """Say that it ends in order, so that it is not missed."""
    Heartbeat.objects.filter(role=role, name=name).delete()


def heard(role: Heartbeat.Role, host: str, *, at: datetime) -> bool:
    """Whether a process of this machine, named as in celery@host, said lately that it runs."""
    lately = Heartbeat.objects.filter(role=role, at__gte=at - SILENT)
    return lately.filter(name__endswith=f"@{host}").exists()
