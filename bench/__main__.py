"""`make bench`: how fast what is due gets done, on servers of its own that keep what is committed."""

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import django
from django.utils.module_loading import import_string

from tests.faults.ends import Ends
from tests.faults.servers import folder, servers

PLAY = "bench.play.play"


def main() -> int:
    options = asked()
    with folder() as place, servers(place) as ours, closing(Ends()) as ends:
        os.environ.update(ends.env)
        django.setup()
        play: Callable[..., bool] = import_string(PLAY)
        return 0 if play(ours, ends, options) else 1


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000, help="overdue steps of the large pile")
    parser.add_argument("--small", type=int, default=1000, help="overdue steps of the small one")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4], help="how many sweep at once")
    parser.add_argument("--submits", type=int, default=40, help="deals sent to measure how long people wait")
    parser.add_argument("--document", type=Path, help="write the page with the figures")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
