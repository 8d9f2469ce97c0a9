"""Fixtures every test may use. The named people and the smallest valid objects live in tests/<app>/."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis
from aiosmtpd.controller import Controller
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from playwright.sync_api import Browser, Page, sync_playwright
from whitenoise.middleware import WhiteNoiseMiddleware

from dealdesk import env, place
from dealdesk.rights import grant_rights

pytest_plugins = ["tests.cast", "tests.brandt", "tests.desk.thursday"]
TEMPLATE = "ready"
EMPTY = """DO $$
DECLARE found record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR found IN
        SELECT oid::regclass AS name, pg_relation_size(oid) > 32 * 8192 AS large FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
            AND relname NOT IN ('auth_permission', 'django_content_type', 'django_migrations')
    LOOP
        IF found.large THEN EXECUTE format('TRUNCATE %s CASCADE', found.name);
        ELSE EXECUTE format('DELETE FROM %s', found.name);
        END IF;
    END LOOP;
END $$"""


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """This worker's own database: a clone of the template, which the first worker to come migrates."""
    name = settings.DATABASES["default"]["NAME"]
    with (
        django_db_blocker.unblock(),
        closing(psycopg2.connect(settings.PLACE.database_url("postgres", "postgres"))) as server,
        server.cursor() as cursor,
    ):
        server.autocommit = True
        cursor.execute("SELECT pg_advisory_lock(1)")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
        if not cursor.fetchone():
            make_template(cursor)
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER {place.OWNER}")
        cursor.execute("SELECT pg_advisory_unlock(1)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def static_files_once() -> Iterator[None]:
    """Each client of a test loads the middleware anew, which looks for every static file there is."""
    usual: Callable[[WhiteNoiseMiddleware], None] = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[tuple[str, ...], dict[str, Any]] = {}

    def add_files_from_finders(self: WhiteNoiseMiddleware) -> None:
        where = self.static_prefix, str(self.max_age), *map(str, settings.STATICFILES_DIRS)
        if where not in found:
            usual(self)
            found[where] = dict(self.files)
        self.files.update(found[where])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files_from_finders)
        yield


@pytest.fixture(scope="session", autouse=True)
def passwords_hashed_briefly() -> Iterator[None]:
    """A million rounds keep thieves busy for years, and these tests for a minute."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1000)
        yield


def make_template(cursor: Any) -> None:
    cursor.execute("DROP DATABASE IF EXISTS building WITH (FORCE)")
    cursor.execute(f"GRANT SET ON PARAMETER session_replication_role TO {place.OWNER}")
    cursor.execute(f"GRANT {place.APP} TO {place.OWNER}")
    cursor.execute(f"CREATE DATABASE building OWNER {place.OWNER}")
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = "building"
    call_command("migrate", verbosity=0)
    grant_rights(place.APP)
    connection.close()
    connection.settings_dict["NAME"] = usual
    cursor.execute(f"ALTER DATABASE building RENAME TO {TEMPLATE}")


def empty_tables(case: object) -> None:
    """After a test that commits: rows of a few pages are deleted, of more truncated with whatever refers to
    them, by a replica, which append-only tables refuse nothing. What migrations wrote stays: permissions made
    anew have other ids than the ones Django has in mind.
    """
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)


@pytest.fixture
def race(transactional_db: None) -> Callable[..., list[Any]]:
    """race(first, second, …): run them at the same moment, each in a thread with its own connection.

    Returns, in order, what each returned or the exception it raised.
    """

    def race_(*contenders: Callable[[], Any], seconds: float = 30) -> list[Any]:
        barrier = threading.Barrier(len(contenders))
        ends: list[Any] = [TimeoutError("still running")] * len(contenders)

        def run(place: int, contender: Callable[[], Any]) -> None:
            try:
                connection.ensure_connection()
                barrier.wait(seconds)
                ends[place] = contender()
            except Exception as error:
                ends[place] = error
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(contenders)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds)
        return ends

    return race_


@pytest.fixture(autouse=True)
def empty_redis(request: pytest.FixtureRequest) -> None:
    """Sign-in limits and queued work of one test are nothing to the next."""
    if {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        for number in (0, 1):
            with closing(
                redis.Redis.from_url(env.redis_url("REDIS_URL", settings.REDIS_URL, offset=number))
            ) as client:
                client.flushdb()


@dataclass
class Post:
    """A real mail server; `mails` holds what arrived, in order."""

    host: str
    port: int
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content.replace(b"\r\n", b"\n"), policy=policy.default))
        return "250 OK"


@pytest.fixture
def smtp(settings: Any) -> Iterator[Post]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        post = Post(*probe.getsockname())
    server = Controller(post, hostname=post.host, port=post.port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = post.host, post.port, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield post
    server.stop()


# --- browser ------------------------------------------------------------------------------------------

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup"  # half a second of work for each new window
)


@pytest.fixture
def live(live_server: Any) -> str:
    """The address of the product served from this test's database."""
    return str(live_server.url)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        names = ("chromium", "chromium-browser", "google-chrome")
        found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
        path = found or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.fail(
                "no Chromium: apt install chromium, or .venv/bin/playwright install --with-deps chromium"
            )
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        usual = browser.new_context
        with pytest.MonkeyPatch.context() as patch:  # what a service worker fetches, no test could hold up
            patch.setattr(browser, "new_context", partial(usual, service_workers="block"))
            yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, live: str) -> Iterator[Page]:
    """A fresh tab; addresses are relative. An error in its console (a broken CSP is one) fails the test."""
    context = chromium.new_context(base_url=live, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [error for error in errors if "the server responded with a status of" not in error] == []


@pytest.fixture
def sign_in(live: str) -> Callable[[Page, Any], None]:
    """sign_in(page, user): the tab is that person's from now on, without the sign-in form."""

    def sign_in_(page: Page, user: Any) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.clear_cookies()
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live}])

    return sign_in_
