"""How a person's account comes into being: by e-mail address, always in lower case."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from people.function import Function

if TYPE_CHECKING:
    from people.models import User


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def by_name(self) -> "UserQuerySet":
        return self.order_by("name", "pk")

    def desk(self) -> "UserQuerySet":
        """The people of the deal desk who may sign in."""
        return self.active().filter(function=Function.DESK)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def by_name(self) -> UserQuerySet:
        return self.get_queryset().by_name()

    def desk(self) -> UserQuerySet:
        return self.get_queryset().desk()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.model.normalize_username(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in with `email`; without a password nobody can sign in as them."""
        if not email:
            raise ValueError(f"a person needs an e-mail address, got {email!r}")
        user = self.model(email=self.model.normalize_username(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The first person of an installation: sees everything and may open the administration pages."""
        first = {"function": "desk", "is_staff": True, "is_superuser": True}
        return self.create_user(email, password, **{**first, **fields})
