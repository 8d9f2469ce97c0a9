"""The functions of a company: what people work as, and what is asked of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Function(models.TextChoices):
    SALES = "sales", _("Sales")
    FINANCE = "finance", _("Finance")
    LEGAL = "legal", _("Legal")
    OPERATIONS = "operations", _("Operations")
    EXECUTIVE = "executive", _("Executive")
    DESK = "desk", _("Deal desk")
    AUDITOR = "auditor", _("Audit")
