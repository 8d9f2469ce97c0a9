"""Static files: named by their hash, compressed, kept for ever by browsers."""

from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

OTHERS = ["admin", "account", "guardian"]  # of apps we did not write: many, and rarely looked at


class Hashed(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """What was not collected keeps its plain name; the demo serves it from where it lies."""

    def stored_name(self, name: str) -> str:
        known = self.hash_key(self.clean_name(name)) in self.hashed_files
        return str(super().stored_name(name)) if known else name


def collect() -> None:
    """For the demo, at each start: into settings.STATIC_ROOT, anew, and only what is ours."""
    call_command("collectstatic", interactive=False, clear=True, ignore_patterns=OTHERS, verbosity=0)
