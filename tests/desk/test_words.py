import ast
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.close import close
from approvals.escalation import expire, hand_over, remind
from approvals.models import Decision, Mandate, Request, Step
from approvals.submit import submit
from base import clock
from base.format import SPACE
from deals.models import Deal
from deals.share import share, unshare
from desk.head import deal_for, room_of
from desk.words import KINDS, SENTENCES, entries_of
from ledger.models import Effect, Event
from tests.brandt import ask_offer_5, rule, step_of
from tests.cast import Cast
from tests.desk.offering import offer_five, offer_inside

ROOT = Path(__file__).parents[2]
APPS = ("ledger", "people", "guardrails", "deals", "approvals", "planning", "desk")


def calls(name: str) -> Iterator[ast.Call]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                    yield node


def kinds_in_code() -> set[str]:
    """Every kind recorded in the stream of a deal; one made from a status, for each that is used."""
    ended = {
        getattr(Request.Status, call.args[1].attr).value
        for call in calls("finish")
        if len(call.args) > 1 and isinstance(call.args[1], ast.Attribute)
    }
    kinds: set[str] = set()
    for call in calls("record"):
        if len(call.args) < 2 or getattr(call.args[0], "attr", "") != "stream":
            continue
        if getattr(getattr(call.args[0], "value", None), "id", "") == "import_":
            continue  # an import has a stream of its own, which no room shows
        kind = call.args[1]
        if isinstance(kind, ast.Constant):
            kinds.add(str(kind.value))
        else:
            assert isinstance(kind, ast.JoinedStr) and isinstance(kind.values[0], ast.Constant)
            kinds |= {f"{kind.values[0].value!s}{status}" for status in ended}
    born = (call.args[0] for call in calls("record_first"))
    return kinds | {str(kind.value) for kind in born if isinstance(kind, ast.Constant)}


def test_every_kind_that_is_recorded_has_a_sentence() -> None:
    kinds = kinds_in_code()

    assert {"deal.created", "decision.made", "request.recalled", "request.declined"} <= kinds
    assert kinds - SENTENCES.keys() == set()
    assert {kind.partition(".")[0] for kind in kinds} <= KINDS.keys()


def test_no_sentence_is_left_for_a_kind_that_nobody_records() -> None:
    assert SENTENCES.keys() - kinds_in_code() == set()


def said(deal: Deal, cast: Cast) -> list[str]:
    """Every entry of the deal in words, first to last."""
    entries = entries_of(room_of(deal, cast.maya), Event.objects.of(deal.stream))
    return [f"{entry.who} {entry.said.words}".replace(SPACE, " ") for entry in entries]


def test_what_happens_by_itself_is_said_by_the_product(brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    step = step_of(request, "finance")
    assert step.due_at
    for kind, act in (("remind", remind), ("hand_over", hand_over)):
        effect = Effect.objects.get(kind=kind, key=f"step:{step.pk}")
        act([effect], effect.due_at)

    assert said(brandt, cast)[-2:] == [
        "The system reminded Finance Director: half of the time is gone.",
        "The system moved the seat from Finance Director to CFO.",
    ]


def test_a_mandate_that_runs_out_and_one_that_is_replaced_are_said(granted: Mandate, cast: Cast) -> None:
    expire(Effect.objects.get(kind="expire"), granted.expires_at)
    request = submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    rule(step_of(request, "finance"), cast.henrik)

    words = said(granted.deal, cast)

    assert "The system announced that mandate 1 has run out." in words
    assert "The system replaced mandate 1 by a newer one." in words


def test_a_decline_and_a_request_for_changes_are_said_with_their_words(brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "legal"), cast.tomas, Decision.Verdict.CHANGES, reason="Cap at 1.0.")
    rule(step_of(request, "finance"), cast.henrik, Decision.Verdict.DECLINE, reason="Too deep.")

    entries = entries_of(room_of(brandt, cast.maya), Event.objects.of(brandt.stream))
    words = {f"{entry.who} {entry.said.words}": entry.said.small for entry in entries}

    assert words["Tomás Rivera asked for changes, Legal Counsel."] == "“Cap at 1.0.”"
    assert words["Henrik Sørensen declined, Finance Director."] == "“Too deep.”"
    assert words["Henrik Sørensen ended revision 1: declined."] == "“Too deep.”"


def test_sharing_and_closing_are_said(granted: Mandate, cast: Cast) -> None:
    deal = granted.deal
    share(deal, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    unshare(deal, with_=cast.arjun, by=cast.maya, at=clock.now())
    close(deal, by=cast.maya, signed=granted.request.revision.ask.walk_away)

    entries = entries_of(room_of(deal, cast.maya), Event.objects.of(deal.stream))

    assert [f"{entry.who} {entry.said.words}" for entry in entries[-3:]] == [
        "Maya Okafor shared the deal with Arjun Mehta.",
        "Maya Okafor took the deal back from Arjun Mehta.",
        "Maya Okafor closed the deal as won.",
    ]
    assert entries[-1].said.small == "Signed terms outside the mandate, flagged for ever."


def test_nobody_to_ask_is_said(brandt: Deal, cast: Cast) -> None:
    cast.tomas.is_active = False
    cast.tomas.save()

    submit(brandt, by=cast.maya)

    assert "The system found nobody to ask as Legal Counsel." in said(brandt, cast)
    assert Step.objects.get(function="legal").status == Step.Status.UNROUTABLE


def test_words_take_as_many_queries_for_one_entry_as_for_all(granted: Mandate, cast: Cast) -> None:
    offer_inside(granted, cast)
    offer_five(granted, cast)
    room = room_of(deal_for(cast.maya, granted.deal.number), cast.maya)
    events = list(Event.objects.of(granted.deal.stream))

    def queries(some: list[Event]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(entries_of(room, some)) == len(some)
        return len(captured)

    assert queries(events[:1]) == queries(events)
