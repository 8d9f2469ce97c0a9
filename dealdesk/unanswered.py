"""What a person at the terminal is told when no database answers."""

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from base.db import unreachable


def no_database(error: DatabaseError | InterfaceError) -> str:
    """One line that says what to do; "" when the database did answer."""
    if not unreachable(error):
        return ""
    if settings.DATABASE_URL != settings.PLACE.database_url():
        return f"The PostgreSQL that DATABASE_URL names does not answer: {' '.join(str(error).split())}"
    return (
        f"No PostgreSQL runs for {settings.VAR}. Start it with `make run`, or set DEALDESK_VAR to the folder "
        "of the one that runs."
    )
