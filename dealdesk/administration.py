"""The administration pages: what stands on them, and what they are called."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

KEPT_ELSEWHERE = (EmailAddress, UserSession)  # by who they belong to, on their own pages


def open_administration() -> None:
    """Find what every app registers, leave out what belongs elsewhere, and ask to sign in as usual."""
    admin.autodiscover()
    admin.site.unregister(KEPT_ELSEWHERE)
    admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
    admin.site.site_header = _("Deal Desk administration")
    admin.site.site_title = _("Deal Desk administration")
    admin.site.index_title = _("What the deal desk looks after")
