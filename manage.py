#!/usr/bin/env python3
import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Deal Desk needs Python 3.11 or newer; this is " + sys.version.split()[0])

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dealdesk.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:
        sys.exit(
            "Deal Desk's libraries are not installed: type `make run`, or use .venv/bin/python manage.py."
        )
    from django.db import InterfaceError, OperationalError

    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, InterfaceError) as error:
        from dealdesk.unanswered import no_database

        if said := no_database(error):
            sys.exit(said)
        raise
