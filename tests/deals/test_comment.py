from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from base import clock
from base.errors import DomainError, Invalid, NotYours, WrongState
from deals.comment import LONGEST, comment, edit_comment, may_comment, take_back
from deals.errors import DealClosed
from deals.models import Comment, Deal, Mention, Revision, Wording
from deals.models.deal import ASKED
from deals.seers import seers
from deals.share import let_look, share
from ledger.models import Effect, Event
from ledger.verify import verify
from notices.models import Notice
from people.models import User
from tests.cast import Cast, person
from tests.deals.makers import make_deal

WORDS = "They open the third site in August."


@pytest.fixture
def deal(cast: Cast) -> Deal:
    return make_deal(cast.maya)


def say(deal: Deal, by: User, text: str = WORDS, **more: Any) -> Comment:
    return comment(deal, by=by, text=text, **{"sent": uuid4(), **more})


def kinds(deal: Deal) -> list[str]:
    return list(Event.objects.of(deal.stream).values_list("kind", flat=True))


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).values_list("text", flat=True))


def refused(act: Callable[[], object], error: type[DomainError]) -> str:
    """Try it, check that nothing changed and nobody was told, and return the sentence."""
    before = everything()
    with pytest.raises(error) as refusal:
        act()
    assert everything() == before
    return refusal.value.message


def everything() -> list[object]:
    models: tuple[Any, ...] = (Comment, Wording, Mention, Event, Effect, Notice)
    return [[*model.objects.order_by("pk").values()] for model in models]


# --- saying


def test_a_comment_is_numbered_kept_and_recorded_without_its_words(deal: Deal, cast: Cast) -> None:
    first, second = say(deal, cast.maya), say(deal, cast.marcus, "  Good.\r\nBy whom? ")

    assert [(one.number, one.by) for one in (first, second)] == [(1, cast.maya), (2, cast.marcus)]
    assert second.wordings.get().text == "Good.\nBy whom?"
    assert kinds(deal) == ["comment.made", "comment.made"]
    event = Event.objects.of(deal.stream).first()
    assert event and event.facts["named"] == [] and len(event.facts["print"]) == 64
    assert "August" not in "".join(Event.objects.values_list("body", flat=True))
    assert verify(deal.stream).faults == ()


def test_a_form_that_is_sent_twice_makes_one_comment(deal: Deal, cast: Cast) -> None:
    sent = UUID(int=7)
    one, again = (say(deal, cast.maya, "@Marcus Bell, look.", sent=sent) for _ in range(2))
    assert one == again
    assert (Comment.objects.count(), kinds(deal), len(told(cast.marcus))) == (1, ["comment.made"], 1)
    assert say(deal, cast.marcus, sent=sent) != one


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_makes_one_comment(race: Callable[..., list[Any]], cast: Cast) -> None:
    deal, sent = make_deal(cast.maya), uuid4()
    ends = race(*[lambda: say(deal, cast.maya, sent=sent)] * 2)
    assert ends[0] == ends[1] == Comment.objects.get()


def test_whoever_sees_the_deal_comments_and_nobody_else(deal: Deal, cast: Cast) -> None:
    let_look(deal, [cast.henrik])
    assert [may_comment(deal, user) for user in (cast.maya, cast.marcus, cast.henrik, cast.ines)] == [
        True
    ] * 4
    assert [may_comment(deal, user) for user in (cast.elena, cast.robin)] == [False] * 2
    refused(lambda: say(deal, cast.elena), NotYours)
    assert refused(lambda: say(deal, cast.robin), NotYours).endswith("you can read what they say.")


@pytest.mark.parametrize("text", ["", " \n\t ", "\r\n"])
def test_nothing_is_not_a_comment(deal: Deal, cast: Cast, text: str) -> None:
    assert refused(lambda: say(deal, cast.maya, text), Invalid) == "Write something first."


def test_a_comment_has_its_most_characters(deal: Deal, cast: Cast) -> None:
    say(deal, cast.maya, "x" * LONGEST)
    assert "at most 4000 characters, this one 4001." in refused(
        lambda: say(deal, cast.maya, "x" * (LONGEST + 1)), Invalid
    )


def test_on_a_closed_deal_nothing_is_added(deal: Deal, cast: Cast) -> None:
    made = say(deal, cast.maya)
    Deal.objects.filter(pk=deal.pk).update(status="lost", closed_at=clock.now())
    for act in (
        lambda: say(deal, cast.maya),
        lambda: edit_comment(made, by=cast.maya, text="Else.", over=1),
    ):
        assert refused(act, DealClosed).endswith(
            "is closed: what was said stays, and nothing is added to it."
        )
    take_back(made, by=cast.maya)


def test_a_comment_is_not_one_of_the_terms(deal: Deal, cast: Cast) -> None:
    before = Deal.objects.values().get()
    say(deal, cast.marcus)
    assert Deal.objects.values().get() == before
    assert not Revision.objects.exists()


def test_nothing_of_a_comment_is_changed_or_removed(deal: Deal, cast: Cast) -> None:
    say(deal, cast.maya, "@Marcus Bell.")
    models: tuple[Any, ...] = (Mention, Wording, Comment)
    for model in models:
        for act in (model.objects.all().delete, lambda model=model: model.objects.update(id=99)):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()


# --- naming people


@pytest.mark.parametrize(
    "written",
    ["@Marcus Bell", "@marcus bell", "@Marcus", "@marcus@helio.example", "@MARCUS@helio.example"],
)
def test_a_name_or_an_address_tells_that_person_once(deal: Deal, cast: Cast, written: str) -> None:
    made = say(deal, cast.maya, f"See ({written}), please. And {written} again.")
    mention = Mention.objects.get()
    assert (mention.user, mention.written) == (cast.marcus, written)
    assert told(cast.marcus) == [f"Maya Okafor named you in comment 1 on “{deal.title}”."]
    notice = Notice.objects.get()
    assert (notice.kind, notice.path) == ("mentioned", f"/deals/{deal.number}/comments/{made.number}/")
    assert WORDS not in notice.text and "please" not in notice.subject + notice.text


def test_who_names_themselves_is_not_told(deal: Deal, cast: Cast) -> None:
    say(deal, cast.maya, "@Maya Okafor does it.")
    assert (Mention.objects.count(), Notice.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "text", ["Write to purchasing@brandt.example", "5 @ 20 %", "a@b", "https://x.example/@maya"]
)
def test_an_at_sign_elsewhere_names_nobody(deal: Deal, cast: Cast, text: str) -> None:
    say(deal, cast.maya, text)
    assert not Mention.objects.exists()


def test_who_may_not_see_the_deal_is_not_named_and_it_is_said_what_to_do(deal: Deal, cast: Cast) -> None:
    said = refused(lambda: say(deal, cast.maya, "@Henrik Sørensen, @Elena Petrova and @Marcus Bell"), Invalid)
    assert said == (
        f"Henrik Sørensen, Elena Petrova may not see {deal.number}. Share the deal with them first, on its "
        "page People, or leave the @ out."
    )
    share(deal, with_=cast.henrik, role="viewer", by=cast.maya, at=clock.now())
    say(deal, cast.maya, "@Henrik Sørensen")
    assert len(told(cast.henrik)) == 1


def test_a_name_nobody_has_or_who_left_is_refused(deal: Deal, cast: Cast) -> None:
    cast.arjun.is_active = False
    cast.arjun.save()
    for written in ("@Jonas", "@Arjun Mehta", "@nobody@helio.example", "@Marc"):
        act = partial(say, deal, cast.maya, f"{written}!")
        assert refused(act, Invalid).startswith("Nobody here is called @")


def test_of_two_with_one_name_the_one_on_the_deal_is_meant_and_else_one_says_which(
    deal: Deal, cast: Cast
) -> None:
    other = person("marcus.stone", "Marcus Stone")
    say(deal, cast.maya, "@Marcus")
    assert Mention.objects.get().user == cast.marcus
    share(deal, with_=other, role="viewer", by=cast.maya, at=clock.now())
    said = refused(lambda: say(deal, cast.maya, "@Marcus"), Invalid)
    assert said == (
        "@Marcus may be several people. Write @marcus@helio.example or @marcus.stone@helio.example."
    )


def test_a_comment_names_at_most_twenty_people(deal: Deal, cast: Cast) -> None:
    crowd = [person(f"p{place}", f"Person P{place}") for place in range(21)]
    let_look(deal, crowd)
    say(deal, cast.maya, " ".join(f"@{user.email}" for user in crowd[:20]))
    assert "at most 20 people; this one names 21" in refused(
        lambda: say(deal, cast.maya, " ".join(f"@{user.email}" for user in crowd)), Invalid
    )


# --- wording anew and taking back


def test_each_wording_stays_with_its_time(deal: Deal, cast: Cast) -> None:
    made = say(deal, cast.maya)
    edit_comment(made, by=cast.maya, text="In September.", over=1)
    assert [(one.number, one.text, one.by) for one in made.wordings.all()] == [
        (1, WORDS, cast.maya),
        (2, "In September.", cast.maya),
    ]
    assert kinds(deal) == ["comment.made", "comment.edited"]


def test_the_same_words_change_nothing(deal: Deal, cast: Cast) -> None:
    made = say(deal, cast.maya)
    edit_comment(made, by=cast.maya, text=f"{WORDS}\r\n", over=1)
    assert (made.wordings.count(), kinds(deal)) == (1, ["comment.made"])


def test_only_whom_it_did_not_name_before_is_told_of_an_edit(deal: Deal, cast: Cast) -> None:
    made = say(deal, cast.maya, "@Marcus Bell")
    edit_comment(made, by=cast.maya, text="@Marcus Bell and @Ines Carvalho", over=1)
    assert (len(told(cast.marcus)), len(told(cast.ines))) == (1, 1)


def test_only_its_author_words_it_anew_and_over_what_they_saw(deal: Deal, cast: Cast) -> None:
    made = say(deal, cast.maya)
    said = refused(lambda: edit_comment(made, by=cast.ines, text="Else.", over=1), NotYours)
    assert said == "Only Maya Okafor changes the words of Comment 1."
    edit_comment(made, by=cast.maya, text="In September.", over=1)
    assert "worded it anew" in refused(
        lambda: edit_comment(made, by=cast.maya, text="In May.", over=1), Invalid
    )


def test_taking_back_keeps_who_and_when_and_every_wording(deal: Deal, cast: Cast) -> None:
    made = say(deal, cast.maya)
    take_back(made, by=cast.ines)
    last = made.wordings.latest("number")
    assert (last.taken_back, last.text, last.by) == (True, "", cast.ines)
    assert made.wordings.get(number=1).text == WORDS
    assert kinds(deal) == ["comment.made", "comment.taken_back"]
    assert refused(lambda: take_back(made, by=cast.maya), WrongState).startswith("Ines Carvalho has taken")
    refused(lambda: edit_comment(made, by=cast.maya, text="Else.", over=1), WrongState)


def test_nobody_else_takes_it_back(deal: Deal, cast: Cast) -> None:
    made = say(deal, cast.maya)
    said = refused(lambda: take_back(made, by=cast.marcus), NotYours)
    assert said == "Only Maya Okafor and the deal desk take Comment 1 back."


# --- who sees a deal, from both sides


def test_who_may_see_a_deal_is_the_same_asked_from_either_side(deal: Deal, cast: Cast) -> None:
    group = Group.objects.create(name="Finance")
    cast.dana.groups.add(group)
    share(deal, with_=group, role="viewer", by=cast.maya, at=clock.now())
    share(deal, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    let_look(deal, [cast.tomas])
    cast.arjun.is_active = False
    cast.arjun.save()
    other = make_deal(cast.elena, number="D-2", region="Nordics")
    for one in (deal, other):
        seeing = {user.pk for user in User.objects.all() if Deal.objects.visible_to(user).filter(pk=one.pk)}
        assert {user.pk for user in seers(one)} == seeing
        assert seers(one).count() == len(seeing)
    assert {cast.dana.pk, cast.tomas.pk, cast.marcus.pk} <= {user.pk for user in seers(deal)}
    assert ASKED


def test_reading_comments_takes_as_many_queries_for_one_as_for_ten(deal: Deal, cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            for made in deal.comments.with_words():
                assert made.by.name and [
                    one.user.name for last in made.wordings.all() for one in last.mentions.all()
                ]
        return len(captured)

    first = say(deal, cast.maya, "@Marcus Bell")
    alone = queries()
    for _ in range(9):
        say(deal, cast.marcus, "@Maya Okafor", answers=first)
    assert queries() == alone == 3
