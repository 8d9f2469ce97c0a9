"""Both measurements, their figures, and what must hold of them."""

import random
from argparse import Namespace
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection

from bench import latency, throughput
from bench.latency import Waits
from bench.overdue import make_company, make_pattern
from bench.page import page, verdicts
from tests.cast import Cast
from tests.faults.ends import Ends
from tests.faults.fleet import Fleet
from tests.faults.servers import Servers


def play(servers: Servers, ends: Ends, options: Namespace) -> bool:
    """Whether all that must hold does. Prints the page, and writes it if asked to."""
    call_command("migrate", verbosity=0, interactive=False)
    cast, deal = make_company()
    waits = list(waiting(servers, ends, cast, options.submits))
    pattern = make_pattern(deal)
    rates = throughput.measure(pattern, small=options.small, pile=options.steps, crews=options.workers)
    connection.close()
    text = page(rates, waits, options)
    print(text)
    if options.document:
        options.document.write_text(text)
    return all(good for _, good in verdicts(rates, waits))


def waiting(servers: Servers, ends: Ends, cast: Cast, submits: int) -> Iterator[Waits]:
    """With the doorbell: a worker and a scheduler. Then the same two when Redis is gone."""
    fleet, chance = Fleet(servers.place.var / "log" / "fleet.log", quick=False), random.Random(5)
    try:
        fleet.start("worker-1", "beat-1")
        latency.measure("the first", cast, ends.post, submits=2, chance=chance)
        yield latency.measure("with the doorbell", cast, ends.post, submits=submits, chance=chance)
        servers.kill_valkey()
        yield latency.measure("without Redis", cast, ends.post, submits=submits, chance=chance)
    finally:
        fleet.stop()
        servers.restart_valkey()
