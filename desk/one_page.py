"""The brief on one page: a draft or a revision, with what was granted for it, as texts for the paper."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404

from approvals.models import Condition, Decision, Mandate, Request
from base import canonical
from base.format import full_date, hour, money, number, percent, short_day
from base.words import mark, say
from deals.economics import list_and_net
from deals.freeze import brief_of
from deals.models import Revision
from deals.terms import Ask
from desk.brief import look
from desk.cost import margin_for
from desk.head import Room
from desk.one_page_terms import Asked, standard_words, term_rows
from desk.one_page_words import labels, tongue
from desk.room import Granted, granted_of
from people.models import Function, User

Story = Mapping[str, Any]
NOT_FROZEN = mark("not frozen: it may change, so it has no hash. Print a revision to have one.")
ENDED = {
    Mandate.Status.SUPERSEDED: mark("superseded"),
    Mandate.Status.ENDED: mark("ended"),
    Mandate.Status.REVOKED: mark("revoked"),
}
LATER = {
    Request.Status.OPEN: mark("Revision {number}: in review."),
    Request.Status.GRANTED: mark("Revision {number}: granted."),
    Request.Status.DECLINED: mark("Revision {number}: declined."),
    Request.Status.RECALLED: mark("Revision {number}: withdrawn."),
    Request.Status.SUPERSEDED: mark("Revision {number}: superseded."),
    Request.Status.CLOSED: mark("Revision {number}: closed."),
}


@dataclass(frozen=True, slots=True)
class Brief:
    """What the page is written from. `revision`: None of a draft. `nets`: at target and walk-away."""

    room: Room
    revision: Revision | None
    ask: Ask | None
    story: Story
    asked: Asked
    nets: tuple[Decimal | None, Decimal | None]
    mandate: Mandate | None

    @property
    def name(self) -> str:
        return say("Revision {number}", number=self.revision.number) if self.revision else say("Draft")


def brief_for(room: Room, wanted: str) -> Brief:
    """The draft, or the revision of that number. Raises Http404 when there is none."""
    if not wanted:
        return draft_brief(room)
    found = room.deal.revisions.filter(number=int(wanted)).first() if wanted.isdecimal() else None
    if found is None:
        raise Http404(f"{room.deal.number} has no revision {wanted}")
    return revision_brief(room, found)


def draft_brief(room: Room) -> Brief:
    deal = room.deal
    seen = look(deal, by=deal.owner, at=room.now.at, policy=room.policy)
    judgement = seen.judgement if seen else None
    return Brief(
        room=room,
        revision=None,
        ask=seen.ask if seen else None,
        story=json.loads(canonical.dumps(brief_of(deal))),
        asked=Asked(
            judgement.policy if judgement else room.policy,
            room.view,
            judgement.target if judgement else None,
            judgement.walk_away if judgement else None,
            judgement.judged if judgement else None,
        ),
        nets=nets_of(seen.ask) if seen else (None, None),
        mandate=None,
    )


def nets_of(ask: Ask) -> tuple[Decimal | None, Decimal | None]:
    both = [list_and_net(end) for end in (ask.target, ask.walk_away)]
    target, walk_away = (priced[1] if priced else None for priced in both)
    return target, walk_away


def revision_brief(room: Room, revision: Revision) -> Brief:
    request = getattr(revision, "request", None)
    mandate = Mandate.objects.filter(request__revision=revision).select_related("version").first()
    ends = (revision.measured("target"), revision.measured("walk_away"))
    return Brief(
        room=room,
        revision=revision,
        ask=revision.ask,
        story=json.loads(revision.document).get("brief", {}),
        asked=Asked(
            request.version.policy if request else room.policy,
            room.view,
            *ends,
            request.judged if request else None,
            granted_of(mandate, room.view) if mandate else None,
        ),
        nets=(revision.net_target, revision.net_walk_away),
        mandate=mandate,
    )


def one_page(brief: Brief, address: str) -> dict[str, object]:
    """The facts of the paper: texts only, and shares of one for the drawings. `address`: where the whole
    brief is. Holds nothing that this reader may not see."""
    room, story = brief.room, brief.story
    people = names_of(story)
    return {
        "lang": tongue(),
        "labels": labels(),
        "title": say(
            "{account}, {deal}: brief on a page", account=room.deal.account.name, deal=room.deal.number
        ),
        "account": room.deal.account.name,
        "name": story.get("title") or room.deal.title,
        "facts": facts_words(brief, people),
        "worth": worth(brief),
        "objective": story.get("objective") or "",
        "needs": [need_words(one, room.now.today.year) for one in story.get("priorities", ())],
        "granted": brief.mandate is not None,
        "terms": term_rows(brief.asked),
        "standard": standard_words(brief.asked),
        "success": success(brief),
        "cannot": [line.strip("-– ") for line in (story.get("non_negotiables") or "").splitlines() if line],
        "trades": [trade(one, room.deal.currency) for one in story.get("exchanges", ())],
        "lines": list(line_rows(brief)),
        "steps": list(next_steps(brief)),
        "foot": foot(brief),
        "address": address,
    }


def names_of(story: Story) -> dict[int, str]:
    """The people the brief names. One query."""
    wanted = [pk for key in ("owner", "decision_owner") if (pk := story.get(key))]
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name"))


def facts_words(brief: Brief, people: Mapping[int, str]) -> str:
    """ "D-1284 · New business, Enterprise, DACH · wanted signature 30 June 2026 · Seller Maya Okafor"."""
    deal, story = brief.room.deal, brief.story
    frame = brief.ask.target.frame if brief.ask else deal
    wanted = story.get("wanted_signature")
    decides = people.get(story.get("decision_owner") or 0)
    parts = [
        deal.number,
        ", ".join(word for word in (frame.deal_type, frame.segment, frame.region) if word),
        say("wanted signature {day}", day=full_date(date.fromisoformat(wanted))) if wanted else "",
        say("Seller {name}", name=people.get(story.get("owner") or 0, deal.owner.name)),
        say("Decision owner {name}", name=decides) if decides else "",
    ]
    return " · ".join(part for part in parts if part)


def worth(brief: Brief) -> list[list[str]]:
    """Rows of what it is called, the amount, and the share of margin where the reader may know it."""
    room, mandate = brief.room, brief.mandate
    currency = brief.revision.currency if brief.revision else room.deal.currency
    margins = [end.value("margin") if end else None for end in (brief.asked.target, brief.asked.walk_away)]
    rows = [[say("At target"), money(brief.nets[0], currency), margin(brief, margins[0])]]
    if mandate is None:
        return [*rows, [say("At walk-away"), money(brief.nets[1], currency), margin(brief, margins[1])]]
    granted = granted_of(mandate, room.view)
    limit = money(mandate.net_at_limit, currency)
    rows.append([say("At the limit"), limit, margin(brief, mandate.margin_at_limit)])
    return [*rows, [say("Mandate until"), full_date(granted.last_day), ended(granted, room)]]


def margin(brief: Brief, share: Decimal | None) -> str:
    return "" if share is None else margin_for(brief.room.view, share)


def ended(granted: Granted, room: Room) -> str:
    mandate = granted.mandate
    if mandate.status != Mandate.Status.ACTIVE:
        return say(ENDED[Mandate.Status(mandate.status)])
    return "" if mandate.active_at(room.now.at) else say("ran out")


def need_words(priority: Mapping[str, Any], year: int) -> dict[str, str]:
    """What the buyer wants, how much, and who of them said so."""
    day, who = priority.get("confirmed_on"), priority.get("who") or ""
    confirmed = short_day(date.fromisoformat(day), year) if day else say("not confirmed")
    return {
        "text": priority["text"],
        "must": say("must") if priority.get("must") else say("wish"),
        "who": ", ".join(part for part in (who, confirmed) if part),
    }


def success(brief: Brief) -> list[list[str]]:
    """Function, who decided for it, what success looks like to it."""
    decided = deciders(brief.revision) if brief.revision else {}
    texts = brief.story.get("successes", {})
    return [
        [str(each.label), decided.get(each.value, ""), texts[each.value]]
        for each in Function
        if texts.get(each.value)
    ]


def deciders(revision: Revision) -> dict[str, str]:
    """Function → who answered for it last. One query."""
    said = Decision.objects.filter(step__request__revision=revision).order_by("at", "pk")
    return dict(said.values_list("step__function", "by__name"))


def trade(exchange: Mapping[str, Any], currency: str) -> list[str]:
    return [
        valued(exchange.get(side) or "", exchange.get(f"{side}_value"), currency) for side in ("give", "get")
    ]


def valued(text: str, value: str | None, currency: str) -> str:
    return f"{text}, {money(Decimal(value), currency)}" if text and value else text


def line_rows(brief: Brief) -> Iterable[list[str]]:
    """Each line with its quantity and its discount at both ends."""
    if brief.ask is None:
        return
    pairs = zip(brief.ask.target.lines, brief.ask.walk_away.lines, strict=True)
    for line, other in pairs:
        yield [
            line.name,
            number(line.quantity),
            percent(line.discount) if brief.ask.target.priced else "",
            percent(other.discount) if brief.ask.target.priced else "",
        ]


def next_steps(brief: Brief) -> Iterable[list[str]]:
    """Tasks asked in return and still open, the next first. One query."""
    if brief.revision is None:
        return
    tasks = Condition.objects.open().filter(decision__step__request__revision=brief.revision)
    for task in tasks.select_related("owner").order_by("due", "pk"):
        if task.due and task.owner:
            yield [short_day(task.due, brief.room.now.today.year), task.text, task.owner.name]


def foot(brief: Brief) -> list[list[str]]:
    """Lines of a word and what it says: what this is a print of, and how to verify that."""
    room, revision = brief.room, brief.revision
    printed = say(
        "Printed {when}, {name}. Internal, not for the buyer.", when=room.now.words, name=room.user.name
    )
    if revision is None:
        return [[brief.name, say(NOT_FROZEN), ""], ["", printed, ""]]
    return [
        [brief.name, frozen_words(brief, revision), ""],
        [say("Terms"), "", revision.terms_hash],
        [say("Document"), "sha256 ", revision.sha256],
        ["", " ".join([printed, *later_words(room, revision)]), ""],
    ]


def frozen_words(brief: Brief, revision: Revision) -> str:
    at = revision.created_at.astimezone(brief.room.now.zone)
    return say(
        "frozen {day}, {time} · policy {policy}",
        day=full_date(at.date()),
        time=hour(at),
        policy=brief.asked.policy.name,
    )


def later_words(room: Room, revision: Revision) -> Iterable[str]:
    """That there is a newer revision, and where it stands."""
    if room.request and room.request.revision.number > revision.number:
        yield say(LATER[Request.Status(room.request.status)], number=room.request.revision.number)
