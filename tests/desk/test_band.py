"""Who sees cost as a band learns nothing that follows from cost: two worlds that differ in cost alone, and in
no band, look the same to them, byte by byte. To who sees margins they differ in figures. What remains is in
docs/decisions/0005-what-a-band-tells.md."""

import json
import re
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any, TypeVar

import pytest
import time_machine
from django.db import transaction
from django.test import Client

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
from tests.desk.banding import BAND, DEARER, HERE, OTHER_MONEY, Costs, World, make_world, policy_text
from tests.desk.making import THURSDAY
from tests.desk.walking import ACTS, Answer, Answers, act, mails, walk

ALL = tuple(f"D-{number}" for number in range(1284, 1291))
SOME = ("D-1284", "D-1285")
READERS = {"maya": ALL, "marcus": SOME[:1], "tomas": SOME, "jiwoo": SOME}
FEW = {"maya": SOME, "jiwoo": SOME[:1]}  # readers of a world apart in what the policy alone says
SENDERS = ("maya", "jiwoo")
Seen = TypeVar("Seen")
FIGURE = re.compile(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{4} [0-9a-f]{4}\b|[0-9][0-9.,]*")  # and prints
CLOSED = (403, 404, 405)
SPACE = "\u00a0"

pytestmark = pytest.mark.xdist_group("band")  # they share worlds, and each takes its time to walk through


@pytest.fixture(autouse=True)
def thursday() -> Iterator[None]:
    with time_machine.travel(THURSDAY, tick=False):
        yield


def lived(costs: Costs, see: Callable[[World], Seen], view: str = "band") -> Seen:
    """What `see` makes of a world with these costs, which is gone afterwards."""
    with transaction.atomic():
        found = see(make_world(costs, view))
        transaction.set_rollback(True)
    return found


@cache
def seen(costs: Costs) -> tuple[list[Any], list[Any], list[str], Answers]:
    """Every margin, all that a band viewer may know of it, the salts, and all that they are told."""
    readers = FEW if costs == OTHER_MONEY else READERS
    return lived(costs, lambda world: (margins(), bands(), salts(), told(world, readers)))


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


def told(world: World, readers: Mapping[str, Sequence[str]]) -> Answers:
    found = [walk(world, who, numbers, parts=who in SENDERS) for who, numbers in readers.items()]
    return dict(ChainMap(*found, act(world), mails(world, BAND)))


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
    answers = seen(HERE)[3]
    taking = {key[2] for key, answer in answers.items() if len(key) == 4 and answer[0] not in CLOSED}

    assert taking == set(ACTS)


def test_every_page_about_a_deal_is_opened_by_some_band_viewer(db: None) -> None:
    answers = seen(HERE)[3]
    opened = {
        key[2].partition("?")[0] for key, answer in answers.items() if key[1] == "get" and answer[0] == 200
    }

    pages = {address.rsplit("/D-1284/", 1)[1] for address in opened if "/D-1284/" in address}
    assert {"", "brief/", "offers/", "economics/", "approvals/", "record/"} <= pages
    assert {"/", "/queue/", "/deals/", "/reviews/", "/policy/", "/glossary/"} <= opened


@pytest.mark.parametrize("other", [DEARER, OTHER_MONEY], ids=["unit costs", "capital, day, thresholds"])
def test_two_worlds_in_the_same_bands_look_the_same(db: None, other: Costs) -> None:
    (own_margins, own_bands, _, here), (their_margins, their_bands, _, there) = seen(HERE), seen(other)

    assert all(mine != theirs for mine, theirs in zip(own_margins, their_margins, strict=True))
    assert own_bands == their_bands
    assert there.keys() <= here.keys()
    assert differences({key: here[key] for key in there}, there) == []


def test_the_hashes_that_are_shown_are_of_no_use_without_the_salt(db: None) -> None:
    _, _, known, here = seen(HERE)
    assert not [key for key, answer in here.items() for salt in known if salt in answer[2]]
    assert lived(HERE, lambda world: guessed()) == []


def test_the_policy_in_force_says_what_is_shown_of_what_an_older_one_judged(db: None, client: Client) -> None:
    world = make_world(HERE, "margin")
    text = policy_text(HERE, "band").replace("number = 14", "number = 15")
    publish(review(load(text, by=world.cast.ines), by=world.cast.dana), by=world.cast.ines)
    client.force_login(world.cast.tomas)

    page = client.get(f"/reviews/{world.step('D-1285', 'legal').pk}/").content.decode()

    assert "Needs your judgement" in page
    assert f"58.0{SPACE}%" not in page
    assert "Margin at" not in page


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


def opened_by(who: str) -> Callable[[World], tuple[Answers, list[str]]]:
    """What one person finds of one deal, and what it costs to serve: at the walk-away, in figures."""
    return lambda world: (pages(walk(world, who, ("D-1284",))), cost_figures())


def pages(answers: Answers) -> Answers:
    """Without papers, whose figures are drawn."""
    return {key: answer for key, answer in answers.items() if ".pdf" not in key[-1]}


def cost_figures() -> list[str]:
    revision = Revision.objects.filter(deal__number="D-1284").order_by("-number")[0]
    steps = waterfall(revision.ask.walk_away, PolicyVersion.objects.get().policy).steps
    paid = [step.amount for step in steps if step.key.startswith(("cost:", "custom"))]
    return [f"{abs(amount):,.0f}" for amount in paid if amount]


def test_who_sees_margins_finds_them_and_no_line_of_cost(db: None) -> None:
    here, costs = lived(HERE, opened_by("maya"), "margin")
    there, _ = lived(DEARER, opened_by("maya"), "margin")

    assert f"58.0{SPACE}%" in here["maya", "get", "/deals/D-1284/approvals/?"][2]
    assert len(differences(here, there)) > 10
    assert differences(here, there, FIGURE) == []
    assert [(key, cost) for key, answer in here.items() for cost in costs if cost in answer[2]] == []


def test_who_sees_cost_finds_every_line_of_it(db: None) -> None:
    here, costs = lived(HERE, opened_by("henrik"))
    text = "".join(answer[2] for answer in here.values())

    assert len(costs) == 5
    assert [cost for cost in costs if cost not in text] == []
