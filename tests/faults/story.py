"""All faults in turn, and what came of them."""

import json
import random
import subprocess
import time
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from bench.overdue import make_company, make_pattern
from dealdesk.embedded import binary_postgres
from dealdesk.place import Place
from tests.faults import faults, hooks
from tests.faults.ends import Ends
from tests.faults.fleet import Fleet
from tests.faults.moved import DEALS, clock_changes, wrong_deadlines
from tests.faults.page import page
from tests.faults.poison import killed_in_every_try
from tests.faults.run import Run
from tests.faults.scale import Scale
from tests.faults.servers import Servers
from tests.faults.spool import disk_full
from tests.faults.tally import Row, faults_of_state, row

SAMPLED = 6  # deals of which every invariant is asked


def tell_it(servers: Servers, ends: Ends, scale: Scale, options: Namespace) -> bool:
    """Whether nothing was lost and nothing done twice. Prints the table."""
    began = time.monotonic()
    prepare(servers.place, options.dump)
    log = servers.place.var / "log" / "fleet.log"
    fleet = Fleet(log, quick=scale.quick)
    run = Run(servers, ends, fleet, make_pattern(make_company()[1]), scale, random.Random(options.seed))
    try:
        table, broken = played(run)
    except BaseException:
        print(log.read_text(errors="replace")[-2000:])
        raise
    finally:
        fleet.stop()
        connection.close()
    report(run, table, broken, time.monotonic() - began, options)
    return all(one.holds for one in table) and not broken


def prepare(place: Place, dump: Path | None) -> None:
    """A migrated database: from a dump, which is quicker, or by its migrations. With our hooks in it."""
    if dump:
        command = [binary_postgres("psql"), "-q", "-X", "-v", "ON_ERROR_STOP=1", "-f", dump]
        subprocess.run([*map(str, command), place.owner_url()], check=True, stdout=subprocess.DEVNULL)
    else:
        call_command("migrate", verbosity=0, interactive=False)
    hooks.install(place)


def played(run: Run) -> tuple[list[Row], list[str]]:
    """Every fault; the table, and what else does not hold."""
    run.fleet.start("worker-1", "worker-2", "beat-1", "sweeper-1")
    faults.kills(run)
    run.fleet.retire("sweeper-1")
    faults.redis(run)
    run.fleet.start("sweeper-1")
    faults.postgres(run)
    faults.crowd(run)
    faults.endpoints(run)
    broken = disk_full(run)
    if not run.scale.quick:
        broken += killed_in_every_try(run)
    at = run.finish()
    table = [row(part, run.ends.arrived, at=at) for part in run.parts]
    hours = clock_changes(run)
    table += [row(part, run.ends.arrived, at=hours) for part in run.parts[len(table) :]]
    sample = run.chance.sample(run.deals, min(SAMPLED, len(run.deals))) + run.deals[-DEALS:]
    return table, [*broken, *wrong_deadlines(), *faults_of_state(sample)]


def report(run: Run, table: Sequence[Row], broken: Sequence[str], seconds: float, options: Namespace) -> None:
    if options.rows:
        rows = [asdict(one) | {"holds": one.holds} for one in table]
        options.rows.write_text(json.dumps({"rows": rows, "broken": list(broken)}))
    text = page(table, broken, seconds, run.scale, options)
    if options.document:
        options.document.write_text(text)
    print(text.partition("\n\nReal processes")[0])
