"""The functions of a company: what people work as, and what is asked of them."""

from django.db import models


class Function(models.TextChoices):
    SALES = "sales", "Sales"
    FINANCE = "finance", "Finance"
    LEGAL = "legal", "Legal"
    OPERATIONS = "operations", "Operations"
    EXECUTIVE = "executive", "Executive"
    DESK = "desk", "Deal desk"
    AUDITOR = "auditor", "Audit"
