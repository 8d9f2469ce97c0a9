"""Who sees cost as a band learns nothing that follows from cost: two worlds that differ in cost alone, and in
no band, look the same to them, byte by byte. To who sees margins they differ in figures. What remains is in
docs/decisions/0005-what-a-band-tells.md."""

import json
import re
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import Any, TypeVar

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import resolve

from approvals.limit import step_hash
from approvals.models import Offer, Request, Step
from base import canonical
from deals.document import terms_document, terms_from
from deals.economics import waterfall
from deals.models import Deal, Revision
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from tests.desk.banding import World, make_world, policy_text
from tests.desk.costing import DEARER, HERE, OTHER_MONEY, Costs
from tests.desk.happening import STORIES
from tests.desk.making import THURSDAY
from tests.desk.sending import ACTS, JUDGING, act
from tests.desk.walking import (
    CLOSED,
    Answer,
    Answers,
    every,
    mails,
    papers_as_facts,
    probe,
    routes,
    signed_in,
    walk,
)

READERS: Mapping[str, Sequence[str]] = {
    "maya": tuple(number for number in STORIES if number not in ("D-1285", "D-1291")),  # as D-1292, D-1288
    "marcus": ("D-1284",),
    "tomas": ("D-1292", "D-1288"),
    "jiwoo": ("D-1284", "D-1285"),
    "ines": ("D-1292",),
}
FEW = {"maya": ("D-1284", "D-1292"), "jiwoo": ("D-1284",)}  # where only the policy differs
SENDERS = {
    "tomas": ("D-1285", "D-1292"),
    "maya": ("D-1292", "D-1288"),
    "ines": ("D-1292", "D-1291"),
    "marcus": ("D-1292",),
}
Seen = TypeVar("Seen")
FIGURE = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{4} [0-9a-f]{4}\b|[0-9][0-9.,]*")  # and prints
ONLY_REFUSED = {
    "desk:bulk_go_on",
    "desk:replay",
    "desk:imports",
    "desk:import_mapping",
    "desk:take_recorded",
    "guardrails:agree",
    "guardrails:publish",
}  # nothing stands; no file of rows; nothing was recorded
SHARED = 150  # answers at least, where only the policy differs
SPACE = "\u00a0"

pytestmark = pytest.mark.xdist_group("band")  # they share worlds, and each takes its time to walk through


@pytest.fixture(autouse=True)
def thursday() -> Iterator[None]:
    with time_machine.travel(THURSDAY, tick=False), papers_as_facts():
        yield


def lived(costs: Costs, see: Callable[[World, Costs], Seen], view: str = "band") -> Seen:
    """What `see` makes of a world with these costs, which is gone afterwards."""
    with transaction.atomic():
        found = see(make_world(costs, view), costs)
        transaction.set_rollback(True)
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """Of one world: every margin, all that a band viewer may know of it, and all that they are told; the
    salts, whose hash is found without them, and what who sees cost finds of one deal."""

    margins: list[Any]
    bands: list[Any]
    answers: Answers
    salts: list[str]
    guessed: list[Any]
    to_finance: Answers
    costs: list[str]


@cache
def seen(costs: Costs) -> Told:
    return lived(costs, all_of)


def all_of(world: World, costs: Costs) -> Told:
    return Told(
        margins=margins(),
        bands=bands(),
        answers=told(world, costs),
        salts=salts(),
        guessed=guessed(),
        to_finance=about_cost(world) if costs == HERE else {},
        costs=cost_figures(),
    )


def salts() -> list[str]:
    return [str(salt) for salt in Deal.objects.values_list("salt", flat=True)]


def margins() -> list[Any]:
    return list(Revision.objects.order_by("pk").values_list("margin_target", "margin_walk_away"))


def bands() -> list[Any]:
    """Findings at both ends by name and level, the route, what is inside, and whom a breach goes back to."""
    requests = Request.objects.order_by("pk")
    judged = [each for one in requests for each in (one.judged, one.judged_target)]
    return [
        [(one.key, one.function, one.level, one.never) for each in judged for one in each.findings],
        [list(each.steps.order_by("pk").values_list("function", "level", "status")) for each in requests],
        [(one.inside, needs(one)) for one in Offer.objects.order_by("pk")],
    ]


def needs(offer: Offer) -> list[Any]:
    return [(breach["key"], breach["needs"]) for breach in json.loads(offer.answer)["breaches"]]


def about_cost(world: World) -> Answers:
    client, routes = signed_in(world, "henrik"), ("desk:deal", "desk:economics", "desk:review")
    return dict(ChainMap(*(every(client, "henrik", route, ("D-1284",), {}) for route in routes)))


def told(world: World, costs: Costs) -> Answers:
    if costs == OTHER_MONEY:
        return dict(ChainMap(act(world, JUDGING), *(walk(world, who, FEW[who]) for who in FEW)))
    found = [walk(world, who, numbers) for who, numbers in READERS.items()]
    return dict(ChainMap(*found, probe(world, SENDERS), act(world), mails()))


def differences(here: Answers, there: Answers, words: re.Pattern[str] | None = None) -> list[str]:
    """Where, and the first lines that differ; `words`: without what it matches."""
    assert here.keys() == there.keys()
    found = {key: list(unlike(here[key], there[key], words)) for key in here}
    return [f"{key}: {pairs[:3]}" for key, pairs in found.items() if pairs]


def unlike(mine: Answer, theirs: Answer, words: re.Pattern[str] | None) -> Iterator[tuple[str, ...]]:
    ends = [f"{answer[0]}\n{answer[1]}\n{answer[2]}" for answer in (mine, theirs)]
    texts = [words.sub("", end) if words else end for end in ends]
    pairs = zip_longest(*(text.splitlines() for text in texts), fillvalue="")
    return (pair for pair in pairs if pair[0] != pair[1])


def test_every_route_that_a_band_viewer_may_send_something_to_is_sent_something(db: None) -> None:
    answers = seen(HERE).answers
    taking = {key[2] for key, answer in answers.items() if key[1] == "empty" and answer[0] not in CLOSED}

    assert taking == set(ACTS)


def test_what_is_sent_is_mostly_done(db: None) -> None:
    answers = seen(HERE).answers
    done = {key[1] for key, answer in answers.items() if key[1] in ACTS and answer[0] in (200, 302)}

    assert set(ACTS) - done == ONLY_REFUSED


def test_every_page_about_a_deal_is_opened_by_some_band_viewer(db: None) -> None:
    answers = seen(HERE).answers
    opened = {
        resolve(key[2].partition("?")[0]).view_name
        for key, answer in answers.items()
        if key[1] == "get" and answer[0] == 200
    }
    taking_none = {key[1] for key in answers if key[1] in ACTS}

    assert set(routes()) - opened - taking_none == {
        "desk:decisions_json",
        "desk:policy_replay",
        "guardrails:text",
        "desk:import",
        "desk:start_import",
        "desk:stop_import",
        "desk:go_on_import",
        "desk:land_import",
        "desk:refused_csv",
        "desk:end_away",
        "desk:end_quarter_end",
        "desk:saved_view",
        "desk:drop_view",
        "desk:remove_template",
        "desk:file",
        "desk:remove_file",
        "notices:test_channel",
        "notices:remove_channel",
    }


@pytest.mark.parametrize("other", [DEARER, OTHER_MONEY], ids=["unit costs", "capital, day, thresholds"])
def test_two_worlds_in_the_same_bands_look_the_same(db: None, other: Costs) -> None:
    here, there = seen(HERE), seen(other)

    assert all(mine != theirs for mine, theirs in zip(here.margins, there.margins, strict=True))
    assert here.bands == there.bands
    told = {key: answer for key, answer in there.answers.items() if key in here.answers}
    alone = [answer for key, answer in there.answers.items() if key not in here.answers]
    assert all(answer[0] in CLOSED for answer in alone)
    assert len(told) > SHARED
    assert differences({key: here.answers[key] for key in told}, told) == []


def test_the_hashes_that_are_shown_are_of_no_use_without_the_salt(db: None) -> None:
    here = seen(HERE)
    assert not [key for key, answer in here.answers.items() for salt in here.salts if salt in answer[2]]
    assert here.guessed == []


def guessed() -> list[Any]:
    """Offers and steps whose hash somebody finds who knows all of their terms, and not the salt."""
    offers = [
        one.number
        for one in Offer.objects.all()
        if canonical.digest(canonical.dumps(terms_document(terms_from(json.loads(one.document)))))
        == one.terms_hash
    ]
    steps = Step.objects.exclude(terms_hash="").select_related("request")
    return offers + [one.pk for one in steps if step_hash(one.request.terms_hash, {}, ()) == one.terms_hash]


# --- more than a band -----------------------------------------------------------------------------------


@cache
def at_margin(costs: Costs) -> tuple[Answers, list[str], str]:
    """What a seller finds of one deal, what it costs to serve, and a review once the policy says band."""
    return lived(costs, margins_of, "margin")


def margins_of(world: World, costs: Costs) -> tuple[Answers, list[str], str]:
    answers, figures = walk(world, "maya", ("D-1284",)), cost_figures()
    text = policy_text(costs, "band").replace("number = 14", "number = 15")
    publish(review(load(text, by=world.cast.ines), by=world.cast.dana), by=world.cast.ines)
    client = Client()
    client.force_login(world.cast.tomas)
    page = client.get(f"/reviews/{world.step('D-1285', 'legal').pk}/").content.decode()
    return answers, figures, page


def cost_figures() -> list[str]:
    """At the walk-away."""
    revision = Revision.objects.filter(deal__number="D-1284").order_by("-number")[0]
    steps = waterfall(revision.ask.walk_away, PolicyVersion.objects.get().policy).steps
    paid = [step.amount for step in steps if step.key.startswith(("cost:", "custom"))]
    return [f"{abs(amount):,.0f}" for amount in paid if amount]


def test_the_policy_in_force_says_what_is_shown_of_what_an_older_one_judged(db: None) -> None:
    page = at_margin(HERE)[2]

    assert "Needs your judgement" in page
    assert f"58.0{SPACE}%" not in page
    assert "Margin at" not in page


def test_who_sees_margins_finds_them_and_no_line_of_cost(db: None) -> None:
    here, costs, _ = at_margin(HERE)
    there = at_margin(DEARER)[0]

    assert f"58.0{SPACE}%" in here["maya", "get", "/deals/D-1284/approvals/?"][2]
    assert len(differences(here, there)) > 10
    assert differences(here, there, FIGURE) == []
    assert [(key, cost) for key, answer in here.items() for cost in costs if cost in answer[2]] == []


def test_who_sees_cost_finds_every_line_of_it(db: None) -> None:
    here = seen(HERE)
    text = "".join(answer[2] for answer in here.to_finance.values())

    assert len(here.costs) == 5
    assert [cost for cost in here.costs if cost not in text] == []
