"""What happened beside deals, in the words of the record: policy, authority, hours, rates, imports."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

from base.format import number
from base.words import mark, say, say_many
from desk.operations import words_of
from desk.phrases import listed
from desk.rates import SENTENCES as OF_RATES
from desk.said import Said
from desk.said_of_people import person_set
from desk.shelf import Shelf, function_name
from ledger.models import Event

Sentence = Callable[[Event, Mapping[str, Any], Shelf], Said]
OWN = {
    "name": mark("name"),
    "timezone": mark("time zone"),
    "locale": mark("numbers and dates"),
    "theme": mark("light or dark"),
}


def address_of(event: Event, shelf: Shelf) -> tuple[str, str]:
    """Where it can be seen, and what that is called."""
    area = event.stream.partition(":")[0]
    if event.kind.startswith("policy_"):
        version = event.facts["number"]
        known = version in shelf.published
        where = reverse("guardrails:version", args=[version]) if known else reverse("guardrails:policy")
        return where, say("Policy v{number}", number=version) if known else say("Policy")
    if area == "import":
        return reverse("desk:import", args=[int(event.stream.partition(":")[2])]), say("Import")
    route, word = PLACES.get(event.kind, PLACES.get(area, ("", "")))
    return (reverse(route), say(word)) if route else ("", "")


PLACES: Mapping[str, tuple[str, str]] = {
    "rates": ("desk:rates", mark("Rates")),
    "quarter_end_on": ("desk:quarter_ends", mark("Quarter end")),
    "quarter_end_off": ("desk:quarter_ends", mark("Quarter end")),
    "hours_changed": ("desk:calendars", mark("Working hours")),
    "absence.set": ("desk:away_people", mark("Who is away")),
    "absence.ended": ("desk:away_people", mark("Who is away")),
    "appointed": ("guardrails:policy", mark("Policy")),
    "authority_ended": ("guardrails:policy", mark("Policy")),
}


def of_version(words: str, icon: str, tone: str = "faint") -> Sentence:
    """About one version of the policy, with the print of its text."""

    def said(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
        typed = say("Entered on the command line by who runs the product.") if facts.get("entered") else ""
        terms = facts["sha256"] if shelf.prints else ""
        return Said(say(words, number=facts["number"]), typed, icon, tone, terms)

    return said


def published(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    said = of_version(mark("published policy v{number}."), "circle-check", "is-ok")(event, facts, shelf)
    began = say("It judges from {day} on.", day=shelf.day(facts["effective_from"]))
    return Said(said.words, f"{began} {said.small}".strip(), said.icon, said.tone, said.terms)


def quarter_end_on(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    one = shelf.quarter_ends[facts["quarter_end"]]
    functions = listed([function_name(each) for each in facts["functions"]])
    words = say(
        "switched {name} on: {functions} {percent} % of the usual time, {since} to {until}.",
        name=f"“{one.name}”", functions=functions, percent=facts["percent"],
        since=shelf.day(facts["starts"]), until=shelf.day(facts["ends"]),
    )  # fmt: skip
    members = [
        say("{name} as {level}", name=shelf.name(user), level=shelf.level(function, level, event.at))
        for function, level, user in facts["members"]
    ]
    added = say("May decide too: {members}.", members=listed(members)) if members else ""
    return Said(words, f"“{one.reason}” {added}".strip(), "calendar-stats", "is-warn")


def quarter_end_off(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    name = f"“{shelf.quarter_ends[facts['quarter_end']].name}”"
    return Said(say("switched {name} off.", name=name), icon="calendar-stats")


def appointed(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    words = say("gave {who} authority: {level}.", **authority(event, facts, shelf))
    return Said(words, where_and_since(event, facts, shelf), "user-check", "is-ok")


def authority_ended(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    words = say("ended the authority of {who}: {level}.", **authority(event, facts, shelf))
    over = say("Over on {day}.", day=shelf.day(facts["until"]))
    return Said(words, f"{where_and_since(event, facts, shelf)} {over}", "ban", "is-warn")


def authority(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> dict[str, str]:
    level = shelf.level(facts["function"], facts["level"], event.at)
    return {"who": shelf.name(facts["user"]), "level": level}


def where_and_since(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> str:
    where = shelf.region(facts["region"], event.at) if facts["region"] else say("All regions")
    return say("{where}, since {day}.", where=where, day=shelf.day(facts["since"]))


def hours_changed(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    words = say("changed the working hours of {function}.", function=function_name(facts["function"]))
    return Said(words, say("Deadlines from then on are counted in them."), "calendar")


def absence_set(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    since, until = shelf.day(facts["starts"]), shelf.day(facts["ends"])
    words = say(
        "set {who} away from {since} to {until}.", who=shelf.name(facts["user"]), since=since, until=until
    )
    stands = say("Nobody stands in.")
    if facts["delegate"]:
        stands = say("{name} stands in.", name=shelf.name(facts["delegate"]))
    return Said(words, stands, "calendar")


def absence_ended(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    return Said(say("ended an absence of {who}.", who=shelf.name(facts["user"])), icon="calendar")


def profile_set(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    changed = listed([say(OWN.get(name, name)) for name in facts["fields"]])
    return Said(say("changed their profile: {fields}.", fields=changed), icon="user")


def of_import(words: str, icon: str = "file-upload", tone: str = "faint") -> Sentence:
    def said(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
        one = shelf.imports.get(event.stream)
        name = f"“{one.name}”" if one else event.stream
        small = say("Source: {source}.", source=one.source) if one else ""
        return Said(say(words, name=name), small, icon, tone)

    return said


def import_done(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    said = of_import(mark("finished the import of {name}."), "file-upload", "is-ok")(event, facts, shelf)
    counts = facts["deals"]
    small = say(
        "{new} new, {same} there already, {refused} refused.",
        **{key: number(counts[key]) for key in ("new", "same", "refused")},
    )
    return Said(said.words, small, said.icon, said.tone)


def replayed(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    words = say_many(
        "tried {n} effect again: {kind}.",
        "tried {n} effects again: {kind}.",
        facts["count"], n=number(facts["count"]), kind=words_of(facts["of"]),
    )  # fmt: skip
    return Said(words, say("They had been given up on."), "refresh", "is-warn")


def rate_said(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    return Said(OF_RATES[event.kind](facts, shelf.rates), icon="arrows-exchange")


def unknown(event: Event, facts: Mapping[str, Any], shelf: Shelf) -> Said:
    """A kind that a later release wrote."""
    return Said(say("recorded “{kind}”.", kind=event.kind))


SENTENCES: Mapping[str, Sentence] = {
    "policy_loaded": of_version(mark("handed in a draft of policy v{number}."), "file-upload"),
    "policy_reviewed": of_version(mark("agreed to policy v{number} as the second person."), "users"),
    "policy_published": published,
    "quarter_end_on": quarter_end_on,
    "quarter_end_off": quarter_end_off,
    "person_set": person_set,
    "appointed": appointed,
    "authority_ended": authority_ended,
    "hours_changed": hours_changed,
    "absence.set": absence_set,
    "absence.ended": absence_ended,
    "profile_set": profile_set,
    **dict.fromkeys(OF_RATES, rate_said),
    "import_checked": of_import(mark("handed in {name} to import.")),
    "import_began": of_import(mark("began the import of {name}.")),
    "import_stopped": of_import(mark("stopped the import of {name}."), "player-pause"),
    "import_went_on": of_import(mark("went on with the import of {name}."), "player-play"),
    "import_failed": of_import(mark("gave up on the import of {name}."), "x", "is-bad"),
    "import_done": import_done,
    "effects.replayed": replayed,
}
