import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import Mandate
from base import clock
from deals.attach import attach, remove_file
from deals.models import Attachment
from deals.share import share
from tests.asked_in_return import evidence_for
from tests.desk.happening import granted

pytestmark = pytest.mark.http
PDF = b"%PDF-1.7 terms of the buyer"
FILES = "/deals/D-1284/files/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def file(name="terms.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def text(answer) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_files_are_attached_listed_downloaded_and_removed(client, brandt, cast):
    client.force_login(cast.maya)

    answer = client.post(FILES, {"file": [file(), file("notes.txt", b"Call Katrin.")]})

    assert answer.url == FILES
    page = text(client.get(FILES))
    assert "2 files attached." in page and "notes.txt" in page
    assert "Before anything was sent" in page and "Maya Okafor" in page
    kept = Attachment.objects.get(name="terms.pdf")
    got = client.get(f"{FILES}{kept.pk}/")
    assert b"".join(got.streaming_content) == PDF
    assert got.headers["Content-Disposition"] == 'attachment; filename="terms.pdf"'
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.post(f"{FILES}{kept.pk}/remove/").url == FILES
    assert client.get(f"{FILES}{kept.pk}/").status_code == 404
    page = text(client.get(FILES))
    assert "Removed by Maya Okafor" in page
    assert f'href="{FILES}{kept.pk}/"' not in page
    record = text(client.get("/deals/D-1284/record/"))
    assert "attached terms.pdf." in record and "removed the file terms.pdf." in record


def test_a_file_of_another_deal_is_not_here_and_who_may_not_see_the_deal_gets_nothing(client, brandt, cast):
    (kept,) = attach(brandt, by=cast.maya, files=[file()])
    for user, status in ((cast.elena, 404), (cast.ines, 200), (cast.marcus, 200)):
        client.force_login(user)
        assert client.get(f"{FILES}{kept.pk}/").status_code == status
        refused = client.post(f"{FILES}{kept.pk}/remove/").status_code
        assert refused == (404 if status == 404 else 403)
        assert client.post(FILES, {"file": file()}).status_code == refused
    share(brandt, with_=cast.elena, role="viewer", by=cast.maya, at=clock.now())
    client.force_login(cast.elena)
    assert client.get(f"{FILES}{kept.pk}/").status_code == 200
    assert "Attach files" not in text(client.get(FILES))
    assert Attachment.objects.in_view().count() == 1


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_a_wrong_file_is_named_beside_the_field(client, brandt, cast, htmx):
    client.force_login(cast.maya)

    answer = client.post(FILES, {"file": [file("virus.pdf", b"MZ")]}, headers=htmx)
    none = client.post(FILES, headers=htmx)

    assert answer.status_code == none.status_code == 422
    assert "virus.pdf is not what its name says. Save it again and choose that." in text(answer)
    assert "Choose a file first." in text(none)
    assert ("<html" in text(answer)) is not bool(htmx)
    assert not Attachment.objects.exists()


def test_evidence_is_listed_with_the_files(client, brandt, cast, media):
    mandate = granted(brandt, cast)
    assert isinstance(mandate, Mandate)
    shown = evidence_for(mandate, cast, media)
    attach(brandt, by=cast.maya, files=[file()])
    client.force_login(cast.maya)

    page = text(client.get(FILES))

    assert f"/conditions/{shown.condition_id}/evidence/{shown.pk}/" in page
    assert "Evidence of a condition" in page and "After revision 1 was sent" in page
    got = client.get(f"/conditions/{shown.condition_id}/evidence/{shown.pk}/")
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_page_takes_the_same_queries_with_one_file_and_with_ten(client, brandt, cast):
    client.force_login(cast.maya)
    counts = []
    for number in (1, 9):
        kept = attach(brandt, by=cast.maya, files=[file()] * number)
        remove_file(kept[0], by=cast.maya)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(FILES)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_brief_attaches_in_place_and_lists_what_is_there(client, brandt, cast):
    client.force_login(cast.maya)

    answer = client.post(FILES, {"file": [file()], "back": "brief"})

    assert answer.url == "/deals/D-1284/brief/"
    page = text(client.get("/deals/D-1284/brief/"))
    panel = page.partition('id="files"')[2].partition("</section>")[0]
    assert "terms.pdf</a>" in panel and "Maya Okafor" in panel
    assert 'form="attach-here"' in panel
