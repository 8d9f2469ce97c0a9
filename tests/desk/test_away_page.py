"""The pages of absences, and whose work everyone says it is meanwhile."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.absence import Window
from approvals.models import Assignment, Step
from approvals.submit import submit
from deals.models import Deal
from deals.share import share
from desk.decisions import decisions_of, paper_of
from desk.head import room_of
from desk.sent import sent_words
from notices.models import Notice
from people.models import Absence, User
from tests.approvals.leaving import MONDAY, WEEK, leave
from tests.brandt import make_brandt, rule, step_of
from tests.cast import Cast, person
from tests.people.test_feed import calendar, event

AWAY, PEOPLE = "/away/", "/away/people/"
SUMMER = "DTSTART;VALUE=DATE:20260706\nDTEND;VALUE=DATE:20260720"


@pytest.fixture(autouse=True)
def monday() -> object:
    with time_machine.travel(MONDAY, tick=False):
        yield


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]


def post(client: Client, path: str, **said: object) -> str:
    return words(client.post(path, said, follow=True))


def test_a_person_says_it_and_takes_it_back(cast: Cast) -> None:
    henrik = as_(cast.henrik)
    page = post(henrik, AWAY, starts="2026-06-08", ends="2026-06-14", delegate=cast.lena.pk)
    assert "You are away 8 Jun – 14 Jun. Lena Vogt stands in." in page
    absence = Absence.objects.get()
    assert (absence.starts, absence.ends) == (WEEK.starts, WEEK.ends)
    page = post(henrik, f"/away/{absence.pk}/end/")
    assert "Your absence has ended. Open work comes back." in page
    assert "No absence is planned" in page


def test_a_refusal_keeps_what_was_typed(cast: Cast) -> None:
    answer = as_(cast.henrik).post(AWAY, {"starts": "2026-06-20", "ends": "2026-06-14"})
    assert answer.status_code == 422
    assert "The last day comes after the first." in words(answer)
    assert 'value="2026-06-20"' in words(answer)
    leave(cast.henrik)
    again = as_(cast.henrik).post(AWAY, {"starts": "2026-06-10", "ends": "2026-06-12"})
    assert again.status_code == 409
    assert "Henrik Sørensen is away then already, until Monday 15 June 2026." in words(again)
    assert Absence.objects.count() == 1


def test_a_manager_hands_in_the_calendar_of_somebody_who_is_away(cast: Cast) -> None:
    henrik, path = as_(cast.henrik), f"/away/people/{cast.lena.pk}/calendar/"
    file = SimpleUploadedFile("lena.ics", calendar(event(SUMMER)))
    page = post(henrik, path, calendar=file, delegate=cast.priya.pk)
    assert "The calendar is read: 1 is new." in page
    assert "6 Jul – 19 Jul" in page and "from a calendar" in page
    broken = henrik.post(path, {"calendar": SimpleUploadedFile("lena.ics", b"%PDF")})
    assert broken.status_code == 422
    assert "This is not a calendar. Export one as a file that ends in .ics." in words(broken)
    assert Absence.objects.get().delegate == cast.priya


def test_each_sees_those_for_whom_they_may_say_it(cast: Cast) -> None:
    leave(cast.lena, cast.priya)
    page = words(as_(cast.henrik).get(PEOPLE))
    assert "Lena Vogt" in page and "8 Jun – 14 Jun" in page and "Priya Raman" in page
    assert "Dana Whitlock" not in page
    assert "Nobody reports to you" in words(as_(cast.priya).get(PEOPLE))
    assert "Dana Whitlock" in words(as_(cast.ines).get(PEOPLE))
    found = words(as_(cast.ines).get(PEOPLE, {"when": "away"}))
    assert "Lena Vogt" in found and "Dana Whitlock" not in found
    assert "Nobody like that" in words(as_(cast.ines).get(PEOPLE, {"q": "nobody"}))
    assert as_(cast.henrik).get("/away/people/999999/").status_code == 404


def test_one_person_and_many_take_the_same_queries(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(PEOPLE)
        return len(captured)

    client = as_(cast.victor)
    client.get(PEOPLE)
    few = queries()
    for number in range(10):
        report = person(f"report{number}")
        User.objects.filter(pk=report.pk).update(manager=cast.victor)
        leave(report, cast.lena, by=cast.ines)
    assert queries() == few


def test_everywhere_both_names_stand(cast: Cast) -> None:
    deal: Deal = make_brandt(cast)
    leave(cast.henrik, cast.lena)
    request = submit(deal, by=cast.maya)
    step = step_of(request, "finance")
    assert "Lena Vogt for Henrik Sørensen" in sent_words(request)
    lena, whom = as_(cast.lena), "for Henrik Sørensen, away until 15 June"
    assert whom in words(lena.get("/reviews/"))
    assert f"As Finance Director you answer {whom}." in words(lena.get(f"/reviews/{step.pk}/"))
    told = Notice.objects.get(user=cast.lena)
    assert told.text.startswith("You stand in for Henrik Sørensen, who is away.")
    assert "Lena Vogt for Henrik Sørensen" in words(as_(cast.maya).get("/deals/D-1284/approvals/"))
    rule(step, cast.lena)
    for page in ("approvals", "decisions", "record"):
        assert "Lena Vogt" in words(as_(cast.maya).get(f"/deals/D-1284/{page}/"))
    record = words(as_(cast.maya).get("/deals/D-1284/record/"))
    assert "<b>Lena Vogt</b> for Henrik Sørensen agreed, Finance Director." in record
    assert "asked Lena Vogt as Finance Director for Henrik Sørensen." in record
    room = room_of(deal, cast.maya)
    paper = str(paper_of(decisions_of(room), room, MONDAY))
    assert "Lena Vogt for Henrik Sørensen, Finance Director" in paper
    assert Step.objects.get(pk=step.pk).status == Step.Status.AGREED


def test_hours_are_said_where_a_day_is_not_whole(cast: Cast) -> None:
    morning = Window(MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=3))
    leave(cast.henrik, window=morning)
    assert "8 Jun 11:00 – 8 Jun 13:00" in words(as_(cast.henrik).get(AWAY))


def test_what_is_over_is_listed_with_who_ended_it(cast: Cast) -> None:
    henrik = as_(cast.henrik)
    post(henrik, AWAY, starts="2026-06-08", ends="2026-06-14", delegate=cast.lena.pk)
    first = Absence.objects.get()
    assert "Who stood in" not in words(henrik.get(AWAY))
    post(as_(cast.ines), f"/away/{first.pk}/end/")
    post(henrik, AWAY, starts="2026-07-06", ends="2026-07-19")
    post(henrik, f"/away/{Absence.objects.latest('pk').pk}/end/")
    page = words(henrik.get(AWAY))
    assert page.index("No absence is planned") < page.index("Who stood in")
    over = page[page.index("Who stood in") :]
    assert over.index("6 Jul – 19 Jul") < over.index("taken back") < over.index("8 Jun – 14 Jun")
    assert "before its time<small>Ines Carvalho, today" in over
    assert "taken back<small>Henrik Sørensen, today" in over


def test_what_a_button_says_is_in_its_name_and_the_form_comes_first(cast: Cast) -> None:
    leave(cast.henrik)
    leave(cast.henrik, window=Window(MONDAY + timedelta(days=40), MONDAY + timedelta(days=41)))
    page = words(as_(cast.henrik).get(AWAY))
    assert 'aria-label="End it now: 8 Jun – 14 Jun">End it now<' in page
    assert 'aria-label="Take back: ' in page and ">Take back<" in page
    assert page.index('id="write"') < page.index('id="planned"')


def test_who_is_listed_can_be_opened(cast: Cast) -> None:
    for reader in (cast.marcus, cast.henrik, cast.ines):
        client = as_(reader)
        links = re.findall(r'href="(/away/people/\d+/)"', words(client.get(PEOPLE)))
        assert links
        assert {client.get(link).status_code for link in links} == {200}


def test_who_decides_nothing_there_stands_in_only_when_that_is_said(cast: Cast) -> None:
    days = {"starts": "2026-06-08", "ends": "2026-06-14", "delegate": cast.maya.pk}
    asked = as_(cast.henrik).post(AWAY, days)
    assert asked.status_code == 422
    assert "Maya Okafor decides nothing that Henrik Sørensen decides." in words(asked)
    assert not Absence.objects.exists()
    page = post(as_(cast.henrik), AWAY, **days, sure="on")
    assert "You are away 8 Jun – 14 Jun. Maya Okafor stands in." in page


def test_those_who_decide_alike_are_offered_first(cast: Cast) -> None:
    page = words(as_(cast.henrik).get(AWAY))
    assert page.index(">Lena Vogt") < page.index(">Arjun Mehta")


def test_who_decides_nothing_is_stood_in_for_by_anybody(cast: Cast) -> None:
    days = {"starts": "2026-06-08", "ends": "2026-06-14", "delegate": cast.arjun.pk}
    assert "Arjun Mehta stands in." in post(as_(cast.maya), AWAY, **days)


def test_what_moves_is_said_and_what_is_late_of_it(cast: Cast) -> None:
    step = step_of(submit(make_brandt(cast), by=cast.maya), "finance")
    henrik = as_(cast.henrik)
    assert "1 open step waits for you. 1 is asked of nobody else." in words(henrik.get(AWAY))
    Assignment.objects.create(step=step, user=cast.lena, since=MONDAY, ended_at=MONDAY, late_as=1)
    later = {"starts": "2026-06-20", "ends": "2026-06-21", "delegate": cast.lena.pk}
    assert "1 step is open now; it goes to Lena Vogt then, if it still is." in post(henrik, AWAY, **later)
    with time_machine.travel(MONDAY + timedelta(days=3), tick=False):
        days = {"starts": "2026-06-11", "ends": "2026-06-14"}
        page = post(henrik, AWAY, **days, delegate=cast.lena.pk)
        assert "1 open step goes to Lena Vogt. 1 is overdue." in page
        assert "Lena Vogt did not answer 1 of them as Finance Manager." in page
        Absence.objects.all().delete()
        share(step.deal, with_=cast.lena, role="team", by=cast.maya, at=MONDAY)
        page = post(henrik, AWAY, **days, delegate=cast.lena.pk)
        assert "1 cannot go to Lena Vogt, who works on the deal or is asked already." in page
        Absence.objects.all().delete()
        assert "1 is asked of nobody else: another who may decide is asked" in post(henrik, AWAY, **days)


def test_who_answers_when_nobody_stands_in_is_named(cast: Cast) -> None:
    assert "Nobody: Priya Raman may answer some of it" in words(as_(cast.lena).get(AWAY))
    assert "Nobody: nobody else decides the same, so the deal desk has it" in words(
        as_(cast.henrik).get(AWAY)
    )
    assert ">Nobody<" in words(as_(cast.maya).get(AWAY))
