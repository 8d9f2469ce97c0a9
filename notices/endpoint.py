"""Where a chat message may go: which services, and which hosts. An address opens no file, no program and,
unless the operator names its host, nothing inside our own network."""

import ipaddress
import logging
import re
import socket
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from apprise import Apprise, AppriseAsset, LogCapture, NotifyFormat
from apprise.plugins import NotifyBase
from apprise.plugins.custom_json import NotifyJSON
from django.conf import settings

from base.errors import Invalid
from base.words import mark, say

SERVICES = {
    "slack": "Slack",
    "workflow": "Microsoft Teams",
    "workflows": "Microsoft Teams",
    "wxteams": "Webex",
    "webex": "Webex",
    "discord": "Discord",
    "gchat": "Google Chat",
    "mmost": "Mattermost",
    "mmosts": "Mattermost",
    "rocket": "Rocket.Chat",
    "rockets": "Rocket.Chat",
    "json": "JSON",
    "jsons": "JSON",
}
AT_A_HOST = {"workflow", "workflows", "mmost", "mmosts", "rocket", "rockets", "json", "jsons"}
PARTS = {"key", "token", "api-version", "sp", "sv", "sig", "method"}  # of an address; `template` names a file
STATUS = re.compile(r"error=(\d{3})")
LONGEST = 1000
ASSET = AppriseAsset(
    app_id="Deal Desk",
    app_desc="Deal Desk",
    app_url=settings.SITE_URL,
    async_mode=False,
    http_redirects=False,
    image_url_mask="",
    storage_mode="memory",
)
UNKNOWN = mark(
    "This is no address of a chat we write to. Copy the address of an incoming webhook of Slack, Microsoft "
    "Teams (a workflow), Webex, Discord, Google Chat, Mattermost or Rocket.Chat, or write json:// or jsons://."
)


class NotDelivered(Exception):
    """The chat did not take the message. Says nothing of its address but the service."""


def service_of(url: str) -> NotifyBase:
    """What would carry a message there. Raises Invalid for what is not on our list."""
    service = known(url)
    if service is None:
        raise Invalid(say(UNKNOWN), field="url")
    if wrong := [name for name, _ in parse_qsl(urlsplit(url).query) if not allowed(name, service)]:
        raise Invalid(say("Leave “{name}” out of the address.", name=wrong[0]), field="url")
    return service


def known(url: str) -> NotifyBase | None:
    service = Apprise.instantiate(url, asset=ASSET, suppress_exceptions=True) if len(url) <= LONGEST else None
    return service if isinstance(service, NotifyBase) and scheme_of(service) in SERVICES else None


def allowed(name: str, service: NotifyBase) -> bool:
    return name.lower() in PARTS or (isinstance(service, NotifyJSON) and name[:1] in "+-: ")


def scheme_of(service: NotifyBase) -> str:
    untyped: Any = service
    return str(untyped.url(privacy=True)).partition(":")[0]


def described(url: str) -> str:
    """The service, and the host where there are many. Nothing by which somebody could write there."""
    service = known(url)
    if service is None:
        return say("A service that is not known any more")
    at = f", {service.host}" if scheme_of(service) in AT_A_HOST else ""
    return f"{SERVICES[scheme_of(service)]}{at}"


def refuse_inside(service: NotifyBase) -> None:
    """Raises Invalid for a host that is unknown or inside a private network, unless the operator named it."""
    if scheme_of(service) not in AT_A_HOST or service.host in settings.CHAT_PRIVATE_HOSTS:
        return
    try:
        found = socket.getaddrinfo(service.host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise Invalid(say("{host} is a host that cannot be found.", host=service.host), field="url") from None
    if not all(outside(str(place[4][0])) for place in found):
        inside = say(
            "{host} is inside a private network. Who runs Deal Desk can allow it.", host=service.host
        )
        raise Invalid(inside, field="url")


def outside(address: str) -> bool:
    """Whether anybody on the internet can reach it; an old address written as a new one is the old one."""
    ip = ipaddress.ip_address(address)
    return (getattr(ip, "ipv4_mapped", None) or ip).is_global


def speak(url: str, title: str, body: str, *, key: str) -> None:
    """Write a message there, at most once each time it is called. `key` is the same each time it is repeated;
    a JSON endpoint gets it as Idempotency-Key. Raises NotDelivered, Invalid."""
    service = service_of(url)
    refuse_inside(service)
    if isinstance(service, NotifyJSON):
        service.headers["Idempotency-Key"] = key
    carrier = Apprise(service, asset=ASSET)
    capture: Any = LogCapture
    with capture(level=logging.WARNING, fmt="%(message)s") as said:
        taken = carrier.notify(title=title, body=body, body_format=NotifyFormat.TEXT)
        status = STATUS.search(said.getvalue())
    if not taken:
        name = SERVICES[scheme_of(service)]
        if status:
            raise NotDelivered(say("{service} answered {status}.", service=name, status=status[1]))
        raise NotDelivered(say("{service} did not answer.", service=name))
