"""Workers, schedulers and sweepers as `manage.py up` starts them, killed with -9 and started again."""

import os
import random
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from dealdesk.embedded import follow_parent
from dealdesk.management.commands.up import commands

SWEEPER = f"exec {shlex.quote(sys.executable)} manage.py sweep --loop"
QUICK = "-A tests.faults.quick"


class Fleet:
    def __init__(self, log: Path, *, quick: bool, **env: str) -> None:
        self.log = log.open("ab")
        self.env = {**os.environ, **env}
        shown = commands()
        beat = shown["beat"].replace("-A dealdesk", QUICK) if quick else shown["beat"]
        self.commands = {
            "worker": shown["worker"],
            "beat": beat,
            "sweeper": f"{SWEEPER} --every 1",
            "cron": SWEEPER,
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        """Processes by name and number: "worker-1"."""
        for name in names:
            kind = name.partition("-")[0]
            self.running[name] = subprocess.Popen(
                f"{self.commands[kind]}{f' -n {name}@%h' if kind == 'worker' else ''}",
                shell=True,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=self.log,
                stderr=self.log,
                start_new_session=True,
                preexec_fn=lambda: follow_parent(signal.SIGTERM),
            )

    def mend(self) -> None:
        """Start again what has ended, as a supervisor would."""
        self.start(*[name for name, process in self.running.items() if process.poll() is not None])

    def at_work(self) -> dict[int, str]:
        """Every process that may be at an effect: sweepers and the children of workers."""
        found = {}
        for name, process in self.running.items():
            if name.startswith("sweeper"):
                found[process.pid] = name
            elif name.startswith("worker"):
                found |= dict.fromkeys(children(process.pid), name)
        return found

    def kill_all_at_work(self) -> int:
        return self.kill(*self.at_work())

    def kill_one(self, chance: random.Random) -> int:
        """One process at work, or a whole worker with its children."""
        ours = sorted(self.at_work())
        workers = sorted(name for name in self.running if name.startswith("worker"))
        if workers and chance.random() < 0.25:
            pid = self.running[chance.choice(workers)].pid
            theirs = children(pid)
            self.kill(*theirs, pid)
            return len(theirs)
        return self.kill(chance.choice(ours)) if ours else 0

    def kill(self, *pids: int) -> int:
        count = 0
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                count += 1
        return count

    def retire(self, *names: str) -> None:
        """End these in order: they finish nothing that they have not begun."""
        for name in names:
            process = self.running.pop(name)
            process.terminate()
            process.wait()

    def stop(self) -> None:
        for process in self.running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.running.clear()


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
