"""Who is asked at a level, as the policy says it: what loads, what is refused by line, what is shown."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from guardrails.faults import Senseless
from guardrails.ladder import Scope
from guardrails.load import load as load_version
from guardrails.measured import Frame
from guardrails.pool import Pool, Specialist
from guardrails.publish import publish
from guardrails.review import review
from guardrails.toml import export, load
from tests.cast import Cast
from tests.guardrails.test_toml import LADDER, SMALL, mistakes, swapped

DIRECTOR = 'allowance = "1 h 30 min"\n'
RENEWAL = Frame("Brandt", "Enterprise", "DACH", "Renewal", "EUR")
OTHER = Frame("Brandt", "Enterprise", "DACH", "Expansion", "EUR")
SPECIALIST = """
[[specialist]]
function = "finance"
level = "Director"
deal_types = ["Renewal"]
people = ["ada@helio.example", "bo@helio.example"]
"""


def with_pool(lines: str, more: str = "") -> str:
    return swapped(SMALL, (DIRECTOR, f"{DIRECTOR}{lines}\n")) + more


def director(lines: str, more: str = "") -> Pool:
    return load(with_pool(lines, more)).level("finance", 2).pool


def test_without_a_word_any_one_of_those_with_authority_answers() -> None:
    assert director("") == director('pool = "authority"') == Pool((), None, "any one", "claim")


@pytest.mark.parametrize(
    ("lines", "pool"),
    [
        ('people = ["ada@x.example"]', Pool(people=("ada@x.example",))),
        ("manager = 2", Pool(manager=2)),
        ('quorum = "everyone"', Pool(quorum="everyone")),
        ("quorum = 2", Pool(quorum=2)),
        ('assign = "least loaded"', Pool(assign="least loaded")),
        ('people = ["a@x", "b@x", "c@x"]\nquorum = 2', Pool(people=("a@x", "b@x", "c@x"), quorum=2)),
    ],
)
def test_each_pool_loads_and_is_written_out_again(lines: str, pool: Pool) -> None:
    policy = load(with_pool(lines))
    assert policy.level("finance", 2).pool == pool
    assert policy.level("finance", 1).pool == Pool()
    assert load(export(policy)) == policy


def test_specialists_stand_in_on_the_deals_in_scope_only() -> None:
    policy = load(with_pool('quorum = "everyone"', SPECIALIST))
    assert policy.specialists == (
        Specialist("finance", 2, Scope(deal_types=("Renewal",)), ("ada@helio.example", "bo@helio.example")),
    )
    inside = policy.pool("finance", 2, RENEWAL, ())
    assert inside == Pool(people=("ada@helio.example", "bo@helio.example"), quorum="everyone")
    assert policy.pool("finance", 2, OTHER, ()) == Pool(quorum="everyone")
    assert policy.pool("finance", 1, RENEWAL, ()) == Pool()
    assert load(export(policy)) == policy


def test_specialists_of_a_family_stand_in_where_one_of_its_products_is_sold() -> None:
    families = swapped(SPECIALIST, ('deal_types = ["Renewal"]', 'families = ["Platform"]'))
    policy = load(with_pool("manager = 1", families))
    assert policy.pool("finance", 2, OTHER, ("Platform", "Support")).people[0] == "ada@helio.example"
    assert policy.pool("finance", 2, OTHER, ("Support",)) == Pool(manager=1)


def test_two_tables_of_specialists_in_scope_make_one_pool() -> None:
    second = swapped(
        SPECIALIST,
        ('deal_types = ["Renewal"]', 'regions = ["DACH"]'),
        ('"ada@helio.example", "bo@helio.example"', '"bo@helio.example", "cy@helio.example"'),
    )
    people = load(with_pool("", SPECIALIST + second)).pool("finance", 2, RENEWAL, ()).people
    assert people == ("ada@helio.example", "bo@helio.example", "cy@helio.example")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('pool = "everybody"', "line 32: a pool is “authority”, or `people` or `manager` say who"),
        (
            'pool = "authority"\nmanager = 1',
            "line 32: the pool is who has authority, or people, or a manager",
        ),
        ("people = []", "line 32: people names nobody"),
        ('people = ["Ada@x"]', "line 32: “Ada@x” is no e-mail address in lower case"),
        ('people = ["ada"]', "line 32: “ada” is no e-mail address in lower case"),
        ('people = ["a@x", "a@x"]', "line 32: person “a@x” is there twice"),
        ('people = "a@x"', "line 32: people must be a list of texts in quotes, not a text"),
        ('people = ["a@x"]\nmanager = 1', "line 33: a pool is of named people or a manager, not both"),
        ("manager = 0", "line 32: a manager is 1 to 9 levels above the seller, not 0"),
        ("manager = 10", "line 32: a manager is 1 to 9 levels above the seller, not 10"),
        ('manager = "2"', "line 32: manager must be a whole number, not a text"),
        ('manager = 1\nquorum = "everyone"', "line 33: a manager is one person: nobody else could agree"),
        ('quorum = "most"', "line 32: the quorum is “any one”, “everyone” or a number, not “most”"),
        ("quorum = 1", "line 32: 1 must agree: write “any one”, or a number from 2"),
        ("quorum = 1.5", "line 32: quorum must be a text in quotes, not a number"),
        ("quorum = true", "line 32: quorum must be a whole number, not true or false"),
        ('people = ["a@x", "b@x"]\nquorum = 3', "line 33: 3 must agree and only 2 can be asked"),
        ('assign = "random"', "line 32: work is given out by claim or least loaded, not “random”"),
        ('quorum = 2\nassign = "least loaded"', "line 33: each who must agree has a seat"),
        ("quorom = 2", "line 32: “quorom” is not known here"),
    ],
)
def test_a_mistake_in_a_pool_is_named_with_its_line(lines: str, expected: str) -> None:
    assert any(found.startswith(expected) for found in mistakes(with_pool(lines)))


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (('"Director"', '"CFO"'), "line 35: no level is named “CFO”: finance has Manager, Director"),
        (('function = "finance"', 'function = "legal"'), "line 34: there is no function “legal”"),
        (('["Renewal"]', '["Renewel"]'), "line 36: “Renewel” is no deal type of this policy"),
        (('deal_types = ["Renewal"]\n', ""), "line 33: a specialist stands in on some deals"),
        (('["ada@helio.example", "bo@helio.example"]', "[]"), "line 37: people names nobody"),
        (('people = ["ada@helio.example", "bo@helio.example"]\n', ""), "line 33: people is missing"),
    ],
)
def test_a_mistake_in_a_specialist_is_named_with_its_line(pair: tuple[str, str], expected: str) -> None:
    assert any(found.startswith(expected) for found in mistakes(SMALL + swapped(SPECIALIST, pair)))


def test_fewer_specialists_than_the_level_needs_are_a_mistake() -> None:
    found = mistakes(with_pool("quorum = 3", SPECIALIST))
    assert found == ["line 38: 3 must agree and only 2 can be asked"]


def test_the_needed_seats_are_counted_from_the_members() -> None:
    assert [Pool().needed(each) for each in (0, 1, 3)] == [1, 1, 1]
    assert [Pool(quorum="everyone").needed(each) for each in (0, 1, 3)] == [1, 1, 3]
    assert [Pool(quorum=2).needed(each) for each in (1, 3)] == [2, 2]
    with pytest.raises(Senseless, match="any one"):
        Pool(quorum=1)


def test_a_pool_is_put_into_words() -> None:
    assert Pool().words == ""
    assert Pool(quorum=2).words == "2 of them must agree"
    assert Pool(people=("a@x",), quorum="everyone").words == "named people, everyone must agree"
    assert Pool(manager=1).words == "the seller's manager"
    assert Pool(manager=2).words == "the seller's manager, 2 levels up"
    assert Pool(assign="least loaded").words == "given to who has the least open work"


def test_the_policy_page_says_who_is_asked_and_how_many_must_agree(cast: Cast, client: Client) -> None:
    specialist = swapped(SPECIALIST, ('"ada@helio.example", "bo@helio.example"', '"dana@helio.example"'))
    text = with_pool('people = ["henrik@helio.example", "lena@helio.example"]\nquorum = "everyone"')
    text = swapped(text, ('allowance = "8 h"\n', 'allowance = "8 h"\nmanager = 2\n')) + specialist + LADDER
    publish(review(load_version(text, by=cast.ines), by=cast.dana), by=cast.ines)

    client.force_login(cast.ines)
    page = " ".join(client.get("/policy/").content.decode().split())

    assert "the seller&#x27;s manager, 2 levels up" in page
    assert "Henrik Sørensen, Lena Vogt<br>named people, everyone must agree" in page
    assert "Dana Whitlock<small" in page
    assert "nobody holds it" not in page


def test_checking_a_policy_warns_of_people_who_are_not_there(cast: Cast, tmp_path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(with_pool('people = ["henrik@helio.example", "ghost@helio.example"]') + LADDER)
    with pytest.raises(CommandError, match=r"has the address ghost@helio\.example"):
        call_command("policy", "check", str(file))
    file.write_text(with_pool('people = ["henrik@helio.example"]') + LADDER)
    call_command("policy", "check", str(file))
