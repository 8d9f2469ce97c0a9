from django.apps import AppConfig
from django.utils.translation import gettext, ngettext

from base.words import read_through


class BaseConfig(AppConfig):
    name = "base"
    verbose_name = "Base"

    def ready(self) -> None:
        read_through(gettext, ngettext)
