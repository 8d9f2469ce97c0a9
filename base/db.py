"""What the database refuses, in the words of `base.errors`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection

from base.errors import Busy, DomainError, WrongState

LOCKED = ("55P03", "40P01")  # lock not available, deadlock
TAKEN = ("23505", "23P01")  # unique or exclusion constraint violated
NO_SENTENCES: Mapping[str, str] = MappingProxyType({})


def lock_timeout(milliseconds: int) -> None:
    """Wait at most so long for each lock until the surrounding transaction ends; `translate` says Busy."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])


@contextmanager
def translate(taken: Mapping[str, str] = NO_SENTENCES) -> Iterator[None]:
    """Turn a lost race into a refusal: a lock timeout into Busy, what another has taken into WrongState.

    `taken`: constraint name → the sentence to say. Put it around the transaction: what failed is rolled back.
    """
    try:
        yield
    except DatabaseError as error:
        refused = refusal(error, taken)
        if refused is None:
            raise
        raise refused from error


def refusal(error: BaseException, taken: Mapping[str, str] = NO_SENTENCES) -> DomainError | None:
    """The refusal a database error amounts to; None when it is a bug."""
    cause = error.__cause__
    if isinstance(error, OperationalError) and getattr(cause, "pgcode", None) in LOCKED:
        return Busy()
    name = constraint(error)
    return WrongState(taken[name]) if name in taken else None


def constraint(error: BaseException) -> str:
    """Name of the unique or exclusion constraint that an IntegrityError broke; "" for anything else."""
    cause = error.__cause__
    if not isinstance(error, IntegrityError) or getattr(cause, "pgcode", None) not in TAKEN:
        return ""
    return getattr(getattr(cause, "diag", None), "constraint_name", None) or ""


def unreachable(error: BaseException) -> bool:
    """Whether the database did not answer at all: down, starting, or full of connections."""
    code = getattr(error.__cause__, "pgcode", None) or ""
    silent = not code or code.startswith(("08", "57P")) or code == "53300"
    return isinstance(error, (OperationalError, InterfaceError)) and silent
