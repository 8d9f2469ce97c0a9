"""The machine in words: cores, memory, load; never its name."""

import os
import platform
from pathlib import Path


def machine() -> str:
    memory = next(
        int(line.split()[1]) / 2**20
        for line in Path("/proc/meminfo").read_text().splitlines()
        if line.startswith("MemTotal")
    )
    load = os.getloadavg()[2]
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()}, Python "
        f"{platform.python_version()}; load average of the last 15 minutes {load:.1f}"
    )
