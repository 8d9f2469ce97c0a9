"""Forms as people who see cost as a band fill them in; some ask the page first."""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from approvals.deadlines import print_of
from approvals.models import Step
from approvals.recompute_many import first_moves
from desk.forms.calendars import filled
from guardrails.models import PolicyVersion
from people.models import FunctionCalendar
from tests.cast import Cast
from tests.desk.banding import World
from tests.desk.briefing import opened
from tests.desk.walking import KNOWN

Find = Callable[[Client, World], Mapping[str, Any]]
SLOTS = frozenset(Cast.__slots__)
QUARTER_END = {
    "name": "Q3 close",
    "since": "2099-09-28",
    "last": "2099-09-30",
    "functions": "legal",
    "percent": "50",
    "reason": "Many at once.",
}
OPEN, REFUSED, DRAFT, MARGIN, WON = "D-1285", "D-1286", "D-1287", "D-1288", "D-1289"
ASKED, EXCEPTED, WAITING = "D-1284", "D-1291", "D-1292"


def said(**data: Any) -> Find:
    return lambda client, world: data


def brief(number: str, **changed: str) -> Find:
    """The brief as Maya has it open, with these fields written over."""
    return lambda client, world: {**open_brief(client, world, number), **changed}


def open_brief(client: Client, world: World, number: str) -> Mapping[str, Any]:
    """Asked for once in each world: nothing stays changed there."""
    if number not in world.briefs:
        world.briefs[number] = opened(client, world.cast.maya, number)
    return world.briefs[number]


def use(number: str) -> Find:
    """The first suggestion of the brief."""

    def find(client: Client, world: World) -> Mapping[str, Any]:
        sent = open_brief(client, world, number)
        rail = client.get(f"/deals/{number}/brief/").context["rail"]
        return {**sent, "use": rail.rooms[0].use.value if rail.rooms else "discount=12.5"}

    return find


def decision(function: str, number: str, **data: str) -> Find:
    return lambda client, world: {"seen": world.step(number, function).terms_hash, **data}


def version(number: str) -> Find:
    return lambda client, world: {"version": world.deals[number].version}


def next_policy(client: Client, world: World) -> Mapping[str, Any]:
    """The policy in force, numbered one higher."""
    text = PolicyVersion.objects.get(number=14).text
    return {"text": text.replace("number = 14", "number = 15", 1), "seen": ""}


def over_both(own: Mapping[str, str] | None = None, **data: str) -> Find:
    """Of the two steps that wait for Ji-woo. `own`: said of each."""

    def find(client: Client, world: World) -> Mapping[str, Any]:
        steps = [world.step(OPEN, function) for function in ("legal", "operations")]
        said = [(f"s{step.pk}", {"seen": step.terms_hash, **(own or {})}) for step in steps]
        each = {f"{prefix}-{name}": value for prefix, words in said for name, value in words.items()}
        return {"steps": [step.pk for step in steps], **each, "how": "all", **data}

    return find


def of_step(number: str, function: str = "legal", **data: str) -> Find:
    """`data`: by the names the form has for this step; people by their key."""

    def find(client: Client, world: World) -> Mapping[str, Any]:
        step = world.step(number, function)
        people = {name: getattr(world.cast, value) for name, value in data.items() if value in SLOTS}
        return {
            name.replace("STEP", str(step.pk)): people[name].pk if name in people else value
            for name, value in {**data, "seen": step.terms_hash}.items()
        }

    return find


def bulk(**data: str) -> Find:
    """Three steps, one of them decided."""

    def find(client: Client, world: World) -> Mapping[str, Any]:
        steps = [world.step(OPEN, "legal"), world.step(WAITING, "finance"), world.step(MARGIN, "finance")]
        return {"step": [f"{step.pk}:{step.terms_hash}" for step in steps], **data}

    return find


def receipt(**data: str) -> Find:
    """The one that somebody who gives no name is shown once."""

    def find(client: Client, world: World) -> Mapping[str, Any]:
        raised = client.post(f"/deals/{OPEN}/concerns/", {"text": "It is too soon.", "name": "unnamed"})
        return {"receipt": raised.context["receipt"], **data}

    return find


def beyond(number: str, **data: str) -> Find:
    """The first exception that its page has a form for, as it is filled in there."""

    def find(client: Client, world: World) -> Mapping[str, Any]:
        page = client.get(f"/deals/{number}/exceptions/")
        form = next(item.form for item in page.context["items"] if item.form)
        shown = {name: form[name].value() for name in form.fields}
        return {name: value for name, value in {**shown, **data}.items() if value not in (None, False)}

    return find


def no_leave(client: Client, world: World) -> Mapping[str, Any]:
    """A calendar that names no absence."""
    feed = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
    return {"calendar": SimpleUploadedFile("leave.ics", feed)}


def file(name: str, content: bytes) -> Find:
    return lambda client, world: {"file": SimpleUploadedFile(name, content)}


def note(text: str) -> Find:
    """Beside the hold that a person is to release."""
    return lambda client, world: {f"release-{KNOWN['hold'](WAITING)[0]}-note": text}


def reworded(text: str) -> Find:
    """The comment said in the deal, in other words."""

    def find(client: Client, world: World) -> Mapping[str, Any]:
        (comment,) = KNOWN["comment"](ASKED)
        return {f"c{comment}-text": text, f"c{comment}-over": "1"}

    return find


def taken(client: Client, world: World) -> Mapping[str, Any]:
    """Nothing, once the step is taken."""
    client.post(f"/reviews/{world.step(OPEN, 'legal').pk}/take/")
    return {}


def new_brief(title: str) -> Find:
    """For the same account."""
    return lambda client, world: {
        "title": title,
        "account": world.deals[ASKED].account.name,
        "deal_type": "New business",
        "currency": "EUR",
    }


def longer_days(client: Client, world: World) -> Mapping[str, Any]:
    """Legal works longer from now on, so that its deadlines would move."""
    FunctionCalendar.objects.filter(function="legal").update(closes=time(20))
    moves, _ = first_moves(Step.objects.filter(function="legal"))
    once = "00000000-0000-4000-8000-000000000001"
    return {"function": "legal", "seen": print_of(moves), "once": once, "reason": "The quarter ends."}


def hours(**changed: str) -> Find:
    """Those of Legal as they are kept, with changes."""
    return lambda client, world: {
        **filled(FunctionCalendar.objects.get(function="legal")),
        **changed,
    }
