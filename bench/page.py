"""The figures of one run as a page, with the command to repeat it."""

from argparse import Namespace
from collections.abc import Iterator, Sequence

from base import clock
from bench.latency import Waits, median, p95
from bench.machine import machine
from bench.throughput import Rate

INTERVAL = 15.0  # seconds between two sweeps
AS_FAST = 0.9  # what counts as no slower: two measurements of the same differ by as much

Verdict = tuple[str, bool]


def page(rates: Sequence[Rate], waits: Sequence[Waits], options: Namespace) -> str:
    return "\n".join([*head(options), *of_rates(rates), *of_waits(waits), *of_verdicts(rates, waits), ""])


def head(options: Namespace) -> Iterator[str]:
    crews = " ".join(map(str, options.workers))
    command = f"python -m bench --steps {options.steps} --small {options.small} --workers {crews}"
    yield "# How fast what is due gets done"
    yield ""
    yield f"Measured on {clock.today():%d %B %Y} with"
    yield ""
    yield f"    .venv/bin/{command} --submits {options.submits}"
    yield ""
    yield f"on {machine()}. PostgreSQL and Valkey were the run's own, on the same machine, with what is"
    yield "committed kept on the disk (`fsync`). `make bench` measures 100,000 steps."


def of_rates(rates: Sequence[Rate]) -> Iterator[str]:
    yield from ("", "## Effects per second", "")
    yield "Overdue steps, one timer due for each: a reminder or, in every second deal, a hand-over, with its"
    yield "event, the rows of its notices and the mails that are due after it. The bare loop claims one row"
    yield "and marks it done, in two statements, and does nothing for it."
    yield from (
        "",
        "| | overdue steps | at work | effects | seconds | per second |",
        "|---|---|---|---|---|---|",
    )
    for rate in rates:
        counts = f"{rate.pile:,} | {rate.workers} | {rate.effects:,}"
        yield f"| {rate.what} | {counts} | {rate.seconds:.1f} | {rate.per_second:.0f} |"


def of_waits(waits: Sequence[Waits]) -> Iterator[str]:
    yield from ("", "## From submit to the reviewer", "")
    yield "Seconds from the call until the row of the reviewer's notice stands, which is written with the"
    yield "request, and until the mail server has the mail."
    yield from ("", "| | people asked | row, median | row, p95 | mail, median | mail, p95 | mails missing |")
    yield "|---|---|---|---|---|---|---|"
    for each in waits:
        row, mail = each.row, each.mail
        figures = f"{median(row):.2f} | {p95(row):.2f} | {median(mail):.2f} | {p95(mail):.2f}"
        yield f"| {each.what} | {len(row)} | {figures} | {each.missing} |"


def of_verdicts(rates: Sequence[Rate], waits: Sequence[Waits]) -> Iterator[str]:
    yield from ("", "## What must hold", "", "| | |", "|---|---|")
    for sentence, good in verdicts(rates, waits):
        yield f"| {sentence} | {'holds' if good else '**does not hold**'} |"


def verdicts(rates: Sequence[Rate], waits: Sequence[Waits]) -> Iterator[Verdict]:
    """Each requirement with its figure, and whether it holds."""
    loops = [rate.per_second for rate in rates if rate.what == "bare loop"]
    crews = {rate.workers: rate.per_second for rate in rates if "at work" in rate.what}
    small, end = (rate_of(rates, what) for what in ("a small pile", "the end of the large pile"))
    share = crews[1] / max(loops)
    yield f"One worker does {share:.2f} of the bare loop: a tenth or more", share >= 0.1
    yield "… and the goal is a third", share >= 1 / 3
    yield (
        f"In the large pile it does {crews[1] / small:.2f} of what it does in the small one",
        crews[1] >= AS_FAST * small,
    )
    yield f"… and at its end {end / small:.2f}", end >= AS_FAST * small
    if 2 in crews:
        yield f"Two do {crews[2] / crews[1]:.2f} of one: 1.6 or more", crews[2] >= 1.6 * crews[1]
    for each, limit in zip(waits, (1.0, INTERVAL + 1), strict=True):
        good = p95(each.row) < limit and p95(each.mail) < limit and not each.missing
        yield f"Row and mail within {limit:.0f} s, 95 of 100, {each.what}", good


def rate_of(rates: Sequence[Rate], what: str) -> float:
    return next(rate.per_second for rate in rates if rate.what == what)
