from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.evidence import hand_in
from approvals.mark_met import mark_met
from approvals.models import Condition, Evidence, Question
from approvals.question import answer_question, ask_question, take_back
from base.errors import Invalid
from base.words import say
from deals.models import Deal
from desk.answering import asked_terms
from desk.clocks import now_for
from desk.cost import view_at
from desk.files import download
from desk.forms.in_return import Evidenced, Reply
from desk.in_return import TaskPage, page_of, with_all
from desk.judging import seat_of
from desk.views.review import ask_form, blank, not_asked, review_page, seat_for
from people.models import User
from people.request import PersonalRequest

MET = "met"
OF_ITS_STEP = ("step__request__revision", "step__request__version")


@require_POST
def ask(request: PersonalRequest, step: int) -> HttpResponse:
    seat = seat_for(request.user, step)
    if not seat.mine:
        raise not_asked(seat)
    form = ask_form(seat, request.POST)
    if not form.is_valid():
        return review_page(request, [seat], blank([seat]), asking=form, status=422)
    to = User.objects.get(pk=form.cleaned_data["to"])
    ask_question(seat.step, by=request.user, to=to, text=form.cleaned_data["text"])
    messages.success(request, say("{name} is asked. Your clock stands until they answer.", name=to.name))
    return redirect("desk:review", step)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: PersonalRequest, question: int) -> HttpResponse:
    found = question_for(request.user, question)
    if request.method != "POST":
        return question_page(request, found, Reply())
    form = Reply(request.POST)
    if not form.is_valid() and found.to_id == request.user.pk:
        return question_page(request, found, form, status=422)
    answer_question(found, by=request.user, text=form.cleaned_data.get("answer", ""))
    messages.success(request, say("{name} has your answer. Their clock goes on.", name=found.by.name))
    return redirect("desk:question", question)


@require_POST
def take_question_back(request: PersonalRequest, question: int) -> HttpResponse:
    found = question_for(request.user, question)
    take_back(found, by=request.user)
    freed = say("{name} need not answer any more. The clock goes on.", name=found.to.name)
    messages.success(request, freed)
    return redirect("desk:review", found.step_id)


@require_http_methods(["GET", "HEAD", "POST"])
def condition(request: PersonalRequest, condition: int) -> HttpResponse:
    found = task_for(request.user, condition)
    if request.method != "POST":
        return condition_page(request, found, Evidenced())
    form = Evidenced(request.POST, request.FILES)
    if not form.is_valid():
        return condition_page(request, found, form, status=422)
    try:
        said = see_to(found.task.condition, form, request.POST.get("act", ""), request.user)
    except Invalid as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return condition_page(request, found, form, status=422)
    messages.success(request, said)
    return redirect("desk:condition", condition)


def see_to(task: Condition, form: Evidenced, act: str, user: User) -> str:
    if act == MET:
        mark_met(task, by=user, evidence=form.shown)
        return say("It is met. The limits stay.")
    hand_in(task, by=user, shown=form.shown)
    return say("{name} is told what you handed in.", name=task.decision.by.name)


@require_safe
def evidence(request: PersonalRequest, condition: int, evidence: int) -> FileResponse:
    """Always as a file of its own, never shown in the page."""
    found = task_for(request.user, condition)
    kept = get_object_or_404(Evidence.objects.exclude(path=""), condition=found.task.condition, pk=evidence)
    return download(kept.path, kept.name)


def question_for(user: User, number: int) -> Question:
    """Who sees the deal sees what was asked about it; else there is no such page."""
    related = Question.objects.select_related(
        "by", "to", "deal__account", "deal__owner", "deal__decision_owner", *OF_ITS_STEP
    )
    return get_object_or_404(related.filter(deal__in=Deal.objects.visible_to(user)), pk=number)


def question_page(request: PersonalRequest, found: Question, form: Reply, status: int = 200) -> HttpResponse:
    found.step.deal = found.deal
    seat = seat_of(found.step, request.user)
    page = {
        "question": found,
        "seat": seat,
        "terms": asked_terms(seat),
        "form": form,
        "mine": found.to_id == request.user.pk,
        "takes_back": seat.mine or found.by_id == request.user.pk,
        "waits": found.status == Question.Status.OPEN,
        "here": "deals",
    }
    return render(request, "desk/question.html", page, status=status)


def task_for(user: User, number: int) -> TaskPage:
    visible = Condition.objects.filter(decision__deal__in=Deal.objects.visible_to(user))
    found = get_object_or_404(with_all(visible), pk=number)
    deal = Deal.objects.select_related("account", "owner").get(pk=found.decision.deal_id)
    now = now_for(user)
    return page_of(found, deal, user, view_at(user, now.at), now)


def condition_page(
    request: PersonalRequest, found: TaskPage, form: Evidenced, status: int = 200
) -> HttpResponse:
    page = {"found": found, "form": form, "here": "deals"}
    return render(request, "desk/condition.html", page, status=status)
