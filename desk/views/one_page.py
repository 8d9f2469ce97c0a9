from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from desk.head import deal_for, room_of
from desk.one_page import brief_for, one_page
from desk.paper import legible, printed
from people.request import PersonalRequest


@require_safe
def brief_pdf(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    brief = brief_for(room, request.GET.get("revision", ""))
    address = f"{settings.SITE_URL}{reverse('desk:brief', args=[number])}"
    with legible():
        paper = printed("brief", one_page(brief, address))
    which = f"revision-{brief.revision.number}" if brief.revision else "draft"
    name = f"{number}-brief-{which}.pdf"
    return HttpResponse(
        paper, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
