from collections.abc import Callable, Mapping

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from dealdesk.health import healthz, readyz
from dealdesk.metrics import metrics
from people.reading import read_by

PROBES: Mapping[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}
POWERS = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "payment",
    "usb",
)


class ProbesMiddleware:
    """Monitors ask each process by its address and without TLS: they are answered before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path)
        return probe(request) if probe else self.get_response(request)


class PermissionsPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", ", ".join(f"{power}=()" for power in POWERS))
        return response


class ReaderMiddleware:
    """What a person reads is written in their own time zone and locale, in the language there is for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with read_by(request.user):
            return self.get_response(request)
