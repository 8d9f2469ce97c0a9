from django.apps import AppConfig
from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language, gettext, ngettext

from base.locales import HOUSE, speak_through
from base.words import read_through


class BaseConfig(AppConfig):
    name = "base"
    verbose_name = "Base"

    def ready(self) -> None:
        read_through(gettext, ngettext, lambda: get_language() or HOUSE)
        speak_through(lambda code: translation.override(language_of(code)))


def language_of(locale: str) -> str:
    """The language nearest to the locale that the product is written in."""
    try:
        return translation.get_supported_language_variant(locale)
    except LookupError:
        return settings.LANGUAGE_CODE
