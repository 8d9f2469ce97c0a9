"""What people who see cost as a band send, and the answers to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.urls import reverse

from approvals.links import link_name
from base import sealed
from notices.kinds import Group
from tests.desk.banding import World
from tests.desk.filling import (
    ASKED,
    DRAFT,
    EXCEPTED,
    MARGIN,
    OPEN,
    QUARTER_END,
    REFUSED,
    WAITING,
    Find,
    beyond,
    brief,
    bulk,
    decision,
    file,
    hours,
    longer_days,
    new_brief,
    next_policy,
    no_leave,
    note,
    of_step,
    over_both,
    receipt,
    reworded,
    said,
    taken,
    use,
    version,
)
from tests.desk.offering import typed
from tests.desk.walking import HTMX, KNOWN, RAIL, Answers, routes, signed_in, undone


@dataclass(frozen=True, slots=True)
class Act:
    """Something sent: by whom, to which deal, with what; `find` may ask the page first."""

    who: str
    number: str
    find: Find
    headers: Mapping[str, str] | None = None
    follow: bool = True
    function: str = "legal"
    offer: int = 1
    concern: int = 2

    def address(self, route: str, world: World) -> str:
        """About the latest of whatever else the route is about."""
        number = 14 if route.startswith("guardrails:") else self.number
        known: dict[str, Any] = {"number": number, "offer": self.offer, "concern": self.concern}
        names = routes()[route]
        if "step" in names:
            known["step"] = world.step(self.number, self.function).pk
        if "token" in names:
            asked = world.step(self.number, self.function), getattr(world.cast, self.who)
            known["token"] = sealed.token(link_name(*asked))
        return reverse(route, kwargs={name: known.get(name) or KNOWN[name](self.number)[0] for name in names})


WON = {"close-outcome": "won", "close-reason": "They insisted."}
ONE = "00000000-0000-0000-0000-000000000001"
DEEP = {"lines-0-walk_away": "26", "terms-payment_days-walk_away": "75"}
BEYOND = {f"lines-{place}-walk_away": value for place, value in enumerate(("34", "27", "18", "18"))}
RATES = b"currency;date;rate;source\nUSD;2026-06-10;0.92;ECB\n"
TASK = {
    "task-1-text": "A visit.",
    "task-1-owner": "maya",
    "task-1-due": "2026-06-20",
    "task-1-otherwise": "custom_days",
    "task-1-value": "12",
}
WISHES = {
    **{f"{group}_{way}": "now" for group in Group for way in ("mail", "chat")},
    "digest_at": "08:00",
}
PROFILE = {"name": "Maya Okafor", "timezone": "Europe/Berlin", "locale": "de", "theme": "dark"}
JUDGING = (  # routes that judge terms anew
    "desk:review",
    "desk:review_effect",
    "desk:brief",
    "desk:brief_use",
    "desk:brief_ask",
    "desk:offers",
    "desk:check_offer",
    "desk:deal_exceptions",
)
ACTS: Mapping[str, tuple[Act, ...]] = {
    "keep_words": (Act("maya", ASKED, said(**{"kept-for": "/deals/D-1284/comments/", "text": "So far."})),),
    "desk:profile": (Act("maya", ASKED, said(**PROFILE)), Act("maya", ASKED, said(timezone="Nowhere"))),
    "desk:sign_out_elsewhere": (Act("maya", ASKED, said()),),
    "desk:sign_out_of": (Act("maya", ASKED, said()),),
    "desk:saved_views": (
        Act("maya", ASKED, said(name="Mine", opens_first="on")),
        Act("maya", ASKED, said(name="")),
    ),
    "desk:brief_paste": (
        Act("maya", REFUSED, brief(REFUSED, table="Product\tUnits\nRoute Planner\t100", mode="append")),
        Act("maya", REFUSED, brief(REFUSED, table="")),
    ),
    "desk:keep_template": (Act("maya", REFUSED, said(template_name="Two sites", shared="")),),
    "desk:take_recorded": (Act("maya", REFUSED, said()),),
    "desk:files": (
        Act("maya", REFUSED, file("letter.pdf", b"%PDF-1.7 letter")),
        Act("maya", REFUSED, file("letter.pdf", b"nothing of the kind")),
    ),
    "people:theme": (Act("maya", ASKED, said(theme="dark")),),
    "notices:open": (Act("maya", ASKED, said()),),
    "notices:read": (Act("maya", ASKED, said()),),
    "notices:read_all": (Act("maya", ASKED, said(up_to="1")),),
    "notices:preferences": (Act("maya", ASKED, said(**WISHES)), Act("maya", ASKED, said())),
    "notices:set_channel": (
        Act("maya", ASKED, said(url="discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js")),
    ),
    "notices:unsubscribe": (Act("maya", ASKED, said()),),
    "desk:review": (
        Act("tomas", OPEN, decision("legal", OPEN, verdict="agree")),
        Act("jiwoo", OPEN, decision("operations", OPEN, verdict="up_to", custom_days="15", margin="61")),
        Act("jiwoo", OPEN, decision("operations", OPEN, verdict="up_to", margin="61"), function="operations"),
        Act(
            "jiwoo",
            OPEN,
            of_step(OPEN, "operations", verdict="up_to", **TASK),
            function="operations",
        ),
        Act("tomas", OPEN, said(seen="old", verdict="agree")),
        Act(
            "jiwoo",
            WAITING,
            decision("operations", WAITING, verdict="up_to", margin="54"),
            function="operations",
        ),
        Act("jiwoo", WAITING, decision("operations", WAITING, verdict="agree"), function="operations"),
        Act("jiwoo", OPEN, decision("operations", OPEN, verdict="decline"), function="operations"),
        Act("jiwoo", ASKED, decision("operations", ASKED, verdict="agree"), function="operations"),
    ),
    "desk:answer": (
        Act("tomas", OPEN, said(verdict="agree")),
        Act("jiwoo", OPEN, said(verdict="changes"), function="operations"),
        Act("jiwoo", OPEN, said(verdict="agree"), function="operations"),
    ),
    "desk:review_effect": (
        Act("tomas", OPEN, decision("legal", OPEN, **{"clause:liability": "standard"}), HTMX),
        Act("jiwoo", OPEN, decision("operations", OPEN, custom_days="15"), HTMX, function="operations"),
        Act("jiwoo", OPEN, decision("operations", OPEN, custom_days="5"), HTMX, function="operations"),
        Act("jiwoo", OPEN, decision("operations", OPEN, margin="99"), HTMX, function="operations"),
    ),
    "desk:new_brief": (
        Act("maya", ASKED, said(title="", account="1")),
        Act("maya", ASKED, new_brief("Two more sites")),
    ),
    "desk:brief": (
        Act("maya", REFUSED, brief(REFUSED, **DEEP), RAIL),
        Act("maya", DRAFT, brief(DRAFT, **DEEP), RAIL),
        Act("maya", REFUSED, brief(REFUSED, partner_fee="300"), RAIL),
        Act("maya", REFUSED, brief(REFUSED, **BEYOND), RAIL),
        Act("maya", EXCEPTED, brief(EXCEPTED, **BEYOND), RAIL),
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
        Act("maya", REFUSED, brief(REFUSED, **BEYOND)),
        Act("maya", EXCEPTED, brief(EXCEPTED, **DEEP)),
        Act("maya", EXCEPTED, brief(EXCEPTED, **BEYOND)),
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
            "maya",
            ASKED,
            said(**{"close-outcome": "won", "close-signed": "offer-2", "close-reason": "They insisted."}),
        ),
        Act("maya", ASKED, said(**WON, **{"close-signed": "offer-2"}, confirmed="yes")),
        Act("maya", MARGIN, said(**WON, **{"close-signed": "target"}, confirmed="yes")),
    ),
    "desk:share": (
        Act("maya", ASKED, said(**{"share-person": "0", "share-role": "viewer"})),
        Act("maya", ASKED, of_step(ASKED, **{"share-person": "elena", "share-role": "viewer"})),
    ),
    "desk:take_share_back": (Act("maya", WAITING, of_step(WAITING, person="lena")),),
    "desk:bulk": (
        Act("ines", OPEN, bulk(verb="extend", hours="2", reason="The quarter ends.")),
        Act("ines", OPEN, bulk(verb="override", verdict="agree", reason="Tomás is away.")),
        Act("ines", OPEN, bulk(verb="override", verdict="agree", reason="Tomás is away.", confirm="on")),
        Act("ines", OPEN, said(verb="reassign")),
    ),
    "desk:bulk_go_on": (Act("ines", WAITING, said()),),
    "desk:revoke_exception": (
        Act("ines", EXCEPTED, said(reason="The incumbent left.")),
        Act("ines", EXCEPTED, said()),
    ),
    "desk:replay": (Act("ines", OPEN, said(kind="mail")),),
    "desk:rates": (Act("ines", ASKED, said(currency="USD", date="2026-06-10", rate="0.92", source="ECB")),),
    "desk:calendar": (
        Act("ines", ASKED, hours(closes="16:00", country="DE")),
        Act("ines", ASKED, hours(other_hours="Fri until noon")),
        Act("ines", ASKED, hours(closes="16:00"), HTMX),
    ),
    "desk:recompute": (Act("ines", ASKED, longer_days), Act("ines", ASKED, said(function="legal"))),
    "desk:away": (Act("maya", ASKED, said(starts="2099-06-01", ends="2099-06-07")),),
    "desk:away_of": (Act("ines", ASKED, said(starts="2099-06-01", ends="2099-06-07")),),
    "desk:hand_in_calendar": (Act("ines", ASKED, no_leave),),
    "desk:load_rates": (Act("ines", ASKED, file("rates.csv", RATES)),),
    "guardrails:hand_in": (Act("ines", ASKED, next_policy), Act("ines", ASKED, said(text="number = 15"))),
    "guardrails:agree": (Act("tomas", ASKED, said(seen="old")),),
    "guardrails:publish": (Act("ines", ASKED, said(seen="old")),),
    "desk:quarter_ends": (Act("ines", ASKED, said(**QUARTER_END)),),
    "desk:imports": (Act("ines", ASKED, file("past.csv", b"number;net\nA-1;1000\n")),),
    "desk:import_mapping": (Act("ines", ASKED, said(written="nothing of sense")),),
    "desk:ask": (
        Act("tomas", OPEN, of_step(OPEN, **{"ask-to": "maya", "ask-text": "Why five years?"})),
        Act("tomas", OPEN, said()),
    ),
    "desk:question": (Act("maya", WAITING, said(answer="They asked for it.")), Act("maya", WAITING, said())),
    "desk:take_question_back": (Act("tomas", WAITING, said()),),
    "desk:condition": (
        Act("maya", MARGIN, said(text="It is signed.")),
        Act("tomas", MARGIN, said(act="met")),
        Act("jiwoo", MARGIN, said(act="met")),
    ),
    "desk:take": (Act("tomas", OPEN, said()), Act("tomas", WAITING, said())),
    "desk:give_back": (Act("tomas", OPEN, taken), Act("jiwoo", OPEN, said())),
    "desk:ask_too": (
        Act(
            "tomas",
            OPEN,
            of_step(
                OPEN,
                **{"added-STEP-who": "grace", "added-STEP-place": "after", "added-STEP-reason": "Her law."},
            ),
        ),
    ),
    "desk:review_all": (
        Act("jiwoo", OPEN, over_both(verdict="agree")),
        Act("jiwoo", OPEN, over_both(verdict="decline")),
        Act("jiwoo", OPEN, over_both({"verdict": "reluctant", "reason": "Too much."}, how="each")),
        Act("jiwoo", OPEN, over_both({"seen": "old"}, verdict="reluctant", reason="Too much.")),
    ),
    "desk:intervene": (
        Act("ines", OPEN, of_step(OPEN, verb="reassign", to="jiwoo", reason="He is away.")),
        Act("ines", OPEN, of_step(OPEN, verb="override", verdict="decline", reason="No.")),
        Act("ines", OPEN, of_step(OPEN, verb="reassign", to="maya", reason="No.")),
    ),
    "desk:call_desk": (
        Act("marcus", OPEN, said(reason="They wait for us.", sent="0b1f4d7e-3a52-4c77-9f2b-5d0c1e6a8b90")),
        Act("marcus", OPEN, said(reason="")),
    ),
    "desk:deal_exceptions": (
        Act("maya", WAITING, beyond(WAITING, why="Once more.")),
        Act("maya", WAITING, beyond(WAITING, why="", value="52.5")),
        Act("maya", WAITING, beyond(WAITING, seen="")),
        Act("maya", DRAFT, beyond(DRAFT, why="They insist.", lasts="account", until="2026-12-31")),
    ),
    "desk:drop_exception": (Act("maya", WAITING, said(key="margin", function="operations")),),
    "desk:receipt": (
        Act("maya", OPEN, receipt()),
        Act("tomas", OPEN, receipt(what="add", text="And too far.")),
        Act("maya", OPEN, said(receipt="0000-0000-0000-0000-0000-0000")),
    ),
    "desk:concerns": (
        Act("maya", ASKED, said(text="We have no people.", name="named")),
        Act("tomas", WAITING, said(text="We have no time.", name="unnamed")),
        Act("ines", WAITING, said(text="Nobody has seen the site.", name="named")),
    ),
    "desk:answer_concern": (Act("ines", WAITING, said(**{"c2-text": "Two more start in July."})),),
    "desk:add_to_concern": (Act("maya", WAITING, said(**{"c1-text": "Nor the roof."}), concern=1),),
    "desk:withdraw_concern": (Act("maya", WAITING, said(), concern=1), Act("jiwoo", WAITING, said())),
    "desk:comments": (
        Act("maya", ASKED, said(text="@Tomás Rivera, in May.", sent=ONE)),
        Act("tomas", OPEN, said(text="@Elena Petrova", sent=ONE)),
    ),
    "desk:comment": (Act("maya", ASKED, reworded("In June.")),),
    "desk:take_comment_back": (Act("maya", ASKED, said()),),
    "desk:place_hold": (
        Act("ines", OPEN, said(**{"hold-reason": "No kickoff."})),
        Act("ines", ASKED, said()),
    ),
    "desk:release_hold": (Act("tomas", WAITING, note("It is planned.")), Act("ines", WAITING, note("No."))),
    "desk:watch": (Act("tomas", OPEN, said()), Act("maya", OPEN, of_step(OPEN, who="elena"))),
    "desk:unwatch": (Act("marcus", WAITING, said()), Act("maya", WAITING, of_step(WAITING, who="marcus"))),
}


def act(world: World, taking: Iterable[str] = ACTS) -> Answers:
    """What is answered to everything in ACTS that these routes take; nothing stays changed."""
    return {
        (one.who, route, str(place)): undone(partial(sent, one, one.address(route, world), world))
        for route in taking
        for place, one in enumerate(ACTS[route])
    }


def sent(one: Act, address: str, world: World) -> Any:
    client = signed_in(world, one.who)
    data = one.find(client, world)
    return client.post(address, data, headers=one.headers, follow=one.follow)
