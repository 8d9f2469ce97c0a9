"""`make screens`: every page by role, theme and width, pictured in var/screens/, and a sheet of each role."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from itertools import groupby
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.__main__ import find_chromium
from tests.plugin import servers

FOLDER = Path("var/screens")
COMMAND = [sys.executable, "-m", "pytest", "tests/browser/take_screens.py", "-q", "-n", "2", "--no-header"]
EVERY = 10  # seconds between two lines of progress
STYLE = """body { font: 13px system-ui; margin: 16px; background: #eee; color: #111 }
section { display: grid; grid-template-columns: repeat(auto-fill, 320px); gap: 16px }
figure { margin: 0 }
img { width: 320px; height: 320px; object-fit: cover; object-position: top; background: #fff }
figcaption { overflow-wrap: anywhere }"""


def main() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "docs").mkdir(parents=True)  # those that docs/images has
    find_chromium()
    began = time.monotonic()
    with servers(), progress():
        ran = subprocess.run(COMMAND, env={**os.environ, "SCREENS": str(FOLDER.resolve())}, check=False)
    pictures = sorted(FOLDER.glob("*.png"))
    for role, of_role in groupby(pictures, key=role_of):
        write_sheet(FOLDER / f"{role}.html", list(of_role))
    write_sheet(FOLDER / "index.html", pictures)
    photograph([FOLDER / f"{role}.html" for role, _ in groupby(pictures, key=role_of)])
    print(f"{len(pictures)} pictures in {time.monotonic() - began:.0f} s; open {FOLDER / 'index.html'}")
    return ran.returncode


@contextmanager
def progress() -> Iterator[None]:
    """Says how many pictures there are, now and then."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(EVERY):
            print(f"{len(list(FOLDER.glob('*.png')))} pictures", flush=True)

    threading.Thread(target=tell, daemon=True).start()
    yield
    done.set()


def role_of(picture: Path) -> str:
    return picture.stem.partition("-")[0]


def write_sheet(sheet: Path, pictures: list[Path]) -> None:
    figures = "\n".join(
        f'<figure><a href="{escape(one.name)}"><img src="{escape(one.name)}" alt=""></a>'
        f"<figcaption>{escape(one.stem)}</figcaption></figure>"
        for one in pictures
    )
    head = f'<meta charset="utf-8"><title>{escape(sheet.stem)}</title><style>{STYLE}</style>'
    sheet.write_text(f'<!doctype html><html lang="en">{head}<section>{figures}</section></html>\n')


def photograph(sheets: list[Path]) -> None:
    """Each sheet as one picture, `sheet-<role>.png`."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        path = found or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        for sheet in sheets:
            page.goto(sheet.resolve().as_uri())
            page.wait_for_load_state("networkidle")
            page.screenshot(path=sheet.parent / f"sheet-{sheet.stem}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
