"""Views of the queue: kept under a name, shared, opened first, changed and deleted by their owner alone."""

import pytest
import time_machine

from base.errors import Invalid
from desk.models import SavedView
from desk.saved_views import Keeping, save_view
from tests.cast import Cast
from tests.desk.making import THURSDAY, At, make_deal, make_request, make_revision, make_version

QUEUE, VIEWS = "/queue/", "/queue/views/"


@pytest.fixture(autouse=True)
def requests(cast: Cast):
    with time_machine.travel(THURSDAY, tick=False):
        version = make_version(cast.ines, cast.dana)
        for number, owner in (("D-1", cast.maya), ("D-2", cast.elena)):
            revision = make_revision(make_deal(owner, f"Account {number}", number))
            make_request(revision, version, [At("finance", 2), At("legal", 1)])
        yield


@pytest.fixture
def signed_in(client):
    def signed_in_(user):
        client.force_login(user)
        return client

    return signed_in_


def numbers(answer):
    return [row.request.deal.number for group in answer.context["queue"].groups for row in group.rows]


def kept(cast: Cast, name="Legal", asked="function=legal&sort=value", **more) -> SavedView:
    return save_view(asked, Keeping(name, **more), by=cast.ines)


def test_what_is_looked_at_is_saved_and_opened_again_as_a_link(cast, signed_in):
    ines = signed_in(cast.ines)
    said = {"name": "Legal by value", "shared_with": "legal"}
    answer = ines.post(f"{VIEWS}?function=legal&sort=value&columns=due,age", said)
    view = SavedView.objects.get()
    assert answer.headers["Location"] == f"{QUEUE}?view={view.pk}"
    assert view.asked == "function=legal&sort=value&columns=due%2Cage"
    answer = ines.get(answer.headers["Location"])
    expected = {"function": "legal", "sort": "value", "columns": "due,age"}
    assert (answer.context["asked"], answer.context["view"]) == (expected, view)
    assert "Legal by value" in answer.content.decode()


def test_a_shared_view_shows_each_only_what_they_may_see(cast, signed_in):
    view = kept(cast, shared_with="everybody")
    assert numbers(signed_in(cast.ines).get(QUEUE, {"view": view.pk})) == ["D-1", "D-2"]
    assert numbers(signed_in(cast.maya).get(QUEUE, {"view": view.pk})) == ["D-1"]


def test_waiting_on_me_is_whoever_reads_it(cast, signed_in):
    view = kept(cast, asked="waiting=me", shared_with="everybody")
    answer = signed_in(cast.maya).get(QUEUE, {"view": view.pk})
    assert (numbers(answer), [chip.words for chip in answer.context["chips"]]) == ([], ["Waiting on me"])


def test_who_it_is_not_shared_with_is_told_there_is_none(cast, signed_in):
    view = kept(cast, shared_with="legal")
    assert view in signed_in(cast.tomas).get(QUEUE).context["saved"]
    for named in (view.pk, "99999999999999999999", "x"):
        answer = signed_in(cast.maya).get(QUEUE, {"view": named})
        assert (answer.status_code, numbers(answer)) == (200, ["D-1"])
        assert "There is no such view, or it is not shared with you." in answer.content.decode()
        assert "Legal" not in [one.name for one in answer.context["saved"]]
    changed = {"name": "Mine"}
    assert signed_in(cast.maya).post(f"{VIEWS}{view.pk}/", changed).status_code == 404
    assert signed_in(cast.maya).post(f"{VIEWS}{view.pk}/delete/").status_code == 404
    assert SavedView.objects.get().name == "Legal"


def test_somebody_elses_view_is_theirs_to_change(cast, signed_in):
    view = kept(cast, shared_with="everybody", opens_first=True)
    for path in (f"{VIEWS}{view.pk}/", f"{VIEWS}{view.pk}/delete/"):
        answer = signed_in(cast.maya).post(path, {"name": "Mine"})
        assert answer.status_code == 403
        assert "belongs to Ines Carvalho" in answer.content.decode()
    assert SavedView.objects.get().name == "Legal"
    assert signed_in(cast.maya).get(QUEUE).status_code == 200  # nor does it open first for others


def test_a_name_is_taken_once_whatever_its_case_unless_it_is_replaced(cast, signed_in):
    view = kept(cast)
    answer = signed_in(cast.ines).post(f"{VIEWS}?region=DACH", {"name": "LEGAL"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "You have a view called “Legal” already." in page
    assert 'value="LEGAL"' in page
    assert SavedView.objects.get().asked == view.asked
    signed_in(cast.ines).post(f"{VIEWS}?region=DACH", {"name": "LEGAL", "replace": "on"})
    assert list(SavedView.objects.values_list("pk", "name", "asked")) == [(view.pk, "LEGAL", "region=DACH")]
    assert save_view("", Keeping("Legal"), by=cast.maya).name == "Legal"
    other = kept(cast, "Other")
    assert signed_in(cast.ines).post(f"{VIEWS}{other.pk}/", {"name": "legal"}).status_code == 422
    other.refresh_from_db()
    assert other.name == "Other"


def test_it_is_renamed_shared_and_deleted(cast, signed_in):
    view = kept(cast)
    signed_in(cast.ines).post(f"{VIEWS}{view.pk}/", {"name": "All of legal", "shared_with": "everybody"})
    view.refresh_from_db()
    assert (view.name, view.shared_with, view.asked) == (
        "All of legal",
        "everybody",
        "function=legal&sort=value",
    )
    signed_in(cast.ines).post(f"{VIEWS}{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_one_view_opens_first_and_all_open_is_one_link_away(cast, signed_in):
    kept(cast, opens_first=True)
    second = kept(cast, "Second", "region=Nordics", opens_first=True)
    assert SavedView.objects.filter(opens_first=True).get() == second
    ines = signed_in(cast.ines)
    assert ines.get(QUEUE).headers["Location"] == f"{QUEUE}?view={second.pk}"
    assert numbers(ines.get(QUEUE, {"view": "all"})) == ["D-1", "D-2"]
    answer = ines.get(QUEUE, {"q": "", "state": ""}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == f"{QUEUE}?view=all"


def test_a_view_needs_a_name(cast, signed_in):
    assert signed_in(cast.ines).post(VIEWS, {"name": " "}).status_code == 422
    view = kept(cast)
    assert signed_in(cast.ines).post(f"{VIEWS}{view.pk}/", {"name": ""}).status_code == 422
    with pytest.raises(Invalid):
        kept(cast, "legal")
    assert SavedView.objects.get().name == "Legal"
