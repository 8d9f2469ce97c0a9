"""The product's Celery with a scheduler that rings each second: `celery -A tests.faults.quick beat`."""

from dealdesk.celery import app

app.conf.beat_schedule["sweep"]["schedule"] = 1.0
