"""One message whose sender is killed in every try: parked after the last, and not lost."""

import subprocess
import sys
from datetime import timedelta

from base import clock
from ledger.claim import TRIES
from ledger.models import Effect
from ledger.sweep import sweep
from tests.faults.faults import until
from tests.faults.post import HOLDS, WELL
from tests.faults.run import Run, newest
from tests.faults.tally import MAILS, Part

START = 120.0  # seconds for a sweep to start and send, on a busy machine too


def killed_in_every_try(run: Run) -> list[str]:
    """Its lease is made to run out between the tries. What is wrong in the end."""
    run.fleet.stop()
    before = newest()
    run.write(run.deals[:1], 1)
    run.ends.behave(HOLDS)
    mail = Effect.objects.filter(pk__gt=before, kind__in=MAILS)
    killed = 0
    for _ in range(TRIES):
        sender = subprocess.Popen([sys.executable, "manage.py", "sweep"], stdout=subprocess.DEVNULL)
        killed += until(lambda: run.ends.post.holding > 0, START)
        sender.kill()
        sender.wait()
        until(lambda: run.ends.post.holding == 0)
        mail.update(lease_until=clock.now() - timedelta(seconds=1))
    run.ends.behave(WELL)
    sweep(clock.now())
    run.parts.append(Part("one mail killed in every try", killed, killed, before, newest()))
    states = list(mail.values_list("state", "attempts", "last_error"))
    wanted = [(Effect.State.PARKED, TRIES, "The last try ended without an answer.")]
    return [] if states == wanted else [f"a mail killed in every try is {states}"]
