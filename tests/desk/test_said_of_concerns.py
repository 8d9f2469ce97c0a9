from approvals.hold import hold, release
from approvals.recall import recall
from approvals.submit import submit
from base.format import SPACE
from deals.models import Deal
from desk.head import room_of
from desk.said import Said
from desk.words import entries_of
from ledger.models import Event
from planning.answer import answer
from planning.follow_up import add_word, withdraw
from tests.cast import Cast
from tests.planning.raising import WORRY, named, unnamed


def said(deal: Deal, cast: Cast, kind: str) -> list[tuple[str, Said]]:
    entries = entries_of(room_of(deal, cast.maya), Event.objects.of(deal.stream))
    return [(entry.who, entry.said) for entry in entries if entry.kind == kind]


def words(deal: Deal, cast: Cast, kind: str) -> list[str]:
    """Each entry with what explains it."""
    return [f"{who} {one.words} {one.small}".replace(SPACE, " ") for who, one in said(deal, cast, kind)]


def test_a_hold_is_said_from_beginning_to_end(brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    first = hold(request, reason="The reference visit.", by=cast.ines)
    hold(request, reason="Parent guarantee.", by=cast.ines, release_by=cast.dana)
    release(first, by=cast.ines, note="Visited.")
    recall(brandt, by=cast.maya)

    assert words(brandt, cast, "hold") == [
        "Ines Carvalho held the grant of revision 1 back. “The reference visit.” The deal desk releases it.",
        "Ines Carvalho held the grant of revision 1 back. “Parent guarantee.” Dana Whitlock releases it.",
        "Ines Carvalho released what held the grant back. “Visited.”",
        "The system ended a hold together with what it held. Parent guarantee.",
    ]


def test_no_time_is_said_of_what_was_done_without_a_name(brandt: Deal, cast: Cast) -> None:
    named(brandt, cast.maya)
    unnamed(brandt, cast.maya, "Another.")
    entries = entries_of(room_of(brandt, cast.maya), Event.objects.of(brandt.stream))
    assert [(entry.kind, entry.only_day) for entry in entries] == [
        ("deal", False),
        ("concern", False),
        ("hold", False),
        ("concern", True),
        ("hold", True),
    ]


def test_a_concern_by_name_is_said_with_the_name(brandt: Deal, cast: Cast) -> None:
    concern = named(brandt, cast.maya)
    add_word(concern, by=cast.maya, text="And staff is on leave.")
    withdraw(concern, by=cast.maya)

    assert words(brandt, cast, "concern") == [
        f"Maya Okafor raised concern 1. “{WORRY}”",
        "Maya Okafor added to concern 1. “And staff is on leave.”",
        "Maya Okafor withdrew concern 1. ",
    ]
    assert words(brandt, cast, "hold")[0] == (
        "Maya Okafor holds every grant back. Concern 1 is not answered."
    )


def test_a_concern_without_a_name_is_said_by_the_product(brandt: Deal, cast: Cast) -> None:
    answered, taken_back = unnamed(brandt, cast.maya), unnamed(brandt, cast.maya, "Another.")
    add_word(answered.concern, receipt=answered.receipt, text="And staff is on leave.")
    answer(answered.concern, by=cast.ines, text="August.")
    withdraw(taken_back.concern, receipt=taken_back.receipt, text="My mistake.")

    assert words(brandt, cast, "concern") == [
        f"The system keeps concern 1, raised without a name. “{WORRY}”",
        "The system keeps concern 2, raised without a name. “Another.”",
        "The system keeps what the raiser of concern 1 added. “And staff is on leave.”",
        "Ines Carvalho answered concern 1. “August.”",
        "The system keeps that its raiser withdrew concern 2. “My mistake.”",
    ]
