"""Another language: from what the product says to a page in it, with nothing else installed."""

from io import BytesIO, StringIO
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from base.locales import HOUSE, speaking, spoken
from base.words import say, say_many
from dealdesk.catalogue import Count, found_in, in_python, in_template, refresh
from people.models import User
from tests.cast import Cast

GERMAN = {"Queue": "Warteschlange", "My deals": "Meine Geschäfte"}


def product(root: Path) -> Path:
    (root / "templates").mkdir(parents=True)
    (root / "templates" / "page.html").write_text('{% translate "Queue" %} {{ x|default:_("None") }}')
    (root / "verbs.py").write_text(
        'say("{name} left", name=1)\nsay_many("{count} deal", "{count} deals", 2)\n'
    )
    return root


def translated(root: Path, code: str, words: dict[str, str]) -> None:
    path = refresh(root, code).path
    held = read_po(BytesIO(path.read_bytes()), locale=code)
    for message in held:
        if message.id in words:
            message.string = words[message.id]
    with path.open("wb") as file:
        write_po(file, held)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, held)


def test_words_are_found_in_templates() -> None:
    source = """<b title="{% translate 'Due' %}">
{% blocktranslate with d=deal.day|day %}Ends {{ d }}{% endblocktranslate %}</b>
{% blocktranslate count n=rows|length %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}
{{ x|default:_("It's") }}"""
    assert list(in_template(source, "a.html")) == [
        ("Due", "a.html", 1),
        ("Ends %(d)s", "a.html", 2),
        (("%(n)s row", "%(n)s rows"), "a.html", 3),
        ("It's", "a.html", 4),
    ]


def test_words_are_found_in_python() -> None:
    source = b"""say("{a} of {b}", a=1)
TABLE = {1: mark("One")}
say(TABLE[1])
_("Label")
say_many("{count} x", "{count} y", n)
"""
    assert [message for message, *_ in in_python(source, "a.py")] == [
        "{a} of {b}",
        "One",
        "Label",
        ("{count} x", "{count} y"),
    ]


def test_what_was_said_stays_what_is_gone_is_dropped_and_what_is_new_is_added(tmp_path: Path) -> None:
    root = product(tmp_path)
    assert refresh(root, "de") == Count(
        root / "locale/de/LC_MESSAGES/django.po", messages=4, said=0, dropped=0
    )
    translated(root, "de", {"Queue": "Warteschlange", "None": "Nichts"})
    (root / "templates" / "page.html").write_text('{% translate "Queue" %} {% translate "Home" %}')
    count = refresh(root, "de")
    assert (count.messages, count.said, count.dropped) == (4, 1, 1)
    held = read_po(BytesIO(count.path.read_bytes()))
    assert {
        str(message.id): message.string for message in held if isinstance(message.id, str) and message.id
    } == {
        "Queue": "Warteschlange",
        "Home": "",
        "{name} left": "",
    }
    assert spoken(root) == [("de", "Deutsch")]


def test_the_product_has_words_of_every_kind() -> None:
    found = {message for message, *_ in found_in(settings.BASE_DIR)}
    assert {"Queue", "Sign in"} <= found
    assert not any("tests/" in where for _, where, _ in found_in(settings.BASE_DIR))


def test_only_a_language_that_people_may_choose_has_a_catalogue() -> None:
    with pytest.raises(CommandError, match="Nobody can choose “tlh”"):
        call_command("catalogue", "tlh", stdout=StringIO())


@pytest.mark.django_db
def test_a_page_is_in_the_language_that_there_is_for_the_locale(tmp_path: Path, cast: Cast) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "nav.html").write_text("".join(f'{{% translate "{one}" %}}' for one in GERMAN))
    translated(tmp_path, "de", GERMAN)
    User.objects.filter(pk=cast.maya.pk).update(locale="de-AT")
    client = Client()
    client.force_login(cast.maya)
    with override_settings(
        LANGUAGES=[("en", "English"), *spoken(tmp_path)], LOCALE_PATHS=[tmp_path / "locale"]
    ):
        page = client.get("/queue/").content.decode()
    assert '<html lang="de"' in page
    assert "Warteschlange" in page
    assert "Meine Geschäfte" in page
    assert ">Queue<" not in page


def test_a_translation_that_does_not_fit_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("base.words._one", {"{name} left": "{nom} est parti"}.__getitem__)
    with speaking("fr"):
        assert say("{name} left", name="Maya") == "Maya left"


def test_what_is_kept_is_said_in_english_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("base.words._one", str.upper)
    monkeypatch.setattr("base.words._many", lambda one, many, count: "{count} Geschäfte")
    with speaking("de"):
        assert say("Held") == "HELD"
        assert say_many("{count} deal", "{count} deals", 1) == "1 Geschäfte"
        with speaking(HOUSE):
            assert say("Held") == "Held"
            assert say_many("{count} deal", "{count} deals", 1) == "1 deal"
            assert say_many("{count} deal", "{count} deals", 2) == "2 deals"
