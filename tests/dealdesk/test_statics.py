import re
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.templatetags.static import static
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

from dealdesk import statics


def get(address: str) -> Any:
    serve = WhiteNoiseMiddleware(lambda request: HttpResponse(status=404))
    return serve(RequestFactory().get(address, headers={"Accept-Encoding": "br, gzip"}))


def test_files_are_hashed_compressed_and_kept_for_ever_and_what_is_not_ours_is_served_too(
    settings: Any, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "dealdesk.statics.Hashed"}}
    statics.collect()

    address = static("desk.css")
    assert re.fullmatch(r"/static/desk\.[0-9a-f]{12}\.css", address)
    answer = get(address)
    assert (answer.status_code, answer["Content-Encoding"]) == (200, "br")
    assert answer["Cache-Control"] == "max-age=315360000, public, immutable"
    assert int(answer["Content-Length"]) < 14_000

    preloaded = static("vendor/inter-latin-wght-normal.woff2").removeprefix("/static/")
    assert f'url("{preloaded}")' in (tmp_path / address.removeprefix("/static/")).read_text()

    assert static("admin/css/base.css") == "/static/admin/css/base.css"
    assert get("/static/admin/css/base.css").status_code == 200
