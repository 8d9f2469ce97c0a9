from django.apps import AppConfig
from django.core import checks

from ledger.checks import check_effects, check_followers


class LedgerConfig(AppConfig):
    name = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        checks.register(check_effects)
        checks.register(check_followers)
