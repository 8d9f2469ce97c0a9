"""The decision record as a document, and the script that checks it without the product."""

import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from approvals.close import close
from approvals.dossier import dossier
from approvals.limit import step_hash
from approvals.models import Mandate, Request
from approvals.offer import offer
from approvals.submit import submit
from base import clock
from deals.changes import ClauseChange, DraftChanges
from deals.edit import save_draft
from deals.models import Deal, Revision
from tests.brandt import Verdict, ask_offer_5, rule, step_of
from tests.cast import Cast
from tests.excepting import ASK, grant_account_exception, publish_never

SCRIPT = Path("docs/verify_record.py")
Record = dict[str, Any]


def record_of(deal: Deal, cast: Cast) -> Record:
    read: Record = json.loads(dossier(Deal.objects.get(pk=deal.pk), by=cast.robin, at=clock.now()))
    return read


def verified(record: Record, tmp_path: Path) -> tuple[int, list[str]]:
    """As an auditor runs it: alone, without the product's environment."""
    file = tmp_path / "record.json"
    file.write_text(json.dumps(record, ensure_ascii=False))
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(file)], capture_output=True, text=True, check=False
    )
    assert ran.stderr == ""
    return ran.returncode, ran.stdout.splitlines()


@pytest.fixture
def closed(granted: Mandate, cast: Cast) -> Deal:
    """Granted with two narrowings, asked again with two functions kept, declined, signed outside."""
    request = submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    rule(step_of(request, "finance"), cast.henrik, Verdict.DECLINE, reason="Not below 20 %.")
    terms = Revision.objects.get(deal=granted.deal, number=2).ask.walk_away
    close(granted.deal, by=cast.maya, signed=terms)
    return granted.deal


def test_the_record_of_a_deal_holds_everything_and_verifies(closed: Deal, cast: Cast, tmp_path: Path) -> None:
    record = record_of(closed, cast)
    code, said = verified(record, tmp_path)
    assert said == [
        f"D-1284: 2 revisions, 4 decisions, 0 offers, {len(record['events'])} events; "
        f"last seal {record['events'][-1]['hash']}",
        "Everything fits.",
    ]
    assert code == 0
    assert record["people"][str(cast.henrik.pk)] == "Henrik Sørensen"
    assert [one["verdict"] for one in record["decisions"]] == ["agree", "agree", "up_to", "decline"]
    kept = [one["reason"] for one in record["steps"] if one["status"] == "kept"]
    assert kept == ["Kept from revision 1.", "Kept from revision 1."]


def test_a_decision_says_what_it_was_bound_to(closed: Deal, cast: Cast) -> None:
    first, *_, last = record_of(closed, cast)["decisions"]
    salt = str(closed.salt)
    assert first["bound_to"] == {"limits": {}, "conditions": [], "salt": salt}
    assert last["bound_to"] == {"limits": {}, "conditions": [], "salt": salt}


def test_a_level_that_climbs_is_bound_to_what_was_narrowed_before_it(
    brandt: Deal, cast: Cast, tmp_path: Path
) -> None:
    brandt.refresh_from_db()
    deeper = DraftChanges(clauses=(ClauseChange("liability", "standard", "fallback-2"),))
    save_draft(brandt, by=cast.maya, version=brandt.version, changes=deeper)
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo, Verdict.UP_TO, limits={"custom_days": D(15)})
    rule(request.steps.get(function="legal", level=1), cast.tomas)
    rule(request.steps.get(function="legal", level=2), cast.grace)
    record = record_of(brandt, cast)
    bound = {one["by"]: one["bound_to"]["limits"] for one in record["decisions"]}
    assert bound == {cast.jiwoo.pk: {}, cast.tomas.pk: {}, cast.grace.pk: {"custom_days": "15"}}
    assert verified(record, tmp_path)[0] == 0


def first(part: str) -> Callable[[Record], Record]:
    return lambda record: record[part][0]


def swapped(part: Callable[[Record], Record], key: str, old: str, new: str) -> Callable[[Record], None]:
    def change(record: Record) -> None:
        row = part(record)
        assert old in row[key]
        row[key] = row[key].replace(old, new, 1)

    return change


def without(part: str, place: int) -> Callable[[Record], None]:
    return lambda record: record[part].pop(place)


NARROWED = {"conditions": [], "limits": {"discount": "20.0"}}
TAMPERED: dict[str, tuple[Callable[[Record], None], str]] = {
    "policy": (swapped(first("policies"), "text", "past = 20.0", "past = 25.0"), "policy v14: its text"),
    "document": (swapped(first("revisions"), "document", "24.5", "23.5"), "revision 1: its document was"),
    "terms": (swapped(first("revisions"), "document", "24.5", "23.5"), "revision 1: its terms do not"),
    "objective": (
        swapped(first("revisions"), "document", "reference", "nuisance"),
        "revision 1: its document was",
    ),
    "other terms": (
        lambda record: record["requests"][0].update(terms_hash=record["requests"][1]["terms_hash"]),
        "it names other terms",
    ),
    "judged": (
        swapped(first("requests"), "evaluation_walk_away", '"level":2', '"level":1'),
        "what the policy said of it was changed",
    ),
    "screen": (lambda record: record["decisions"][0].update(bound_to=NARROWED), "not made on these terms"),
    "limits": (
        swapped(lambda record: record["decisions"][2], "limits", "20.0", "30.0"),
        "its limits were changed",
    ),
    "reason": (
        swapped(lambda record: record["decisions"][3], "reason", "Not", "Never"),
        "its reason were changed",
    ),
    "decision gone": (without("decisions", 3), "it was taken out"),
    "decision added": (
        lambda record: record["decisions"].append({**record["decisions"][0], "id": 0}),
        "decision 0: no entry tells of it",
    ),
    "mandate": (swapped(first("mandates"), "limits", "20.0", "30.0"), "its limits were changed"),
    "entry": (swapped(lambda record: record["events"][3], "body", ":", ": "), "entry 4: it was changed"),
    "entry gone": (without("events", 3), "entry 4: it is missing"),
    "who": (lambda record: record["events"][5].update(actor=1), "entry 6: it was changed"),
    "new chain": (
        lambda record: record["events"][5].update(previous="0" * 64),
        "entry 6: it does not follow",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_was_changed_is_named(closed: Deal, cast: Cast, tmp_path: Path, what: str) -> None:
    record = record_of(closed, cast)
    change, words = TAMPERED[what]
    change(record)
    code, said = verified(record, tmp_path)
    assert code == 1
    assert any(words in line for line in said if line.startswith("FAULT")), said


def test_an_exception_is_told_with_who_granted_it_and_neither_can_be_changed(
    brandt: Deal, cast: Cast, tmp_path: Path
) -> None:
    publish_never(cast)
    exception = grant_account_exception(brandt, cast)
    (told,) = record_of(brandt, cast)["requests"][0]["exceptions"]
    assert (told["key"], told["value"], told["why"], told["lasts"]) == (
        "discount",
        "34.0",
        ASK.why,
        "account",
    )
    assert (told["in_return"], told["until"]) == (ASK.in_return, str(exception.until))
    assert brandt.decisions.get(pk=told["granted_by"]).by == cast.victor
    assert verified(record_of(brandt, cast), tmp_path)[0] == 0
    for change, fault in (
        ({"value": "44.0"}, "its exceptions are not those that its revision asks"),
        ({"granted_by": None}, "who granted its exceptions was changed"),
    ):
        record = record_of(brandt, cast)
        record["requests"][0]["exceptions"][0].update(change)
        assert any(fault in line for line in verified(record, tmp_path)[1])


def test_an_offer_and_its_answer_are_sealed(granted: Mandate, cast: Cast, tmp_path: Path) -> None:
    terms = granted.request.revision.ask.target
    offer(granted.deal, by=cast.maya, terms=terms, good_until=clock.today())
    record = record_of(granted.deal, cast)
    assert verified(record, tmp_path)[0] == 0
    swapped(first("offers"), "document", '"30"', '"31"')(record)
    swapped(first("offers"), "answer", '"inside":true', '"inside":false')(record)
    faults = [line for line in verified(record, tmp_path)[1] if line.startswith("FAULT")]
    assert any("its terms were changed" in line for line in faults)
    assert any("its answer were changed" in line for line in faults)


def test_a_decision_from_before_hashes_were_salted_verifies(
    granted: Mandate, cast: Cast, tmp_path: Path
) -> None:
    decision = granted.deal.decisions.get(by=cast.jiwoo)
    plain = step_hash(granted.request.terms_hash, {}, ())
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE approvals_decision SET seen = %s WHERE id = %s", [plain, decision.pk])
        cursor.execute("SET session_replication_role = origin")
    record = record_of(granted.deal, cast)
    assert "salt" not in record["decisions"][0]["bound_to"]
    assert "salt" in record["decisions"][1]["bound_to"]
    assert verified(record, tmp_path)[0] == 0


def test_a_draft_that_nobody_sent_verifies_too(brandt: Deal, cast: Cast, tmp_path: Path) -> None:
    assert not Request.objects.exists()
    assert verified(record_of(brandt, cast), tmp_path)[0] == 0


def test_another_file_is_refused(tmp_path: Path) -> None:
    code, said = verified({"schema": 7}, tmp_path)
    assert (code, said) == (2, ["This is no decision record that this script knows."])
