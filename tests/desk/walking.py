"""Everything a person may open or send, and the answers to it, told apart by nothing drawn at random."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from approvals.models import Offer, Step
from deals.models import Revision
from ledger.mail import message
from ledger.models import Effect
from people.models import User
from tests.desk.banding import World
from tests.desk.briefing import opened
from tests.desk.offering import typed

THIRD_PARTY = {"admin", "allauth.urls"}
MACHINE = {"healthz", "readyz"}  # answer to a monitor, about servers
HTMX = {"HX-Request": "true"}
RAIL = {**HTMX, "HX-Target": "rail"}
QUERIES: Mapping[str, tuple[str, ...]] = {
    "desk:deal": ("show=target", "show=limit", "show=signed"),
    "desk:economics": ("show=target&against=limit", "every=1"),
    "desk:offers": ("offer=1", "discount=21.5&payment_days=60", "discount=21.5"),
    "desk:queue": ("sort=value", "state=all", "when=today", "q=brandt"),
    "desk:record": ("kind=decision", "kind=offer"),
    "guardrails:glossary": ("q=margin",),
}
# when a paper was printed, by the clock of the machine
PRINTED = re.compile(r"\(D:\d+Z\)|/ID\[[^\]]*\]|<(xmp\w*:\w+)>[^<]*</\1>")
Answer = tuple[int, Mapping[str, str], str]
Answers = dict[tuple[str, ...], Answer]


@dataclass(frozen=True, slots=True)
class Act:
    """Something sent: by whom, to which deal, with what; `find` may ask the page first."""

    who: str
    number: str
    find: Callable[[Client, World], Mapping[str, Any]]
    headers: Mapping[str, str] | None = None
    follow: bool = True
    function: str = "legal"
    offer: int = 1


def said(**data: Any) -> Callable[[Client, World], Mapping[str, Any]]:
    return lambda client, world: data


def brief(number: str, **changed: str) -> Callable[[Client, World], Mapping[str, Any]]:
    """The brief as Maya has it open, with these fields written over."""
    return lambda client, world: {**opened(client, world.cast.maya, number), **changed}


def use(number: str) -> Callable[[Client, World], Mapping[str, Any]]:
    """The first suggestion of the brief."""

    def find(client: Client, world: World) -> Mapping[str, Any]:
        sent = opened(client, world.cast.maya, number)
        rail = client.get(f"/deals/{number}/brief/").context["rail"]
        return {**sent, "use": rail.rooms[0].use.value if rail.rooms else "discount=12.5"}

    return find


def decision(function: str, number: str, **data: str) -> Callable[[Client, World], Mapping[str, Any]]:
    return lambda client, world: {"seen": world.step(number, function).terms_hash, **data}


def version(number: str) -> Callable[[Client, World], Mapping[str, Any]]:
    return lambda client, world: {"version": world.deals[number].version}


DEEP = {"lines-0-walk_away": "26", "terms-payment_days-walk_away": "75"}
OPEN, REFUSED, DRAFT, MARGIN, WON = "D-1285", "D-1286", "D-1287", "D-1288", "D-1289"
ASKED = "D-1284"
ACTS: Mapping[str, tuple[Act, ...]] = {
    "people:theme": (Act("maya", ASKED, said(theme="dark")),),
    "desk:review": (
        Act("tomas", OPEN, decision("legal", OPEN, verdict="agree")),
        Act("jiwoo", OPEN, decision("operations", OPEN, verdict="up_to", custom_days="15", margin="61")),
        Act("jiwoo", OPEN, decision("operations", OPEN, verdict="up_to", margin="61"), function="operations"),
        Act("tomas", OPEN, said(seen="old", verdict="agree")),
        Act("jiwoo", OPEN, decision("operations", OPEN, verdict="decline"), function="operations"),
        Act("jiwoo", ASKED, decision("operations", ASKED, verdict="agree"), function="operations"),
    ),
    "desk:review_effect": (
        Act("tomas", OPEN, decision("legal", OPEN, **{"clause:liability": "standard"}), HTMX),
        Act("jiwoo", OPEN, decision("operations", OPEN, custom_days="15"), HTMX, function="operations"),
        Act("jiwoo", OPEN, decision("operations", OPEN, custom_days="5"), HTMX, function="operations"),
        Act("jiwoo", OPEN, decision("operations", OPEN, margin="99"), HTMX, function="operations"),
    ),
    "desk:new_brief": (Act("maya", ASKED, said(title="", account="1")),),
    "desk:brief": (
        Act("maya", REFUSED, brief(REFUSED, **DEEP), RAIL),
        Act("maya", DRAFT, brief(DRAFT, **DEEP), RAIL),
        Act("maya", REFUSED, brief(REFUSED, partner_fee="300"), RAIL),
        Act("maya", REFUSED, brief(REFUSED, version="1", title="Mine")),
    ),
    "desk:brief_rows": (Act("maya", REFUSED, brief(REFUSED, add="lines"), HTMX),),
    "desk:brief_use": (
        Act("maya", OPEN, use(OPEN), HTMX),
        Act("maya", REFUSED, brief(REFUSED, use="discount=16.1"), HTMX),
    ),
    "desk:brief_ask": (
        Act("maya", REFUSED, brief(REFUSED)),
        Act("maya", REFUSED, brief(REFUSED, **DEEP)),
        Act("maya", DRAFT, brief(DRAFT)),
        Act("maya", DRAFT, brief(DRAFT, **{"lines-0-target": "40"})),
    ),
    "desk:brief_settle": (
        Act("maya", REFUSED, brief(REFUSED, version="1", title="Mine")),
        Act("maya", REFUSED, brief(REFUSED, all="mine")),
    ),
    "desk:offers": (
        Act("maya", ASKED, said(**typed())),
        Act("maya", ASKED, said(**typed(discount="21.5"))),
        Act("maya", MARGIN, said(**typed(discount="21.5", payment_days="60"))),
    ),
    "desk:check_offer": (
        Act("maya", ASKED, said(**typed()), HTMX),
        Act("maya", ASKED, said(**typed(discount="24", payment_days="60")), HTMX),
        Act("maya", MARGIN, said(**typed()), HTMX),
        Act("maya", MARGIN, said(**typed(payment_days="60")), HTMX),
        Act("maya", MARGIN, said(**typed(payment_days="70", discount="16.0")), HTMX),
        Act("tomas", MARGIN, said(**typed(payment_days="60", weeks_to_live="5")), HTMX),
        Act("maya", OPEN, said(**typed()), HTMX),
    ),
    "desk:more_room": (Act("maya", ASKED, version(ASKED), offer=2),),
    "desk:withdraw": (Act("maya", ASKED, said()), Act("maya", MARGIN, said())),
    "desk:close": (
        Act(
            "maya", ASKED, said(**{"close-outcome": "won", "close-signed": "offer-2", "close-signed_on": ""})
        ),
        Act("maya", MARGIN, said(**{"close-outcome": "won", "close-signed": "target"})),
    ),
    "desk:share": (Act("maya", ASKED, said(**{"share-person": "0", "share-role": "viewer"})),),
}


def routes() -> dict[str, tuple[str, ...]]:
    """Every route of the product with the names of its arguments, whichever app it is of."""
    return dict(found_in(get_resolver()))


def found_in(branch: URLResolver, space: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for each in branch.url_patterns:
        if isinstance(each, URLResolver):
            module = getattr(each.urlconf_name, "__name__", "")
            if not {each.namespace, module} & THIRD_PARTY:
                yield from found_in(each, f"{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern) and each.name not in MACHINE:
            yield f"{space}{each.name}", tuple(each.pattern.converters)


def arguments(route: str, numbers: Iterable[str]) -> Iterator[dict[str, Any]]:
    """All a route may be opened with. A name nobody knows fails: say here what it stands for."""
    names = routes()[route]
    if not names:
        yield {}
    elif route.startswith("guardrails:"):
        yield {"number": 14}
    else:
        for number in numbers:
            rows: list[dict[str, Any]] = [{}]
            for name in names:
                rows = [{**row, name: value} for row in rows for value in KNOWN[name](number)]
            yield from rows


def steps_of(number: str) -> list[int]:
    return list(Step.objects.filter(deal__number=number).order_by("pk").values_list("pk", flat=True))


KNOWN: Mapping[str, Callable[[str], Iterable[Any]]] = {
    "number": lambda deal: [deal],
    "step": steps_of,
    "offer": lambda deal: [1],
    "pk": lambda deal: [1],  # of an import: closed to whoever sees cost as a band
}


def walk(world: World, who: str, numbers: Sequence[str], *, parts: bool = False) -> Answers:
    """What `who` gets from every route about these deals. `parts`: about the first also as a part of a page,
    and in return for an empty form. Nothing stays changed."""
    client = Client()
    client.force_login(getattr(world.cast, who))
    found: Answers = {}
    for route in routes():
        for kwargs in arguments(route, numbers):
            address = reverse(route, kwargs=kwargs)
            for query in ("", *QUERIES.get(route, ())):
                found[who, "get", f"{address}?{query}"] = got(client.get(f"{address}?{query}"))
        for kwargs in arguments(route, numbers[:1]) if parts else ():
            address = reverse(route, kwargs=kwargs)
            found[who, "part", address] = got(client.get(address, headers=HTMX))
            found[who, "post", route, address] = undone(partial(client.post, address))
    return found


def act(world: World) -> Answers:
    """What is answered to everything in ACTS; nothing stays changed."""
    found: Answers = {}
    for route, acts in ACTS.items():
        for place, one in enumerate(acts):
            known = {"number": one.number, "offer": one.offer}
            if "step" in routes()[route]:
                known["step"] = world.step(one.number, one.function).pk
            address = reverse(route, kwargs={name: known[name] for name in routes()[route]})
            found[one.who, route, f"{place} {address}"] = undone(partial(sent, one, address, world))
    return found


def sent(one: Act, address: str, world: World) -> Any:
    client = Client()
    client.force_login(getattr(world.cast, one.who))
    data = one.find(client, world)
    return client.post(address, data, headers=one.headers, follow=one.follow)


def undone(ask: Callable[[], Any]) -> Answer:
    with transaction.atomic():
        answer = got(ask())
        transaction.set_rollback(True)
    return answer


def got(answer: Any) -> Answer:
    """Without what is drawn at random for every answer; prints by the name of what they are of."""
    if answer.headers.get("Content-Type") == "application/pdf":
        return answer.status_code, dict(answer.headers), PRINTED.sub("", answer.content.decode("latin-1"))
    text = re.sub(
        r'(csrfmiddlewaretoken" value=|"X-CSRFToken": )"\w+"',
        r"\1",
        answer.content.decode("utf-8", "backslashreplace"),
    )
    for print_, name in prints().items():
        text = text.replace(print_, name)
    went = [*getattr(answer, "redirect_chain", ()), answer.headers.get("Location", "")]
    return answer.status_code, {**answer.headers, "Went": str(went)}, text


def prints() -> dict[str, str]:
    """Salted prints, whole and as they are read aloud, by the name of what they are of."""
    found: dict[str, str] = {}
    for model in (Revision, Step, Offer):
        for pk, value in model.objects.exclude(terms_hash="").order_by("pk").values_list("pk", "terms_hash"):
            for words in (value, f"{value[:4]} {value[4:8]}"):
                found.setdefault(words, f"[{model.__name__} {pk}]")
    return found


def mails(world: World, functions: Iterable[str]) -> Answers:
    people: dict[int, User] = {user.pk: user for user in everyone(world) if user.function in functions}
    letters = {
        effect.pk: message(effect, people[effect.facts["to"]])
        for effect in Effect.objects.filter(kind="mail")
        if effect.facts["to"] in people
    }
    return {
        ("mail", str(pk)): (0, one.extra_headers, f"{one.subject}\n{one.body}") for pk, one in letters.items()
    }


def everyone(world: World) -> list[User]:
    return [getattr(world.cast, name) for name in world.cast.__slots__]
