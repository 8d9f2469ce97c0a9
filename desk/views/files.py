from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from base.errors import Invalid
from base.words import mark, say, say_many
from deals.attach import attach, remove_file
from deals.models import Attachment
from desk.files import download, files_of
from desk.forms.files import Attach
from desk.head import deal_for, room_of
from desk.uploads import MOST_MB, too_large
from people.request import PersonalRequest

TOO_LARGE = mark("That is more than {most} MB at once. Attach them one by one.")


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: PersonalRequest, number: str) -> HttpResponse:
    if request.method != "POST":
        return files_page(request, number, Attach())
    deal = deal_for(request.user, number)
    form = Attach(request.POST, request.FILES)
    sent = form.cleaned_data["file"] if form.is_valid() else []
    try:
        kept = attach(deal, by=request.user, files=sent)
    except Invalid as refusal:
        form.errors.pop("file", None)
        form.add_error("file", say(TOO_LARGE, most=MOST_MB) if too_large(request) else refusal.message)
        return files_page(request, number, form, status=422)
    first = kept[0].name
    messages.success(request, say_many("{name} attached.", "{count} files attached.", len(kept), name=first))
    if request.htmx:
        return HttpResponseClientRedirect(request.path)
    return redirect("desk:brief" if request.POST.get("back") == "brief" else "desk:files", number)


def files_page(request: PersonalRequest, number: str, form: Attach, status: int = 200) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    page = {"room": room, "tabs": room.tabs("files"), "files": files_of(room.deal), "form": form}
    name = "desk/files.html#attach" if request.htmx else "desk/files.html"
    return render(request, name, page, status=status)


@require_safe
def file(request: PersonalRequest, number: str, file: int) -> FileResponse:
    kept = get_object_or_404(Attachment.objects.in_view(), deal=deal_for(request.user, number), pk=file)
    return download(kept.path, kept.name)


@require_POST
def remove(request: PersonalRequest, number: str, file: int) -> HttpResponse:
    kept = get_object_or_404(Attachment, deal=deal_for(request.user, number), pk=file)
    remove_file(kept, by=request.user)
    messages.success(
        request, say("{name} is removed. That it was there stays in the record.", name=kept.name)
    )
    return redirect("desk:files", number)
