"""What came of one run as a page, with the command to repeat it."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from base import clock
from bench.machine import machine
from tests.faults.scale import Scale
from tests.faults.tally import Row

HEADS = (
    "fault | injected | effects due | done once | done twice | messages again | on their way | parked | lost"
)
EXPLAINED = Path(__file__).with_name("explained.md").read_text()


def page(
    table: Sequence[Row], broken: Sequence[str], seconds: float, scale: Scale, options: Namespace
) -> str:
    return "\n".join([*head(seconds, scale, options), *rows(table), *besides(broken), "", EXPLAINED, ""])


def head(seconds: float, scale: Scale, options: Namespace) -> Iterator[str]:
    yield "# Proven under faults"
    yield ""
    yield f"Measured on {clock.today():%d %B %Y} in {seconds / 60:.0f} minutes with"
    yield ""
    asked = f"--effects {scale.effects} --away {scale.away:g} --seed {options.seed}"
    yield f"    .venv/bin/python -m tests.faults {asked}"
    yield ""
    yield f"on {machine()}."
    yield "`make faults` runs the same with 20,000 effects; `make test` a form of about a minute."
    yield ""


def rows(table: Sequence[Row]) -> Iterator[str]:
    yield f"| {HEADS} |"
    yield "|---|" + "---:|" * 8
    for one in table:
        yield said(one.fault, one)
    total = {name: sum(getattr(one, name) for one in table) for name in COUNTS}
    yield said("**all**", Row(fault="", **total))


COUNTS = ("injected", "due", "once", "again", "flights", "twice", "parked", "lost")


def said(name: str, one: Row) -> str:
    counts = (one.injected, one.due, one.once, one.twice, one.again, one.flights, one.parked, one.lost)
    return f"| {name} | {' | '.join(f'{count:,}' for count in counts)} |"


def besides(broken: Sequence[str]) -> Iterator[str]:
    yield ""
    yield "Nothing else was found to be wrong." if not broken else "What else does not hold:"
    yield from (f"- {sentence}" for sentence in broken)
