"""Requests in any state, made straight into the database: what lists show, without the work of the verbs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path
from typing import Any

from approvals.models import Assignment, Request, Seat, Step
from base import canonical, worktime
from deals.models import Account, Deal, Revision
from guardrails.evaluation import Evaluation, Finding, to_document
from guardrails.models import PolicyVersion
from people.models import FunctionCalendar, User

THURSDAY = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)  # 11:30 in Berlin
DEMO_POLICY = Path(__file__).parents[2] / "guardrails" / "demo_policy.toml"
H = 60


def make_version(by: User, reviewer: User, *changes: tuple[str, str], number: int = 14) -> PolicyVersion:
    """The demo's policy, in force since long ago; `changes`: words of its text and what stands there now."""
    text = DEMO_POLICY.read_text().replace("number = 14", f"number = {number}")
    for old, new in changes:
        text = text.replace(old, new)
    return PolicyVersion.objects.create(
        number=number,
        status="published",
        text=text,
        sha256=canonical.digest(text),
        drafted_by=by,
        reviewed_by=reviewer,
        published_by=by,
        published_at=THURSDAY - timedelta(days=90),
        effective_from=THURSDAY - timedelta(days=90),
    )


@dataclass(frozen=True, slots=True)
class At:
    """One step. `due`: working minutes from now, or minutes ago when negative. `opened`: minutes ago."""

    function: str
    level: int
    status: str = "open"
    due: int = 4 * H
    opened: int = 0
    people: tuple[User, ...] = ()
    held: int = 0
    findings: tuple[str, ...] = ()


def finding(key: str, function: str, level: int, sentence: str, **more: Any) -> Finding:
    known = {
        "metric": None if ":" in key else key,
        "clause": None,
        "family": "",
        "never": False,
        "unknown": False,
        "ladder": "",
        "threshold": None,
        "value": None,
        "position": None,
        "band": f"{key} is in the band.",
    }
    return Finding(key=key, function=function, level=level, sentence=sentence, **{**known, **more})


def make_deal(owner: User, name: str = "Brandt Logistik AG", number: str = "D-1284", **more: Any) -> Deal:
    account, _ = Account.objects.get_or_create(name=name, segment="Enterprise", region="DACH")
    known: dict[str, Any] = {
        "title": "Warehouse control, 3 sites",
        "deal_type": "New business",
        "segment": "Enterprise",
    }
    known |= {"region": "DACH", "currency": "EUR", "team": owner.team}
    known |= {"created_at": THURSDAY, "updated_at": THURSDAY}
    return Deal.objects.create(number=number, account=account, owner=owner, **{**known, **more})


def make_revision(
    deal: Deal,
    net: tuple[str, str] = ("1924560", "1728450"),
    rate: str = "1",
    rated: tuple[str, str] | None = None,
    document: str = "{}",
    measured: str = "{}",
) -> Revision:
    """`rated`: day and source of the rate. `measured`: at both ends."""
    number = deal.revisions.count() + 1
    return Revision.objects.create(
        deal=deal,
        number=number,
        document=document,
        sha256="0" * 64,
        terms_hash=f"{number:064d}",
        measured_target=measured,
        measured_walk_away=measured,
        list_total=D("2199600"),
        net_target=D(net[0]),
        net_walk_away=D(net[1]),
        margin_target=D("62.7"),
        margin_walk_away=D("58.0"),
        currency=deal.currency,
        rate=D(rate),
        rate_date=rated[0] if rated else None,
        rate_source=rated[1] if rated else "",
        submitted_by=deal.owner,
        created_at=THURSDAY,
    )


def make_request(
    revision: Revision,
    version: PolicyVersion,
    steps: Iterable[At] = (),
    findings: Sequence[Finding] = (),
    **more: Any,
) -> Request:
    """Sent yesterday and open, unless `more` says otherwise; what is over ended just now."""
    judged = canonical.dumps(to_document(Evaluation("v14", 14, tuple(findings), (), ())))
    known: dict[str, Any] = {"status": "open", "submitted_at": THURSDAY - timedelta(days=1), **more}
    request = Request.objects.create(
        deal=revision.deal,
        revision=revision,
        version=version,
        terms_hash=revision.terms_hash,
        evaluation_target=judged,
        evaluation_walk_away=judged,
        route="[]",
        submitted_by=revision.submitted_by,
        ended_at=None if known["status"] == "open" else THURSDAY,
        **known,
    )
    for at in steps:
        make_step(request, at)
    return request


def make_step(request: Request, at: At) -> Step:
    policy = request.version.policy
    hours = FunctionCalendar.objects.get(function=at.function).calendar()
    level = policy.level(at.function, at.held or at.level)
    running = at.status == "open"
    due = worktime.add(hours, THURSDAY, at.due) if at.due >= 0 else THURSDAY + timedelta(minutes=at.due)
    step = Step.objects.create(
        request=request,
        deal=request.deal,
        function=at.function,
        level=at.level,
        held_level=at.held or at.level,
        passed=1 if at.held else 0,
        level_name=policy.level_name(at.function, at.level),
        stage=policy.function(at.function).stage,
        order=at.level,
        status=at.status,
        findings=canonical.dumps(list(at.findings)),
        terms_hash="1" * 64 if running else "",
        allowance=level.allowance,
        remaining=level.allowance,
        opened_at=None if at.status == "planned" else THURSDAY - timedelta(minutes=at.opened),
        clock_from=THURSDAY if running else None,
        due_at=due if running else None,
        ended_at=THURSDAY if at.status in Step.FINISHED else None,
    )
    Seat.objects.create(step=step)
    for person in at.people:
        Assignment.objects.create(step=step, user=person, since=THURSDAY)
    return step
