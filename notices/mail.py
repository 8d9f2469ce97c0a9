"""Effect "mail": one notice by mail, as text and HTML. Payload: `to` (id of the person), `notice` (its key).

A mail belongs to the thread of its deal: the thread has an id that no mail has, and all refer to it.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from css_inline import CSSInliner
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from base import canonical
from base.format import number
from base.locales import direction
from base.words import say_many
from ledger.handlers import external
from ledger.models import Effect
from notices.kinds import Group, group_of
from notices.links import address, link_of, unsubscribe_path
from notices.models import Notice
from people.models import User
from people.reading import read_by

CSS = (Path(__file__).parent / "mail.css").read_text()
INLINER = CSSInliner(extra_css=CSS, keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
SETTINGS_PATH, INBOX_PATH = "/profile/notifications/", "/notices/"


@external
def send_mail(effect: Effect, now: datetime) -> None:
    """Send it. A second sending after a crash has the same Message-ID. Nobody who left is written to."""
    notice = Notice.objects.select_related("user").get(key=effect.facts["notice"])
    if notice.user.is_active:
        letter([notice], key=notice.key).send()


def letter(notices: Sequence[Notice], *, key: str) -> EmailMultiAlternatives:
    """The mail that says these, all of one person, in their language. `key` is what its Message-ID is made
    of."""
    with read_by(notices[0].user):
        return composed(notices, key=key)


def composed(notices: Sequence[Notice], *, key: str) -> EmailMultiAlternatives:
    reader, one = notices[0].user, notices[0] if len(notices) == 1 else None
    group = group_of(one.kind) if one else None
    subject = one.subject if one else gathered(len(notices))
    said = {
        "subject": subject,
        "one": one,
        "parts": [part(notice) for notice in notices],
        "settings": address(SETTINGS_PATH),
        "inbox": address(INBOX_PATH),
        "direction": direction(),
    }
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("notices/mail.txt", said),
        to=[reader.email],
        headers=headers(reader, group, key=key, stream=one.stream if one else ""),
    )
    mail.attach_alternative(INLINER.inline(render_to_string("notices/mail.html", said)), "text/html")
    return mail


def gathered(many: int) -> str:
    return say_many("{n} message of your deal desk", "{n} messages of your deal desk", many, n=number(many))


def part(notice: Notice) -> dict[str, object]:
    """What a template writes of one notice."""
    return {
        "subject": notice.subject,
        "text": notice.text,
        "link": link_of(notice),
        "lines": [
            {"text": line["text"], "link": address(line["path"]) if line["path"] else ""}
            for line in notice.lines
        ],
    }


def headers(reader: User, group: Group | None, *, key: str, stream: str) -> dict[str, str]:
    thread = {"In-Reply-To": thread_id(stream), "References": thread_id(stream)} if stream else {}
    return {
        "Message-ID": message_id(key),
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{address(unsubscribe_path(reader.pk, group))}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        **thread,
    }


def message_id(key: str) -> str:
    return f"<{canonical.digest(f'notice:{key}')[:32]}@{urlsplit(settings.SITE_URL).hostname}>"


def thread_id(stream: str) -> str:
    return f"<{canonical.digest(f'thread:{stream}')[:32]}@{urlsplit(settings.SITE_URL).hostname}>"
