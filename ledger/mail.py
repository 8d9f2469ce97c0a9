"""Effect "mail": one message to one person. Payload: `to` (id), `subject`, `text`, `path` (our page)."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from base import canonical
from ledger.effects import external
from ledger.models import Effect
from people.models import User


@external
def send_mail(effect: Effect, now: datetime) -> None:
    """Send it. A second sending after a crash has the same Message-ID. Nobody who left is written to."""
    told = effect.facts
    reader = User.objects.get(pk=told["to"])
    if reader.is_active:
        message(effect, reader).send()


def message(effect: Effect, reader: User) -> EmailMessage:
    told = effect.facts
    return EmailMessage(
        subject=" ".join(told["subject"].split()),
        body=f"{told['text']}\n\n{settings.SITE_URL}{told.get('path', '/')}\n",
        to=[reader.email],
        headers={"Message-ID": message_id(effect), "Auto-Submitted": "auto-generated"},
    )


def message_id(effect: Effect) -> str:
    return f"<{canonical.digest(effect.dedupe_key)[:32]}@{urlsplit(settings.SITE_URL).hostname}>"
