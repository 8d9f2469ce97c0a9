"""The other deals of the demo: every state that a request, a step and a mandate can be in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal as D

from approvals.decide import Ruling
from approvals.models import Decision
from approvals.task import Task
from base import clock
from deals.exception import ExceptionAsk
from deals.share import share
from desk.demo.scene import Case, Scene
from people.models import User
from planning.raise_concern import raise_concern

Verdict = Decision.Verdict
Play = Callable[[Scene], None]


def agree(scene: Scene, back: int, hour: str, *who: str) -> None:
    with scene.at(back, hour):
        for each in who:
            scene.answer(each)


def ask(scene: Scene, back: int, hour: str) -> None:
    with scene.at(back, hour):
        scene.ask()


def handed_over_and_returned(scene: Scene) -> None:
    """Nobody in Finance answered in time, so the CFO has it; Legal waits for the seller."""
    ask(scene, 4, "09:20")
    with scene.at(3, "14:10"):
        words = "Exit at month 18 needs a reason. Show me month 24 with a break fee."
        scene.answer("tomas", Ruling(Verdict.CHANGES, reason=words))


def last_one_is_general_counsel(scene: Scene) -> None:
    ask(scene, 3, "09:00")
    agree(scene, 2, "10:30", "henrik", "jiwoo")
    agree(scene, 2, "15:10", "tomas")
    with scene.at(1, "10:20"):
        words = "Their frozen lanes run at −40 °C, and our gateways are rated for −25 °C. Do they know?"
        raise_concern(scene.deal, by=scene.people["jiwoo"], text=words, named=True)


def legal_is_left(scene: Scene) -> None:
    ask(scene, 2, "13:00")
    with scene.at(1, "11:00"):
        reason = "Third stretch for this account this year."
        scene.answer("henrik", Ruling(Verdict.RELUCTANT, reason=reason))


def just_sent(scene: Scene) -> None:
    ask(scene, 0, "08:40")


def sent_yesterday(scene: Scene) -> None:
    ask(scene, 1, "15:30")


def waits_for_its_seller(scene: Scene) -> None:
    """Operations agreed if a task is done; Legal asks before it decides."""
    ask(scene, 1, "10:00")
    with scene.at(0, "08:10"):
        due = clock.today() + timedelta(days=6)
        words = "Osprey names one person for each of the eleven depots"
        task = Task(words, scene.owner.pk, due, {"custom_days": D(12)})
        scene.answer("jiwoo", Ruling(Verdict.UP_TO, tasks=(task,)))
    with scene.at(0, "08:25"):
        scene.question("tomas", "Do they pay a full year in advance? Then 1.5 × fees is an easy yes.")


def nobody_to_ask(scene: Scene) -> None:
    """Its Head of Delivery works on the deal, and nobody decides on their own deal."""
    with scene.at(2, "09:00"):
        share(scene.deal, with_=scene.people["olaf"], role="team", by=scene.owner, at=clock.now())
        scene.ask()


def asked_for_changes(scene: Scene) -> None:
    ask(scene, 3, "11:00")
    with scene.at(2, "10:10"):
        words = "Which sub-processors are outside the EU? Without their names I can only say standard."
        scene.answer("tomas", Ruling(Verdict.CHANGES, reason=words))


def about_to_run_out(scene: Scene) -> None:
    with scene.at(41, "09:00"):
        scene.ask()
    agree(scene, 41, "14:00", "priya")
    with scene.at(6, "10:00"):
        scene.offer({"discount": D("14.9")}, 7)


def declined(scene: Scene) -> None:
    ask(scene, 5, "09:30")
    with scene.at(4, "16:00"):
        words = "Below 50 % we pay for the privilege. A prepaid year would change my mind."
        scene.answer("dana", Ruling(Verdict.DECLINE, reason=words))


def won_inside(scene: Scene) -> None:
    """With an exception for whatever else the account buys this quarter."""
    with scene.at(30, "08:50"):
        scene.beyond(
            ExceptionAsk(
                "clause:exit",
                "legal",
                "Their lease of the river depots can end within a year, and so must this.",
                "Set-up is paid in full before the start.",
                lasts="account",
                until=clock.today() + timedelta(days=92),
            )
        )
    ask(scene, 30, "09:00")
    agree(scene, 29, "10:00", "henrik", "tomas")
    agree(scene, 28, "09:30", "grace")
    agree(scene, 28, "16:10", "victor")
    with scene.at(25, "11:00"):
        scene.offer({"discount": D("13.0")}, 20)
    with scene.at(18, "16:30"):
        scene.win({"discount": D("14.6")})


def lost(scene: Scene) -> None:
    ask(scene, 24, "09:00")
    agree(scene, 24, "15:00", "priya")
    with scene.at(12, "17:00"):
        scene.lose("Went with their incumbent; price was not the reason.")


def standard(scene: Scene) -> None:
    ask(scene, 2, "09:45")


def draft(scene: Scene) -> None:
    """Still being written."""


PLATFORM, LITE, YARD = "control-platform", "control-platform-lite", "yard-planner"
DEEP = {"payment_days": (30, 60)}
LIABILITY = {"liability": ("standard", "fallback-1")}

CASES: tuple[tuple[Case, int, Play], ...] = (
    (
        Case(
            "D-1279", "Tessera Bank AG", "Core ledger integration", "arjun",
            ((PLATFORM, 520, 12, 23), ("sap-connector", 1, 5, 15), ("implementation", 140, 0, 12)),
            {**DEEP, "custom_days": (8, 10)}, {"exit": ("standard", "fallback-1")},
            objective="Replace the ledger gateway before the audit in spring.",
        ),
        5, handed_over_and_returned,
    ),
    (
        Case(
            "D-1291", "Castellane Pharma AG", "Cold chain monitoring", "arjun",
            ((PLATFORM, 900, 14, 22), ("device-gateway", 60, 8, 20), ("premium-support", 1, 0, 5)),
            {"custom_days": (10, 18)}, {"liability": ("standard", "fallback-2")},
            objective="Every depot monitored by the end of the year.",
        ),
        4, last_one_is_general_counsel,
    ),
    (
        Case(
            "D-1267", "Harbour Mutual", "Claims routing, renewal", "sofia",
            ((LITE, 640, 6, 16), ("standard-support", 1, 0, 0)),
            {}, LIABILITY, "Renewal", "Keep them for three more years without a price war.",
        ),
        3, legal_is_left,
    ),
    (
        Case(
            "D-1295", "Osprey Freight GmbH", "Yard management, 11 depots", "maya",
            ((YARD, 310, 12, 18), ("carrier-connector", 11, 5, 12), ("training", 20, 0, 10)),
            {"custom_days": (10, 16)}, LIABILITY,
            objective="One yard plan for eleven depots.",
        ),
        2, waits_for_its_seller,
    ),
    (
        Case(
            "D-1288", "Lindgren Retail AB", "Store rollout, 140 stores", "elena",
            ((LITE, 900, 14, 24), ("device-gateway", 140, 15, 25), ("implementation", 60, 0, 10)),
            {"weeks_to_live": (16, 11), "custom_days": (12, 18)},
            objective="140 stores before the autumn collection.",
        ),
        3, nobody_to_ask,
    ),
    (
        Case(
            "D-1296", "Polaris Utilities", "Field service, renewal", "jonas",
            (("field-service", 260, 5, 12), ("standard-support", 1, 0, 0)),
            deal_type="Renewal", objective="Renew on standard paper.",
        ),
        2, sent_yesterday,
    ),
    (
        Case(
            "D-1298", "Nordhaven Ports AB", "Berth planning", "elena",
            ((YARD, 420, 15, 24), ("carrier-connector", 14, 5, 15), ("data-migration", 30, 0, 8)),
            {**DEEP, "custom_days": (10, 14)}, LIABILITY,
            objective="The first port in the Nordics.",
        ),
        1, just_sent,
    ),
    (
        Case(
            "D-1281", "Velden Pumps GmbH", "Spare parts portal", "maya",
            ((LITE, 300, 10, 12), ("analytics", 1, 0, 10)),
            {}, {"data": ("standard", "fallback-1")},
            objective="Spare parts for dealers in four countries.",
        ),
        4, asked_for_changes,
    ),
    (
        Case(
            "D-1272", "Kestrel Rail AG", "Depot scheduling", "maya",
            ((YARD, 180, 12, 21), ("implementation", 25, 0, 5)),
            objective="Two depots first, six by next year.",
        ),
        42, about_to_run_out,
    ),
    (
        Case(
            "D-1276", "Helvia Labs AG", "Sample tracking", "arjun",
            ((LITE, 150, 25, 38), ("implementation", 40, 10, 30)),
            {**DEEP, "term_months": (24, 24)},
            objective="A foot in the door of their parent company.",
        ),
        6, declined,
    ),
    (
        Case(
            "D-1258", "Rheinland Depot GmbH", "Gate automation", "arjun",
            ((YARD, 140, 10, 21), ("training", 12, 0, 10)),
            {}, {"exit": ("standard", "fallback-2")},
            objective="Open the river depots.",
        ),
        31, won_inside,
    ),
    (
        Case(
            "D-1261", "Calder Hospitals", "Asset tracking, pilot", "sofia",
            ((LITE, 90, 10, 19), ("device-gateway", 30, 5, 12)),
            objective="A pilot in two wards.",
        ),
        25, lost,
    ),
    (
        Case(
            "D-1299", "Alder Dental", "Appointment routing", "elena",
            ((LITE, 120, 6, 10), ("standard-support", 1, 0, 0)),
            objective="A small one, on standard terms.",
        ),
        3, standard,
    ),
    (
        Case(
            "D-1301", "Marlow Print GmbH", "Order tracking", "maya",
            ((LITE, 80, 5, 11),),
            objective="Follow every order from plate to pallet.",
        ),
        1, draft,
    ),
)  # fmt: skip


def play_all(people: dict[str, User], now: datetime) -> None:
    for case, back, play in CASES:
        play(Scene.open(case, people, now, back))
