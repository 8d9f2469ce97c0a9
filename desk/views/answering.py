from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals.answer_link import answer_by_link, link_of
from approvals.errors import ForAnother
from approvals.models import AnswerLink
from base.errors import Invalid, NotYours, WrongState
from desk.answering import asked_terms, consequences_of, dead_of, refusal_of
from desk.decided import confirmation
from desk.final import lines_for
from desk.forms.answering import ByLink
from desk.judging import headline, said_before
from desk.opened import note_opened
from desk.views.review import go_on, seat_for, successor
from people.request import PersonalRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: PersonalRequest, token: str) -> HttpResponse:
    link = link_of(token)
    if link is None:
        raise Http404
    form = ByLink(request.POST if request.method == "POST" else None)
    refusal = refusal_of(link, request.user)
    if refusal or not form.is_valid():
        return answer_page(request, link, form, refusal, status=422 if form.is_bound else 200)
    try:
        decision = answer_by_link(link, by=request.user, ruling=form.ruling)
    except Invalid as mistake:
        form.take(mistake.fields or {"": mistake.message})
        return answer_page(request, link, form, None, status=422)
    except (NotYours, WrongState) as overtaken:
        return answer_page(request, link, form, overtaken)
    seat = seat_for(request.user, link.step_id)
    messages.success(request, confirmation([seat], [decision]))
    return go_on(request, [seat])


def answer_page(
    request: PersonalRequest,
    link: AnswerLink,
    form: ByLink,
    refusal: NotYours | WrongState | None,
    status: int = 200,
) -> HttpResponse:
    """What is asked, with the form; what stands against it, without. To who it was not made for: nothing of
    the deal."""
    if isinstance(refusal, ForAnother):
        page = {"refusal": refusal, "path": request.path}
        return render(request, "desk/answer_for_another.html", page, status=refusal.status)
    seat = seat_for(request.user, link.step_id)
    if refusal:
        dead = dead_of(link, refusal, seat)
        page = {"dead": dead, "seat": seat, "link": link, "successor": successor(request.user, seat)}
        return render(request, "desk/answer_dead.html", page, status=refusal.status)
    note_opened(request, [seat])
    page = {
        "seat": seat,
        "link": link,
        "headline": headline(seat),
        "terms": asked_terms(seat),
        "then": consequences_of(seat),
        "said": said_before(seat),
        "finals": lines_for([seat]),
        "form": form,
    }
    return render(request, "desk/answer.html", page, status=status)
