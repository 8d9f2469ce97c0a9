"""No room on the disk: the spool of mails that are files, and the log."""

import os
import resource
import subprocess
import sys

from ledger.models import Effect
from tests.faults.run import Run, newest
from tests.faults.tally import MAILS, Part

MAILS_DUE = 20
FULL = "/dev/full"  # every write to it fails as on a full disk
ERROR = "OSError: [Errno 27] File too large"  # what a limit of 0 on the size of files says


def no_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def disk_full(run: Run) -> list[str]:
    """A sweep that can write neither a mail nor its log. What it says wrongly of that."""
    before, mails = newest(), MAILS_DUE
    run.fleet.stop()
    run.write(run.deals[:4], mails)
    env = {name: value for name, value in os.environ.items() if name != "EMAIL_HOST"}
    with open(FULL, "wb") as full:
        command = [sys.executable, "manage.py", "sweep"]
        ended = subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=full, preexec_fn=no_room)
    run.parts.append(Part("no room for mails and log", mails, 0, before, newest()))
    waiting = Effect.objects.filter(pk__gt=before, kind__in=MAILS, state=Effect.State.PENDING)
    said = list(waiting.values_list("last_error", flat=True))
    wrong = [] if ended.returncode == 0 else [f"the sweep on a full disk ended with {ended.returncode}"]
    if set(said) != {ERROR} or len(said) < mails:  # more, where a lease of the killed has run out
        wrong.append(f"on a full disk {mails} mails wait with {sorted(set(said))}")
    return wrong
