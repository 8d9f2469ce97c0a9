"""`make faults`: every fault over a real company with real processes; a table, and docs/faults.md."""

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import django
from django.utils.module_loading import import_string

from tests.faults.ends import Ends
from tests.faults.scale import SHORT, long
from tests.faults.servers import folder, servers

STORY = "tests.faults.story.tell_it"


def main() -> int:
    options = asked()
    with folder() as place, servers(place) as ours, closing(Ends()) as ends:
        os.environ.update(ends.env)
        django.setup()
        story: Callable[..., bool] = import_string(STORY)
        scale = SHORT if options.short else long(options.effects, options.away)
        told = story(ours, ends, scale, options)
        return 0 if told else 1


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--short", action="store_true", help="the form of about a minute")
    parser.add_argument("--effects", type=int, default=20_000, help="about how many effects fall due")
    parser.add_argument("--away", type=float, default=120, help="seconds that Redis is stopped")
    parser.add_argument("--seed", type=int, default=5, help="of the random moments")
    parser.add_argument("--rows", type=Path, help="write the table as JSON")
    parser.add_argument("--dump", type=Path, help="load this instead of migrating")
    parser.add_argument("--document", type=Path, help="write the page with the table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
