from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from guardrails.metrics_doc import document


class Command(BaseCommand):
    help = "Write docs/metrics.md from the declared metrics and words."

    def handle(self, *args: Any, **options: Any) -> None:
        page = settings.BASE_DIR / "docs" / "metrics.md"
        page.write_text(document())
        self.stdout.write(f"wrote {page.relative_to(settings.BASE_DIR)}")
