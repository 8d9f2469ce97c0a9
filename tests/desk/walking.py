"""Everything a person may open, and the answers to it, told apart by nothing drawn at random."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from itertools import islice
from typing import Any
from unittest.mock import patch

from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from approvals.models import Bulk, Condition, Evidence, Hold, Offer, Question, Step
from deals.excepted import ask_of_row
from deals.models import AccountException, Comment, DraftException, Revision
from desk.context import COUNTS
from notices.mail import letter
from notices.models import Notice
from people.models import User
from planning.models import Concern
from tests.answering import tokens_of
from tests.desk.banding import BAND, World
from tests.notices.telling import told_to

THIRD_PARTY = {"admin", "allauth.account.urls"}
HTMX = {"HX-Request": "true"}
RAIL = {**HTMX, "HX-Target": "rail"}
CLOSED = (403, 404, 405)
NO_SUCH_METHOD = 405
CONTEXTS = "django.test.client.store_rendered_templates"  # takes time to keep what nobody looks at here
TRIES = 3
ASKED_MORE = ("D-1284", "D-1288", "D-1289")  # a mandate and a new ask; a limit on margin; won
QUERIES: Mapping[str, tuple[str, ...]] = {
    "desk:deal": ("show=target", "show=limit", "show=signed"),
    "desk:brief_pdf": ("revision=1",),
    "desk:economics": ("show=target&against=limit", "every=1"),
    "desk:offers": ("offer=1", "discount=21.5&payment_days=60", "discount=21.5"),
    "desk:queue": ("sort=value", "state=all", "when=today", "q=brandt"),
    "desk:record": ("kind=decision", "kind=offer", "kind=exception"),
    "desk:bulk": ("verb=extend&all=1", "verb=override&all=1&function=legal"),
    "desk:exceptions": ("state=in-force", "state=revoked"),
    "desk:overrides": ("period=none",),
    "guardrails:glossary": ("q=margin",),
}
RANDOM = re.compile(  # against forgery, of a bulk that begins once, a receipt
    r'((?:csrfmiddlewaretoken|once|sent)" value=|"X-CSRFToken": )"[\w-]+"|\b(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}\b'
)
LOGGED = "X-Request-ID"  # drawn at random, for the log
Answer = tuple[int, Mapping[str, str], str]
Answers = dict[tuple[str, ...], Answer]
Prints = Mapping[str, str]


def routes() -> dict[str, tuple[str, ...]]:
    """Every route of the product with the names of its arguments, whichever app it is of."""
    return dict(found_in(get_resolver()))


def found_in(branch: URLResolver, space: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for each in branch.url_patterns:
        if isinstance(each, URLResolver):
            module = getattr(each.urlconf_name, "__name__", "")
            if not {each.namespace, module} & THIRD_PARTY:
                yield from found_in(each, f"{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern):
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


def rows_of(rows: Any, deal: str, name: str = "pk") -> Callable[[str], list[int]]:
    """Those of a deal, the latest first. `deal`: where they name it; `name`: what their address has."""
    return lambda number: list(
        rows.filter(**{f"{deal}__number": number}).distinct().order_by("-pk").values_list(name, flat=True)
    )


KNOWN: Mapping[str, Callable[[str], Sequence[Any]]] = {
    "number": lambda deal: [deal],
    "step": rows_of(Step.objects, "deal"),
    "offer": lambda deal: [1],
    "question": rows_of(Question.objects, "deal"),
    "quarter_end": lambda deal: [1],  # none is on
    "condition": rows_of(Condition.objects.tasks(), "decision__deal"),
    "evidence": rows_of(Evidence.objects, "condition__decision__deal"),
    "concern": rows_of(Concern.objects, "deal", "number"),
    "comment": rows_of(Comment.objects, "deal", "number"),
    "hold": rows_of(Hold.objects, "deal"),
    "exception": rows_of(AccountException.objects, "deal"),
    "bulk": rows_of(Bulk.objects, "rows__step__deal"),
    "token": tokens_of,
    "notice": lambda deal: [told_to("maya")["notice"]],
    "channel": lambda deal: [1],  # nobody has a chat
    "seal": lambda deal: [told_to("maya")["seal"]],
    "function": lambda deal: ["legal"],
    "pk": lambda deal: [1],  # of an import: there is none
    "person": lambda deal: [User.objects.get(email="maya@helio.example").pk],
    "absence": lambda deal: [1],  # nobody is away
    "session": lambda deal: [1],  # of somebody else
    "version": lambda deal: [14],
    "view": lambda deal: [1],  # said where something is sent
    "template": lambda deal: [1],  # likewise
    "file": lambda deal: [1],  # likewise
}


def walk(world: World, who: str, numbers: Sequence[str]) -> Answers:
    """What `who` gets from every route about these deals, and the part of a page where it says that there is
    one. A route that is closed to them is tried three times: that it is says nothing of what it is about."""
    client, names, found = signed_in(world, who), prints(), Answers()
    counted = {key: cache(count) for key, count in COUNTS.items()}  # the same on every page
    with patch.dict(COUNTS, counted), patch(CONTEXTS, new=lambda *_, **__: None):
        for route in routes():
            found |= every(client, who, route, numbers, names)
    return found


def every(client: Client, who: str, route: str, numbers: Sequence[str], names: Prints) -> Answers:
    found, closed = Answers(), 0
    for kwargs in arguments(route, numbers):
        address = reverse(route, kwargs=kwargs)
        page = found[who, "get", f"{address}?"] = got(client.get(f"{address}?"), names)
        closed += page[0] in CLOSED
        if page[0] == NO_SUCH_METHOD or closed == TRIES:
            break
        if HTMX.keys() & set(page[1].get("Vary", "").split(", ")):
            found[who, "part", address] = got(client.get(address, headers=HTMX), names)
        if page[0] not in CLOSED and kwargs.get("number", ASKED_MORE[0]) in ASKED_MORE:
            found |= asked_more(client, who, route, address, names)
    return found


def asked_more(client: Client, who: str, route: str, address: str, names: Prints) -> Answers:
    """The same with every query; of the deal page the part that a query changes, which the page asks for."""
    headers = HTMX if route == "desk:deal" else {}
    return {
        (who, "get", f"{address}?{query}"): got(client.get(f"{address}?{query}", headers=headers), names)
        for query in QUERIES.get(route, ())
    }


def probe(world: World, senders: Mapping[str, Sequence[str]]) -> Answers:
    """What comes back for an empty form of every route, about the first thing and to the first person that it
    is open to. Nothing stays changed."""
    found: Answers = {}
    clients = {who: signed_in(world, who) for who in senders}
    for route in routes():
        for who, numbers in senders.items():
            tried = tries(clients[who], who, route, numbers)
            found |= tried
            if any(answer[0] == NO_SUCH_METHOD or answer[0] not in CLOSED for answer in tried.values()):
                break
    return found


def tries(client: Client, who: str, route: str, numbers: Sequence[str]) -> Answers:
    """Until it is open to them, at most TRIES."""
    found: Answers = {}
    for kwargs in islice(arguments(route, numbers), TRIES):
        address = reverse(route, kwargs=kwargs)
        answer = found[who, "empty", route, address] = undone(partial(client.post, address))
        if answer[0] == NO_SUCH_METHOD or answer[0] not in CLOSED:
            break
    return found


def signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(getattr(world.cast, who))
    return client


def undone(ask: Callable[[], Any]) -> Answer:
    """The answer, and whatever mails it sends to people who see a band."""
    with transaction.atomic():
        before = newest()
        answer = got(ask(), prints())
        told = [f"{letter.to} {letter.subject}\n{letter.body}" for letter in letters(newer=before)]
        transaction.set_rollback(True)
    return *answer[:2], "\n".join([answer[2], *told])


def got(answer: Any, names: Prints) -> Answer:
    """Without what is drawn at random for every answer; prints by the name of what they are of."""
    text = RANDOM.sub(r"\1", answer.getvalue().decode("utf-8", "backslashreplace"))
    went = [*getattr(answer, "redirect_chain", ()), answer.headers.get("Location", "")]
    headers = {name: value for name, value in answer.headers.items() if name != LOGGED}
    return answer.status_code, {**headers, "Went": str(went)}, named(text, names)


def named(text: str, names: Prints) -> str:
    return pattern(tuple(names)).sub(lambda found: names[found[0]], text) if names else text


@cache
def pattern(prints: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, prints)))


def prints() -> dict[str, str]:
    """Salted prints, whole and as they are read aloud, by the name of what they are of."""
    found: dict[str, str] = {}
    for model in (Revision, Step, Offer):
        for pk, value in model.objects.exclude(terms_hash="").order_by("pk").values_list("pk", "terms_hash"):
            for words in (value, f"{value[:4]} {value[4:8]}"):
                found.setdefault(words, f"[{model.__name__} {pk}]")
    found |= {value: f"[Document {pk}]" for pk, value in Revision.objects.values_list("pk", "sha256")}
    asked = DraftException.objects.select_related("deal")
    return found | {ask_of_row(row).digest(row.deal.salt): f"[Exception {row.pk}]" for row in asked}


@contextmanager
def papers_as_facts() -> Iterator[None]:
    """Papers as what is printed on them: nothing else goes into one, and drawing each takes a second."""
    with patch("typst.compile", side_effect=lambda paper, *, sys_inputs, **_: sys_inputs["facts"].encode()):
        yield


def mails() -> Answers:
    """All that was ever written to people who see a band."""
    return {
        ("mail", str(place)): (0, one.extra_headers, f"{one.to} {one.subject}\n{one.body}")
        for place, one in enumerate(letters())
    }


def letters(newer: int = 0) -> list[EmailMessage]:
    told = Notice.objects.filter(user__function__in=BAND, pk__gt=newer).select_related("user").order_by("pk")
    return [letter([one], key=one.key) for one in told]


def newest() -> int:
    return Notice.objects.order_by("-pk").values_list("pk", flat=True)[0]
