"""docker-compose.yml, read without Docker: nothing in it is unknown, missing, open, or run only there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dealdesk import commands
from tests.dealdesk.test_refusals import REFUSED, WHAT_TO
from tests.dealdesk.test_settings import names_read

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
FOUND: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FOUND["services"]
PRODUCT = ("migrate", "collect", "web", "worker", "beat")
ONCE = ("migrate", "collect")
STORES = ("postgres", "broker", "cache")
RUNS = {
    "migrate": commands.MIGRATE,
    "collect": commands.COLLECT,
    "web": commands.web("0.0.0.0:8000", 2),
    "worker": commands.WORKER,
    "beat": commands.BEAT,
}
REQUIRED = {name for name, value, said in REFUSED if not value and WHAT_TO in said}
SECRETS = {"SECRET_KEY", "POSTGRES_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD"}


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_service_there_should_be_and_no_other():
    assert set(SERVICES) == {*PRODUCT, *STORES, "proxy"}


@pytest.mark.parametrize("name", PRODUCT)
def test_each_part_of_the_product_runs_as_everywhere_else(name):
    assert SERVICES[name]["command"] == ["python", *RUNS[name]]


@pytest.mark.parametrize("name", PRODUCT)
def test_the_environment_is_what_settings_know_and_need(name):
    given = set(SERVICES[name]["environment"])
    assert given - names_read() == set()
    assert REQUIRED - given == set()
    assert ("DATABASE_OWNER_URL" in given) == (name == "migrate")
    assert SERVICES[name]["environment"]["DEALDESK_ENV"] == "production"


def test_broker_and_cache_are_apart_and_only_the_cache_forgets():
    told = SERVICES["web"]["environment"]
    assert (told["REDIS_URL"], told["CACHE_URL"]) == ("redis://broker:6379/0", "redis://cache:6379/0")
    kept, lost = SERVICES["broker"]["command"], SERVICES["cache"]["command"]
    assert kept[kept.index("--maxmemory-policy") + 1] == "noeviction"
    assert lost[lost.index("--maxmemory-policy") + 1] == "allkeys-lru"


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_runs_as_root_or_by_a_floating_or_alpine_image(name):
    service = SERVICES[name]
    assert str(service["user"]).split(":")[0] not in ("", "0", "root")
    assert "latest" not in service["image"] and "alpine" not in service["image"]
    assert "build" in service or re.fullmatch(r"\w+:\d+", service["image"])
    assert not service.get("privileged")


@pytest.mark.parametrize("name", [*PRODUCT, "proxy"])
def test_our_own_containers_can_write_nowhere_but_in_their_volumes(name):
    service = SERVICES[name]
    assert (service["read_only"], service["tmpfs"], service["cap_drop"]) == (True, ["/tmp"], ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES)
def test_each_is_watched_and_started_again(name):
    service = SERVICES[name]
    if name in ONCE:
        assert (service["healthcheck"], service["restart"]) == ({"disable": True}, "no")
    else:
        assert service["healthcheck"]["test"][0] == "CMD"
        assert service["restart"] == "unless-stopped"


def test_each_waits_for_what_it_needs():
    done, healthy = ({"condition": f"service_{way}"} for way in ("completed_successfully", "healthy"))
    needed = {"migrate": done, "collect": done, "broker": healthy, "cache": healthy}
    assert SERVICES["migrate"]["depends_on"] == {"postgres": healthy}
    assert [SERVICES[name]["depends_on"] for name in ("web", "worker", "beat")] == [needed] * 3
    assert SERVICES["proxy"]["depends_on"] == {"web": healthy}


def test_only_the_proxy_is_reached_from_outside_and_all_else_may_be_many():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert not any("container_name" in service or "hostname" in service for service in SERVICES.values())
    assert FOUND["networks"]["inner"] == {"internal": True}
    for name in STORES:
        assert SERVICES[name]["networks"] == ["inner"]
    assert SERVICES["proxy"]["networks"] == ["outer"]


def test_what_is_kept_is_in_named_volumes_and_what_is_mounted_is_there():
    used = set()
    for service in SERVICES.values():
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_file()
            else:
                used.add(source)
    assert used == set(FOUND["volumes"])
    assert "/var/lib/dealdesk/media" in SERVICES["web"]["volumes"][0]
    assert SERVICES["postgres"]["volumes"][0] == "postgres:/var/lib/postgresql"


def test_every_secret_comes_from_the_environment_and_has_no_default():
    asked = re.findall(r"\$\{(\w+)(:[?-])?([^}]*)\}", TEXT)
    assert {name for name, _, _ in asked} == set(example())
    for name, how, _ in asked:
        assert how == ":?" or name not in SECRETS | {"SITE_HOST", "EMAIL_HOST", "DEFAULT_FROM_EMAIL"}, name
    assert {example()[name] for name in SECRETS} == {""}
    assert "$" not in re.sub(r"\$\{(\w+)(:[?-])?([^}]*)\}", "", TEXT)


def test_the_proxy_finds_every_web_container_and_hides_what_is_for_monitors():
    told = (ROOT / "deploy" / "Caddyfile").read_text()
    assert "dynamic a {$WEB:web} 8000" in told
    assert "path /readyz /metrics" in told
    assert "tls {$TLS:internal}" in told
    assert not re.search(r"^\s*log\b", told, re.MULTILINE)


def test_the_images_are_debian_and_leave_root():
    told = (ROOT / "Dockerfile").read_text()
    stages = re.split(r"(?m)^FROM ", told)[1:]
    assert [stage.split()[0] for stage in stages] == ["python:3.11-slim-bookworm", "debian:bookworm-slim"]
    users = [re.findall(r"(?m)^USER (\S+)", stage)[-1] for stage in stages]
    assert users == [SERVICES["web"]["user"], SERVICES["proxy"]["user"]]
    assert "--require-hashes" in told
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", ".git", "var", ".venv"} <= set(ignored)


def test_what_docs_tell_to_type_is_what_runs():
    told = (ROOT / "docs" / "operating.md").read_text()
    for words in (
        commands.web("0.0.0.0:8000", 2),
        commands.WORKER,
        commands.BEAT,
        commands.MIGRATE,
        commands.COLLECT,
    ):
        assert f".venv/bin/python {' '.join(words)}\n" in told
