from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.carry import Kept, LastGrant, Reopened, carry
from approvals.limit import Condition, Limit, Value, reading, risk
from approvals.mandate import Narrowing, limits
from base.format import SPACE as S
from deals.terms import Ask, Terms
from guardrails.policy import Policy
from tests.approvals.strategies import DEMO, RICH, Granted, asks, grants, judged, ladder, with_families
from tests.deals.brandt import BRANDT, OFFER_5, TARGET, WALK_AWAY, WORLD

NOW = datetime(2026, 6, 10, 8, 20, tzinfo=UTC)
ENDS = datetime(2026, 6, 28, 22, tzinfo=UTC)
LEVELS = {"finance": 2, "legal": 1, "operations": 1}
HENRIK = {
    "discount": Narrowing(D("20.0"), "finance", 2),
    "payment_days": Narrowing(D(45), "finance", 2),
}
YEARLY = Condition("invoices_per_year", "=", D(1), "finance")
REVISION_4 = Ask(TARGET, OFFER_5)


def granted_limits(
    ask: Ask, given: Mapping[str, Narrowing], policy: Policy, levels: Mapping[str, int] = LEVELS
) -> tuple[Limit, ...]:
    return limits(ask, judged(ask.walk_away, policy)[1], given, levels, policy, WORLD)


def decided(
    ask: Ask = BRANDT,
    given: Mapping[str, Narrowing] = HENRIK,
    policy: Policy = DEMO,
    levels: Mapping[str, int] = LEVELS,
) -> dict[str, LastGrant]:
    """The last grants of all who were needed, after they agreed to `ask`."""
    rows = granted_limits(ask, given, policy, levels)
    return {
        function: LastGrant(
            function=function,
            level=level,
            agreed=True,
            expires_at=ENDS,
            limits={
                row.key: row.value for row in rows if function in row.granted_by and row.value is not None
            },
            decision=number,
        )
        for number, (function, level) in enumerate(levels.items(), start=1)
    }


def carried(
    ask: Ask, last: Mapping[str, LastGrant] | None = None, policy: Policy = DEMO, now: datetime = NOW
) -> dict[str, Kept | Reopened]:
    measured, evaluation = judged(ask.walk_away, policy)
    return carry(decided() if last is None else last, evaluation, ask, measured, policy, now)


def kept(found: Mapping[str, Kept | Reopened]) -> set[str]:
    return {function for function, how in found.items() if isinstance(how, Kept)}


def reasons(how: Kept | Reopened) -> dict[str, tuple[Value | None, Value | None]]:
    assert isinstance(how, Reopened)
    return {reason.key: (reason.was, reason.now) for reason in how.reasons}


def sentences(how: Kept | Reopened) -> list[str]:
    assert isinstance(how, Reopened)
    return [reason.sentence for reason in how.reasons]


def with_values(terms: Terms, **values: str) -> Terms:
    return replace(terms, values={**terms.values, **{key: D(value) for key, value in values.items()}})


def with_clauses(terms: Terms, **clauses: str | None) -> Terms:
    return replace(terms, clauses={**terms.clauses, **clauses})


def walking(**values: str) -> Ask:
    """Brandt's ask again, as far as finance granted it, with other values at the walk-away."""
    return Ask(TARGET, with_values(NARROWED.walk_away, **values))


NARROWED = Ask(TARGET, with_values(replace(WALK_AWAY, lines=TARGET.lines), payment_days="45"))


def test_revision_4_reopens_finance_and_keeps_legal_and_operations() -> None:
    found = carried(REVISION_4)
    assert kept(found) == {"legal", "operations"}
    assert reasons(found["finance"]) == {
        "discount": (D("20.0"), D("22.5")),
        "margin": (D("58.9"), D("57.4")),
        "payment_days": (D(45), D(60)),
    }
    assert sentences(found["finance"]) == [
        f"Discount 22.5{S}% is past the 20.0{S}% that was granted.",
        f"Margin 57.4{S}% is past the 58.9{S}% that was granted.",
        f"Payment 60{S}days is past the 45{S}days that was granted.",
    ]


def test_what_is_kept_names_the_decision_and_its_limits() -> None:
    found = carried(REVISION_4)
    assert found["legal"] == Kept({"clause:liability": "fallback-1"}, (), 2)
    assert found["operations"] == Kept({"custom_days": D(20), "weeks_to_live": D(13)}, (), 3)


def test_within_its_limits_a_function_is_kept_and_the_new_limit_is_the_narrower() -> None:
    found = carried(walking(payment_days="40"))["finance"]
    assert isinstance(found, Kept)
    assert found.limits == {"discount": D("12.6"), "margin": D("62.1"), "payment_days": D(40)}


@pytest.mark.parametrize(("days", "holds"), [("45", True), ("46", False)])
def test_on_the_limit_it_is_kept_and_one_step_past_it_signs_again(days: str, holds: bool) -> None:
    assert ("finance" in kept(carried(walking(payment_days=days)))) == holds


def test_a_grant_is_of_no_use_from_the_instant_it_expires() -> None:
    assert "legal" in kept(carried(REVISION_4, now=ENDS - timedelta(microseconds=1)))
    assert sentences(carried(REVISION_4, now=ENDS)["legal"]) == ["What Legal granted has run out."]


def test_a_grant_without_an_end_does_not_expire() -> None:
    last = {key: replace(grant, expires_at=None) for key, grant in decided().items()}
    assert kept(carried(REVISION_4, last, now=ENDS)) == {"legal", "operations"}


def test_after_a_decline_it_signs_again_whatever_is_asked() -> None:
    last = {**decided(), "finance": LastGrant("finance", 2, agreed=False, expires_at=None)}
    for asked in (NARROWED, REVISION_4):
        assert sentences(carried(asked, last)["finance"]) == ["Finance did not agree the last time."]


def test_a_higher_level_than_decided_signs_again_even_within_the_limits() -> None:
    manager = replace(decided()["finance"], level=1)
    assert "finance" in kept(carried(walking(payment_days="45"), {"finance": manager}))
    strict = ladder("payment-strict", "payment_days", "finance", "20", "40")
    stricter = replace(DEMO, ladders=(*DEMO.ladders, strict))
    found = carried(walking(payment_days="45"), {"finance": manager}, stricter)["finance"]
    assert sentences(found) == ["It needs Finance Director now; the last decision was made below."]


def test_a_finding_it_never_granted_opens_it_again() -> None:
    found = carried(walking(invoices_per_year="4"))["finance"]
    assert reasons(found) == {"invoices_per_year": (None, D(4))}
    assert sentences(found)[0].startswith("Not granted before. Invoicing quarterly is past yearly")


def test_what_became_standard_again_does_not_open_it() -> None:
    assert "operations" in kept(carried(walking(custom_days="5")))


def test_words_that_the_library_does_not_know_open_legal_again() -> None:
    own = Ask(TARGET, with_clauses(NARROWED.walk_away, data=None))
    last = {"legal": replace(decided()["legal"], level=2)}
    assert reasons(carried(own, last)["legal"]) == {"clause:data": (None, None)}
    assert sentences(carried(own, last)["legal"]) == [
        "Not granted before. Data location is in words that the library does not know, "
        "so General Counsel must read it."
    ]


def test_own_wording_in_place_of_a_granted_position_opens_legal_again() -> None:
    found = carried(Ask(TARGET, with_clauses(NARROWED.walk_away, liability=None)))["legal"]
    assert reasons(found)["clause:liability"] == ("fallback-1", None)


def test_a_position_that_left_the_library_bounds_nothing() -> None:
    last = {"legal": replace(decided()["legal"], limits={"clause:liability": "fallback-0"})}
    assert reasons(carried(NARROWED, last)["legal"]) == {"clause:liability": ("fallback-0", "fallback-1")}


def test_a_condition_that_the_new_walk_away_does_not_keep_opens_it_again() -> None:
    last = {"operations": replace(decided()["operations"], conditions=(YEARLY,))}
    assert carried(walking(), last)["operations"] == Kept(
        {"custom_days": D(20), "weeks_to_live": D(13)}, (YEARLY,), 3
    )
    found = carried(walking(invoices_per_year="2"), last)["operations"]
    assert reasons(found) == {"invoices_per_year": (D(1), D(2))}
    assert sentences(found) == ["It was agreed on the condition: Invoicing yearly."]


def test_only_who_is_needed_now_and_decided_before_is_carried() -> None:
    assert set(carried(NARROWED)) == {"finance", "legal", "operations"}
    assert set(carried(NARROWED, {"legal": decided()["legal"]})) == {"legal"}
    easy = Ask(TARGET, with_values(with_clauses(NARROWED.walk_away, liability="standard"), custom_days="10"))
    assert set(carried(easy)) == {"finance", "operations"}


def test_executives_are_kept_like_everyone() -> None:
    chief = replace(DEMO, ladders=(*DEMO.ladders, ladder("margin-chief", "margin", "executive", "62.5")))
    last = decided(policy=chief, levels={**LEVELS, "executive": 1})
    assert last["executive"].limits == {"margin": D("58.9")}
    assert "executive" in kept(carried(walking(), last, chief))
    assert reasons(carried(REVISION_4, last, chief)["executive"]) == {"margin": (D("58.9"), D("57.4"))}


def test_a_family_that_is_no_longer_sold_goes_nowhere() -> None:
    ask = Ask(with_families(TARGET), with_families(WALK_AWAY))
    last = decided(ask, {}, RICH)
    assert last["finance"].limits["discount/Connectors"] == D("18.0")
    fewer = Ask(*(without_connectors(end) for end in (ask.target, ask.walk_away)))
    found = carried(fewer, last, RICH)["finance"]
    assert "discount/Connectors" not in reasons(found)


def without_connectors(terms: Terms) -> Terms:
    return replace(terms, lines=tuple(line for line in terms.lines if line.key != "connector"))


@given(grants(), st.lists(asks(), max_size=3))
@settings(max_examples=60, deadline=None)
def test_small_steps_cannot_creep(first: Granted, steps: list[Ask]) -> None:
    tops = {rule.key: RICH.top(rule.key) for rule in RICH.functions}
    last = decided(first.ask, first.given, RICH, tops)
    for ask in [first.ask, *steps]:
        rows = {row.key: row for row in granted_limits(ask, {}, RICH, tops)}
        for function in kept(carried(ask, last, RICH)):
            grant = last[function].limits
            found = judged(ask.walk_away, RICH)[1].findings_of(function)
            assert {finding.key for finding in found} <= set(grant)
            for key, value in grant.items():
                if key in rows and rows[key].source != "standard":
                    assert risk(key, rows[key].value, RICH) <= risk(key, value, RICH)


@given(asks())
@settings(max_examples=60, deadline=None)
def test_the_same_ask_again_needs_nobody_but_those_with_unknown_words(ask: Ask) -> None:
    tops = {rule.key: RICH.top(rule.key) for rule in RICH.functions}
    evaluation = judged(ask.walk_away, RICH)[1]
    unknown = {finding.function for finding in evaluation.findings if finding.unknown}
    found = carried(ask, decided(ask, {}, RICH, tops), RICH)
    assert kept(found) == set(evaluation.needs) - unknown


@given(grants(), asks())
@settings(max_examples=60, deadline=None)
def test_kept_limits_are_never_wider_than_asked_or_granted(first: Granted, ask: Ask) -> None:
    last = decided(first.ask, first.given, RICH, {rule.key: RICH.top(rule.key) for rule in RICH.functions})
    measured = judged(ask.walk_away, RICH)[0]
    for function, how in carried(ask, last, RICH).items():
        if isinstance(how, Kept):
            assert how.decision == last[function].decision
            for key, value in how.limits.items():
                widest = risk(key, last[function].limits[key], RICH)
                assert risk(key, value, RICH) == min(widest, risk(key, reading(key, measured), RICH))
