"""One line per setting; docs/operating.md lists what comes from the environment."""

import logging
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.conf import global_settings

from base.locales import spoken
from dealdesk import env
from dealdesk.logs import formatter
from dealdesk.place import Place

BASE_DIR = Path(__file__).resolve().parent.parent
DEALDESK_ENV = env.choice("DEALDESK_ENV", ("demo", "production", "check", "test"), default="demo")
PRODUCTION = DEALDESK_ENV == "production"
VAR = env.folder("DEALDESK_VAR", BASE_DIR / "var")
PLACE = Place(VAR)

DEBUG = env.flag("DEBUG", False)
if PRODUCTION and DEBUG:
    env.refuse("unset DEBUG: it shows visitors the inside of the product.")
SECRET_KEY = (
    env.secret("SECRET_KEY")
    if PRODUCTION
    else env.text("SECRET_KEY", PLACE.secret() or secrets.token_urlsafe(64))
)
LOCAL = "localhost,127.0.0.1,[::1]"
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS") if PRODUCTION else env.listing("ALLOWED_HOSTS", LOCAL)
PORT = env.number("PORT", 8000, least=1, most=65535)
BIND = env.text("BIND", "127.0.0.1")
WEB_WORKERS = env.number("WEB_WORKERS", 2, least=1, most=64)
SITE_URL = (
    env.site("SITE_URL", ALLOWED_HOSTS)
    if PRODUCTION
    else env.text("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
METRICS_TOKEN = env.token("METRICS_TOKEN")  # "" is no metrics

INSTALLED_APPS = [
    "dealdesk",
    "base",
    "people",
    "ledger",
    "notices",
    "guardrails",
    "deals",
    "approvals",
    "planning",
    "insights",
    "desk",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "guardian",
    "pgtrigger",
    "template_partials",
    "django_htmx",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "dealdesk.middleware.ProbesMiddleware",
    *(["dealdesk.timing.TimingMiddleware"] if DEBUG else []),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dealdesk.logs.LogMiddleware",
    "dealdesk.metrics.MetricsMiddleware",
    "csp.middleware.CSPMiddleware",
    "dealdesk.middleware.PermissionsPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "dealdesk.refusing.KeptMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dealdesk.middleware.ReaderMiddleware",
    "dealdesk.seen.SeenMiddleware",
    "dealdesk.refusing.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dealdesk.refusing.DomainErrorMiddleware",
]

ROOT_URLCONF = "dealdesk.urls"
WSGI_APPLICATION = "dealdesk.wsgi.application"

TEMPLATES = [
    {
        "NAME": "django",
        "BACKEND": "dealdesk.timing.Timed" if DEBUG else "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.context.nav",
                "desk.demo.sign_in.demo_people",
            ],
        },
    },
]

# --- stores -------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL", None if PRODUCTION else PLACE.database_url())
DATABASE_OWNER_URL = env.text("DATABASE_OWNER_URL", "" if env.text("DATABASE_URL", "") else PLACE.owner_url())
LOCK_TIMEOUT_MS = env.number("LOCK_TIMEOUT_MS", 3000, least=100, most=30000)
DATABASES = {"default": env.database("DATABASE_URL", DATABASE_URL)}
DATABASES["default"]["OPTIONS"].setdefault("options", f"-c lock_timeout={LOCK_TIMEOUT_MS}")
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", "5")
DATABASES["default"] |= {"CONN_MAX_AGE": env.number("CONN_MAX_AGE", 60), "CONN_HEALTH_CHECKS": True}
DATABASE_OWNER = env.database("DATABASE_OWNER_URL", DATABASE_OWNER_URL) if DATABASE_OWNER_URL else {}
APPEND_ONLY_TABLES = [
    "ledger_event",
    "ledger_server",
    "approvals_decision",
    "approvals_intervention",
    "approvals_offer",
    "approvals_closing",
    "approvals_opening",
    "planning_concern",
    "planning_word",
    "approvals_evidence",
    "approvals_limitsversion",
    "deals_revision",
    "deals_judged",
    "deals_comment",
    "deals_wording",
    "deals_mention",
    "guardrails_extramember",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["fields.W161"]  # takes the default opening hour for "now" when it is near

REDIS_URL = env.text("REDIS_URL", None if PRODUCTION else PLACE.redis_url())
CACHE_URL = env.text("CACHE_URL", "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.redis_url("CACHE_URL", CACHE_URL)
        if CACHE_URL
        else env.redis_url("REDIS_URL", REDIS_URL, offset=1),
        "KEY_PREFIX": "dealdesk",
    }
}

# --- background work ----------------------------------------------------------------------------
CELERY_BROKER_URL = env.broker_url("REDIS_URL", REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "socket_timeout": 10}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever: Celery's own 100 end the worker within an hour
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 2
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {"sweep": {"task": "ledger.tasks.sweep", "schedule": 15.0, "options": {"expires": 60}}}
# kind of effect -> the function that does it; checked at start-up by ledger
EFFECTS = {
    "mail": "notices.mail.send_mail",
    "digest": "notices.digest.send_digest",
    "chat": "notices.chat.post",
    "remind": "approvals.escalation.remind",
    "hand_over": "approvals.escalation.hand_over",
    "expire": "approvals.escalation.expire",
    "lapse": "approvals.lapse.lapse",
    "due_soon": "approvals.lapse.due_soon",
    "chase": "approvals.question.chase",
    "reroute": "approvals.escalation.reroute",
    "import": "deals.importing.job.work",
    "bulk": "approvals.bulk.work",
    "go_on": "approvals.pause.end_pause",
    "exception_soon": "approvals.exception_ends.soon",
    "exception_over": "approvals.exception_ends.over",
    "absence": "approvals.standing_in.look_round",
    "stand_in": "approvals.standing_in.look_again",
}
# who reacts to events -> the function that is handed each; checked at start-up by ledger
FOLLOWERS = {
    "leakage": "insights.fill.fill",
    "precedents": "insights.remember.remember",
    "answers": "insights.answered.time_answer",
    "appointed": "approvals.appointed.look_again",
}

# --- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "dealdesk.accounts.ClosedAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None

# --- language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = "Europe/Berlin"
LANGUAGES = [("en", "English"), *spoken(BASE_DIR)]  # a locale without one is answered in English
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "dealdesk.statics.Hashed"
        if DEALDESK_ENV in ("production", "demo")  # tests and checks serve them as they are
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = VAR / "media"  # uploads; nothing serves them
FILE_UPLOAD_HANDLERS = ["desk.uploads.Bounded", *global_settings.FILE_UPLOAD_HANDLERS]

# --- mail ---------------------------------------------------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST", None if PRODUCTION else "-").lstrip("-")
EMAIL_PORT = env.number("EMAIL_PORT", 587, least=1, most=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", PRODUCTION)
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 20, least=1, most=25)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", None if PRODUCTION else "Deal Desk <desk@example.com>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
CHAT_PRIVATE_HOSTS = env.listing("CHAT_PRIVATE_HOSTS", "")  # inside our network, yet written to

# --- browser security ---------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", False) else None
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "dealdesk.refusals.older"

# --- logs ---------------------------------------------------------------------------------------
LOG_LEVEL = env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")
DJANGO_STRUCTLOG_CELERY_ENABLED = True  # a task knows the request that rang
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
LOGGING_CONFIG = "dealdesk.logs.set_up"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": formatter(as_json=PRODUCTION)},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "apprise": {"level": "CRITICAL", "propagate": False},  # they would name addresses of chats
        "urllib3": {"level": "INFO"},
        "django.request": {"level": "ERROR"},  # what a visitor mistypes is no warning to us
    },
}
