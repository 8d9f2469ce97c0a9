"""The project: settings, urls, Celery, embedded services, `manage.py up`."""

from dealdesk.celery import app as celery_app

__all__ = ["celery_app"]
