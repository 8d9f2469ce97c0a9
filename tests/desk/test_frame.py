import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.contrib.messages import constants as levels
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from tests.desk.writing import asked, page

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NOBODY = SimpleNamespace(is_authenticated=False)


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons.svg").read_text()))
    named = {name for path in TEMPLATES for name in re.findall(r'\{% icon "([^"]+)"', path.read_text())}
    assert named - sprite == set()


def test_pages_keep_the_other_parameters_of_the_address() -> None:
    page_ = Paginator(range(60), 25).page(2)
    text = render_to_string("includes/pages.html", {"page": page_}, asked("/deals/?q=brandt&page=2"))
    assert 'href="?q=brandt&amp;page=1"' in text
    assert 'href="?q=brandt&amp;page=3"' in text
    assert "26 to 50 of 60" in text


def test_the_frame_marks_the_page_one_is_on_and_prints_its_count(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.desk.routes"
    text = page("base.html", here="deals", nav={"queue": 23, "deals": 5})
    marked = re.findall(r'<a href="([^"]+)" aria-current="page">', text)
    assert marked == ["/deals/"]
    assert re.findall(r'<span class="n" id="nav-(\w+)" data-live>(\d+)</span>', text) == [
        ("queue", "23"),
        ("deals", "5"),
    ]


def test_the_frame_leaves_out_pages_that_do_not_exist_yet(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.desk.routes"
    assert "My reviews" not in page("base.html")


def test_the_frame_remembers_the_theme_and_offers_the_other(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.desk.routes"
    text = page("base.html")
    assert '<html lang="en" data-bs-theme="dark">' in text
    assert 'name="theme" value="light">' in text


def test_a_stranger_gets_no_navigation() -> None:
    text = page("base.html", user=NOBODY)
    assert "Queue" not in text
    assert "data-bs-theme" not in text


def test_the_frame_sends_the_csrf_token_with_every_htmx_request() -> None:
    assert 'hx-headers=\'{"X-CSRFToken": "token"}\'' in page("base.html", csrf_token="token")


def test_praise_is_a_toast_and_trouble_is_a_note() -> None:
    said = [
        SimpleNamespace(level=levels.SUCCESS),
        SimpleNamespace(level=levels.ERROR),
    ]
    text = page("base.html", messages=said)
    assert text.count("data-toast>") == 1
    assert text.count('class="note bad" role="alert"') == 1


def test_no_template_carries_inline_script_or_style() -> None:
    found = []
    for path in [*TEMPLATES, Path(__file__).with_name("kit.html")]:
        text = path.read_text()
        found += [
            (path.name, hit) for hit in re.findall(r'\sstyle="|<style|\son\w+="|javascript:|hx-on', text)
        ]
        found += [
            (path.name, hit) for hit in re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text) if "json" not in hit
        ]
    assert found == []


class Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += [value for name, value in attrs if name == "id" and value]


def test_ids_of_the_frame_are_unique(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.desk.routes"
    reader = Ids()
    reader.feed(page("base.html"))
    assert sorted(reader.seen) == sorted(set(reader.seen))


def test_every_vendored_file_is_as_the_manifest_says() -> None:
    checked = subprocess.run([sys.executable, "static/vendor/refresh.py", "--check"], cwd=ROOT, check=False)
    assert checked.returncode == 0
