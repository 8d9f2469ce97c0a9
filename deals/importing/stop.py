"""Stopping an import and letting it go on."""

from django.db import transaction

from base import clock
from base.errors import NotYours, WrongState
from base.words import mark, say
from deals.models import Import
from ledger.record import record
from people.models import Function, User

Status = Import.Status
NOW = {
    Status.CHECKED: mark("This import is ready to start by now."),
    Status.RUNNING: mark("This import is running by now."),
    Status.STOPPED: mark("This import is stopped by now."),
    Status.DONE: mark("This import is done by now."),
    Status.FAILED: mark("This import is failed by now."),
}


@transaction.atomic
def stop(import_: Import, *, by: User) -> Import:
    """Land nothing more after the batch that is under way. Raises NotYours, WrongState."""
    return change(import_, (Status.CHECKED, Status.RUNNING), Status.STOPPED, "import_stopped", by)


@transaction.atomic
def go_on(import_: Import, *, by: User) -> Import:
    """Let `run` take it up where it was. Raises NotYours, WrongState (neither stopped nor failed)."""
    return change(import_, (Status.STOPPED, Status.FAILED), Status.RUNNING, "import_went_on", by)


def change(import_: Import, before: tuple[str, ...], status: str, kind: str, by: User) -> Import:
    refuse_unless_desk(by)
    if not Import.objects.filter(pk=import_.pk, status__in=before).update(status=status, error=""):
        import_.refresh_from_db()
        raise WrongState(say(NOW[Status(import_.status)]))
    import_.refresh_from_db()
    record(import_.stream, kind, by=by, at=clock.now(), deals=import_.deals_seen)
    return import_


def refuse_unless_desk(by: User | None) -> None:
    """Raises NotYours. Nobody is the command line."""
    if by is not None and by.function != Function.DESK:
        raise NotYours(say("Only the deal desk imports past deals."))
