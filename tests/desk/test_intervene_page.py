import json
import re
from uuid import uuid4

import pytest

from approvals.extend import extend
from approvals.models import Decision, Intervention, Request, Step
from approvals.override import override
from approvals.reassign import reassign
from approvals.submit import submit
from base.format import SPACE
from deals.models import Deal
from notices.models import Notice
from people.models import Team
from tests.approvals.desk_verbs import WHY, asked, everything, let_override
from tests.approvals.pooling import directors, finance_of, pooled
from tests.brandt import step_of
from tests.cast import Cast


@pytest.fixture
def step(brandt, cast: Cast) -> Step:
    return step_of(submit(brandt, by=cast.maya), "finance")


@pytest.fixture
def desk(client, cast: Cast, step: Step):
    """desk(who): that person's GET and POST of the step."""

    def desk_(who=None, **said):
        client.force_login(who or cast.ines)
        address = f"/reviews/{step.pk}/intervene/"
        return client.post(address, said) if said else client.get(address)

    return desk_


def words(answer) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", plain.replace(SPACE, " ")).replace(" .", ".").replace(" ,", ",")


def test_the_desk_finds_the_verbs_it_may_use(desk, cast: Cast) -> None:
    answer = desk()
    usual = ["reassign", "extend", "nudge", "pause"]
    assert [form.verb.value for form in answer.context["forms"]] == usual
    assert [user.name for user in answer.context["held"].people] == ["Dana Whitlock"]
    assert "Henrik Sørensen is asked until" in words(answer)

    answer = desk(let_override(cast.ines))
    assert [form.verb.value for form in answer.context["forms"]] == [*usual, "override"]


def test_a_step_is_reassigned_and_the_approvals_say_by_whom_to_whom_and_why(
    client, desk, cast: Cast, step: Step
) -> None:
    answer = desk(verb="reassign", to=cast.dana.pk, reason=WHY)
    assert (answer.status_code, answer["Location"]) == (302, "/deals/D-1284/approvals/")
    assert asked(step) == [cast.dana]
    page = words(client.get("/deals/D-1284/approvals/"))
    assert "Dana Whitlock is asked as Finance Director now." in page
    assert "Finance Director: Ines Carvalho gave it to Dana Whitlock, today" in page
    assert f"“{WHY}”" in page
    assert "Ines Carvalho gave it to Dana Whitlock" in words(desk())


def test_of_several_seats_it_is_asked_whose(client, brandt, cast: Cast) -> None:
    pooled(cast, 'quorum = "everyone"\n')
    directors(cast.lena)
    step = finance_of(brandt, cast)
    client.force_login(cast.ines)
    address = f"/reviews/{step.pk}/intervene/"
    said = {"verb": "reassign", "to": cast.dana.pk, "reason": WHY}
    answer = client.post(address, said)
    assert answer.status_code == 422
    assert "Say whose seat is given away." in words(answer)
    assert asked(step) == [cast.henrik, cast.lena]
    assert client.post(address, {**said, "of": cast.lena.pk}).status_code == 302
    assert asked(step) == [cast.dana, cast.henrik]


def test_a_step_gets_more_time_in_hours(client, desk, step: Step) -> None:
    assert desk(verb="extend", hours=4, reason=WHY).status_code == 302
    step.refresh_from_db()
    assert step.allowance == 960
    assert "Finance Director: Ines Carvalho gave 4 h more" in words(client.get("/deals/D-1284/approvals/"))


def test_an_override_is_marked_wherever_the_decision_is_shown(client, desk, cast: Cast, step: Step) -> None:
    ines = let_override(cast.ines)
    assert desk(ines, verb="override", verdict="agree", reason=WHY, seen=step.terms_hash).status_code == 302
    for address in ("approvals/", "decisions/", "record/"):
        assert "verrode those asked: agreed" in words(client.get(f"/deals/D-1284/{address}")), address
    assert "Override" in words(client.get("/deals/D-1284/approvals/"))
    exported = json.loads(client.get("/deals/D-1284/decisions.json").content)
    assert [one["overridden"] for one in exported["decisions"]] == [True]
    assert client.get("/deals/D-1284/decisions.pdf").status_code == 200


@pytest.mark.parametrize(
    ("said", "mistake"),
    [
        ({"verb": "reassign", "reason": WHY}, "Choose who is asked instead."),
        ({"verb": "reassign", "to": "priya", "reason": WHY}, "Select a valid choice."),
        ({"verb": "reassign", "to": "henrik", "reason": WHY}, "Select a valid choice."),
        ({"verb": "reassign", "to": "dana", "reason": " "}, "Say why: it stays on record."),
        ({"verb": "extend", "hours": "0", "reason": WHY}, "greater than or equal to 1"),
        ({"verb": "extend", "hours": "81", "reason": WHY}, "less than or equal to 80"),
        ({"verb": "extend", "hours": "4"}, "Say why: it stays on record."),
        (
            {"verb": "dance", "reason": WHY},
            "Choose whether to reassign, extend, pause, resume, remind or override.",
        ),
        ({"verb": "pause", "reason": WHY, "until": "2026-06-08"}, "Choose a day from tomorrow on"),
        ({"verb": "pause"}, "Say why: it stays on record."),
    ],
)
def test_a_mistake_is_said_and_nothing_changes(desk, cast: Cast, said, mistake: str) -> None:
    before = everything()
    if "to" in said:
        said = {**said, "to": getattr(cast, said["to"]).pk}
    answer = desk(**said)
    assert answer.status_code == 422
    assert mistake in words(answer)
    assert everything() == before


def test_stale_terms_are_refused(desk, cast: Cast) -> None:
    answer = desk(let_override(cast.ines), verb="override", verdict="agree", reason=WHY, seen="0" * 64)
    assert answer.status_code == 409
    assert not Decision.objects.exists()


def test_a_verb_that_is_not_offered_is_refused_by_the_verb_itself(desk, cast: Cast, step: Step) -> None:
    said = {"verb": "override", "verdict": "agree", "reason": WHY, "seen": step.terms_hash}
    assert desk(**said).status_code == 403
    Step.objects.filter(pk=step.pk).update(status=Step.Status.RETURNED)
    assert desk(verb="extend", hours=4, reason=WHY).status_code == 409
    assert not Intervention.objects.exists()
    assert "Nobody is asked just now" in words(desk())


def test_only_the_desk_is_led_there(client, cast: Cast, step: Step) -> None:
    for who, shown in ((cast.ines, True), (cast.maya, False), (cast.robin, False)):
        client.force_login(who)
        page = client.get("/deals/D-1284/approvals/").content.decode()
        assert (f"/reviews/{step.pk}/intervene/" in page) is shown


def test_what_the_desk_did_is_in_the_record(client, cast: Cast, step: Step) -> None:
    reassign(step, by=cast.ines, to=cast.dana, reason=WHY)
    extend(step, by=cast.ines, minutes=90, reason="Month end.")
    client.force_login(cast.maya)
    page = words(client.get("/deals/D-1284/record/"))
    assert "gave what Finance Director is asked to Dana Whitlock." in page
    assert "gave Finance Director 1 h 30 m more to answer." in page
    assert "“Month end.”" in page


def over(step: Step, cast: Cast, reason: str = WHY) -> Decision:
    verdict = Decision.Verdict.AGREE
    return override(step, by=let_override(cast.ines), verdict=verdict, reason=reason, seen=step.terms_hash)


def test_overrides_are_reported_with_their_share(client, cast: Cast, step: Step) -> None:
    over(step, cast)
    client.force_login(cast.robin)
    answer = client.get("/insights/overrides/")
    page = words(answer)
    assert "1 of 1 decision was made in place of the people asked, on 1 deal." in page
    assert (answer.context["view"].count, answer.context["view"].decided) == (1, 1)
    for part in ("Brandt Logistik AG", "Finance Director", "Ines Carvalho", f"“{WHY}”"):
        assert part in page


def test_the_report_keeps_to_its_period_and_to_what_may_be_seen(client, cast: Cast, step: Step) -> None:
    over(step, cast)
    client.force_login(cast.ines)
    assert client.get("/insights/overrides/", {"period": "last"}).context["view"].count == 0
    assert client.get("/insights/overrides/", {"period": "quarter"}).context["view"].count == 1
    client.force_login(cast.elena)
    assert client.get("/insights/overrides/").context["view"].count == 0
    assert "D-1284" not in file(client.get("/insights/overrides.csv"))


def file(answer) -> str:
    return b"".join(answer.streaming_content).decode()


def test_the_report_as_a_file_never_holds_a_formula(client, cast: Cast, step: Step) -> None:
    decision = over(step, cast, reason='=HYPERLINK("https://x", "y")')
    client.force_login(cast.ines)
    head, row = file(client.get("/insights/overrides.csv")).splitlines()
    assert head == "Deal,Account,Revision,In place of,Verdict,By,On,Why,Terms"
    assert row.startswith("D-1284,Brandt Logistik AG,1,Finance Director,agreed,Ines Carvalho,")
    assert '''"'=HYPERLINK(""https://x"", ""y"")"''' in row
    assert row.endswith(decision.seen)
    assert Request.objects.count() == 1


def test_who_leads_the_sellers_team_reminds_and_calls_the_desk_and_no_more(
    client, desk, cast: Cast, step: Step
) -> None:
    Deal.objects.filter(pk=step.deal_id).update(decision_owner=None)
    assert [form.verb.value for form in desk(cast.marcus).context["forms"]] == ["nudge"]
    assert desk(cast.marcus, verb="nudge", reason="They call at five.").status_code == 302
    assert "Remind, or ask the desk to step in:" in words(client.get("/deals/D-1284/approvals/"))

    Team.objects.create(name="Other", region=step.deal.region, leader=cast.elena)  # sees it, and only looks
    before = everything()
    again = desk(cast.marcus, verb="nudge")
    assert again.status_code == 409
    assert "Marcus Bell reminded Henrik Sørensen" in words(again)
    assert desk(cast.marcus, verb="reassign", to=cast.dana.pk, reason=WHY).status_code == 403
    for stranger, status in ((cast.maya, 403), (cast.elena, 403), (cast.priya, 404)):
        assert desk(stranger, verb="nudge").status_code == status
        sent = {"reason": WHY, "sent": str(uuid4())}
        assert client.post(f"/reviews/{step.pk}/call-desk/", sent).status_code == status
    assert everything() == before

    client.force_login(cast.marcus)
    for _ in range(2):  # the same form twice
        assert client.post(f"/reviews/{step.pk}/call-desk/", sent).status_code == 302
    told = Notice.objects.get(kind="called")
    assert (told.user, told.path) == (cast.ines, f"/reviews/{step.pk}/intervene/")
    assert told.text == (
        f"Marcus Bell asks the deal desk to step in where Finance Director is asked.\n\n“{WHY}”"
    )
    said = step.deal.comments.get().wordings.get().text
    assert said == f"To the deal desk, about Finance Director: {WHY}"
