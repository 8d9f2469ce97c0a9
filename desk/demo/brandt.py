"""Brandt Logistik, D-1284: the story of the README and of the tests, up to the morning of today."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal as D

from approvals.decide import Ruling
from approvals.limit import Condition
from approvals.models import Decision
from base import clock
from deals.changes import ClauseChange, DraftChanges, ExchangeChange, PriorityChange
from deals.comment import edit_comment
from deals.document import Get
from desk.demo.scene import Case, Scene, lines_of, term, with_discounts
from people.models import User

Verdict = Decision.Verdict
YEARLY = Condition("invoices_per_year", "=", D(1), "finance")
PLAIN: dict[str, D | str] = {"clause:liability": "standard", "clause:law": "standard", "price_rise": D("3.0")}


def brandt(today: date) -> Case:
    return Case(
        number="D-1284",
        account="Brandt Logistik AG",
        title="Warehouse control, 3 sites",
        owner="maya",
        lines=(
            ("control-platform", 420, 16, 24.5),
            ("site-connector", 3, 10, 18),
            ("premium-support", 1, 0, 10),
            ("implementation", 90, 0, 15),
        ),
        terms={
            "payment_days": (30, 75),
            "custom_days": (12, 20),
            "weeks_to_live": (15, 13),
            "price_rise": (3, 2),
        },
        clauses={"liability": ("standard", "fallback-1"), "law": ("standard", "fallback-1")},
        partner_fee=4,
        objective="Three sites live before peak season, as the reference for automated warehouses in DACH. "
        "Land all three now, no pilot.",
        priorities=(
            PriorityChange("Live before peak season", True, "Katrin Brandt, COO", today - timedelta(days=20)),
            PriorityChange("Predictable yearly cost", True, "Jens Adler, CFO", today - timedelta(days=15)),
            PriorityChange("A way out if the service fails", False, "their lawyers"),
        ),
        exchanges=(
            ExchangeChange(
                "Payment 45 days",
                D(4700),
                "Yearly invoice in advance",
                None,
                Get("invoices_per_year", "=", D(1)),
            ),
            ExchangeChange("Liability 1.5 × fees", None, "Joint press release", D(36000)),
            ExchangeChange("Discount past 16 %", D(57190), "Reference visit", D(25000)),
        ),
        signature=19,
    )


def play(people: dict[str, User], now: datetime) -> None:
    """Withdrawn, superseded, granted up to 20.0 % and 45 days, five offers, and asked again this morning."""
    scene = Scene.open(brandt(clock.date_of(now)), people, now, back=9)
    ask_three_times(scene)
    negotiate(scene)
    with scene.at(0, "08:20"):
        scene.save(DraftChanges(lines=lines_of(at_offer_5(scene.case))))
        scene.ask()


def ask_three_times(scene: Scene) -> None:
    with scene.at(8, "09:10"):
        scene.ask()
    with scene.at(8, "11:40"):
        scene.withdraw()
        scene.save(
            DraftChanges(
                terms=(term("payment_days", 30, 60),),
                clauses=(ClauseChange("exit", "standard", "fallback-1"),),
            )
        )
    with scene.at(7, "09:00"):
        scene.ask()
    with scene.at(6, "11:30"):
        expiry = clock.date_of(scene.now) + timedelta(days=17)
        clauses = (ClauseChange("exit", "standard", "standard"),)
        scene.save(DraftChanges(clauses=clauses, wanted_expiry=expiry))
        scene.ask()
    with scene.at(6, "14:02"):
        scene.answer("jiwoo")
    with scene.at(5, "10:48"):
        scene.answer("tomas")
    with scene.at(5, "12:05"):
        limits = {"discount": D("20.0"), "payment_days": D(45)}
        scene.answer("henrik", Ruling(Verdict.UP_TO, limits=limits, conditions=(YEARLY,)))


def negotiate(scene: Scene) -> None:
    early = {**PLAIN, "payment_days": D(30), "custom_days": D(12), "weeks_to_live": D(15)}
    later = {"payment_days": D(45), "custom_days": D(16), "weeks_to_live": D(14)}
    with scene.at(4, "09:30"):
        scene.put(scene.target, 14, note="At target on every term.")
    with scene.at(3, "10:15"):
        scene.offer({**early, "discount": D("16.0")}, 14)
    with scene.at(3, "16:40"):
        scene.offer({**later, "discount": D("16.0")}, 14, note="45 days against the yearly invoice.")
    with scene.at(3, "17:05"):
        asked = scene.comment(
            "maya", "@Marcus Bell, they will sign yearly invoices if the site in Graz is last."
        )
    with scene.at(2, "09:20"):
        scene.comment("marcus", "Fine by me. @Ji-woo Han, does that fit the crew?", asked)
    with scene.at(2, "10:45"):
        said = scene.comment("jiwoo", "It does, from week 14 on.")
    with scene.at(2, "11:02"):
        edit_comment(
            said, by=scene.people["jiwoo"], text="It does, from week 15 on: the lift comes late.", over=1
        )
    with scene.at(2, "16:42"):
        scene.offer({**later, "discount": D("18.6")}, 16, note="Reference visit agreed with Katrin Brandt.")
    with scene.at(0, "08:14"):
        terms = with_discounts(scene.terms({}), "24.5", "23.5", "10", "15")
        scene.put(terms, 14, "asked", "Katrin Brandt on the phone; nothing promised.")


def at_offer_5(case: Case) -> Case:
    products = zip(case.lines, (24.5, 23.5, 10, 15), strict=True)
    lines = tuple((product, quantity, target, off) for (product, quantity, target, _), off in products)
    return replace(case, lines=lines)
