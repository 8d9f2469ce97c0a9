from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connection

from dealdesk import env
from dealdesk.rights import as_owner, complaint_about_roles, grant_rights


class Command(migrate.Command):
    help = (
        f"{migrate.Command.help} Signs in as DATABASE_OWNER_URL, then grants the product's role its rights."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION and (complaint := complaint_about_roles()):
            env.refuse(complaint)
        role = connection.settings_dict["USER"]
        with as_owner():
            super().handle(*args, **options)
            if settings.DATABASE_OWNER and role != connection.settings_dict["USER"]:
                grant_rights(role)
