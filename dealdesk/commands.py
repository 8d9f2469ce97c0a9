"""The processes the product consists of, as words after `python`: for `manage.py up`, docker-compose.yml and
docs/operating.md, so that all start the same."""

THREADS = 4  # of each web process
MIGRATE = ("manage.py", "migrate", "--no-input")
COLLECT = ("manage.py", "collectstatic", "--no-input")
CELERY = ("-m", "celery", "-q", "-A", "dealdesk")
WORKER = (
    *CELERY,
    *("worker", "--concurrency", "2", "--loglevel", "WARNING"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)
BEAT = (*CELERY, "beat", "--scheduler", "dealdesk.pulse:Scheduler", "--pidfile=", "--loglevel", "WARNING")


def web(bind: str, workers: int) -> tuple[str, ...]:
    """The web server; gunicorn.conf.py is read too."""
    server = ("-m", "gunicorn", "dealdesk.wsgi", "--preload", "--worker-class", "gthread")
    many = ("--workers", str(workers), "--threads", str(THREADS), "--timeout", "60")
    return (*server, *many, "--no-control-socket", "--log-level", "warning", "--bind", bind)
