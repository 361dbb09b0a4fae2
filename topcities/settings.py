"""Settings, all from the environment. docs/operations/settings.md has the table of them."""

import logging
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from topcities import logs, queue_folder, sign_in_providers
from topcities.file_storage import storage
from topcities.mail_provider import provider_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- Where things are kept, and what kind of start this is ------------------------------------

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
# What is kept there is for the account that runs this, and for no other on the machine.
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PRODUCTION = env.bool("PRODUCTION", default=False) or SITE_HOST not in LOOPBACK
DEMO = env.bool("DEMO", default=not PRODUCTION)
DEBUG = False

if PRODUCTION and DEMO:
    raise ImproperlyConfigured("DEMO lets anyone become a demo person, so it cannot run in production. Set DEMO=0.")
HTTPS = SITE_URL.startswith("https://")
if not HTTPS and SITE_HOST not in LOOPBACK:
    raise ImproperlyConfigured(
        f"SITE_URL is {SITE_URL}, so sign-in codes and sessions would travel readable. Put TLS in front, and let "
        "SITE_URL begin with https:// (docs/operations/tls.md)."
    )


def kept_secret(path: Path) -> str:
    """The secret key of a local start: made once, readable by its owner alone."""
    try:
        with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text().strip()


SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("In production SECRET_KEY must be given: 50 or more random characters.")
    SECRET_KEY = kept_secret(DATA_DIR / "secret_key")
# Who changes the key keeps the one before here: what it signed stays good, such as links in mail and sessions.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SHORTEST_KEY, SHORTEST_TOKEN, FEWEST_DIFFERENT = 50, 32, 12
for given_key in (SECRET_KEY, *SECRET_KEY_FALLBACKS) if PRODUCTION else ():
    if len(given_key) < SHORTEST_KEY:
        raise ImproperlyConfigured(
            f"SECRET_KEY has {len(given_key)} characters. In production it needs 50 or more, random."
        )
    if len(set(given_key)) < FEWEST_DIFFERENT:
        raise ImproperlyConfigured(
            f"SECRET_KEY has {len(set(given_key))} different characters, so it can be guessed. Make a random one: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
        )

# --- The seal ----------------------------------------------------------------------------------

SEAL_PKCS12 = env.str("SEAL_PKCS12", default="")
SEAL_PKCS12_PASSWORD = env.str("SEAL_PKCS12_PASSWORD", default="")
# A key in a token or at a signing service, in the place of one in a file: docs/operations/seal.md.
SEAL_PKCS11 = env.str("SEAL_PKCS11", default="")
SEAL_PKCS11_PIN = env.str("SEAL_PKCS11_PIN", default="")
SEAL_CSC = env.str("SEAL_CSC", default="")
SEAL_CSC_SECRET = env.str("SEAL_CSC_SECRET", default="")
SEAL_CSC_PIN = env.str("SEAL_CSC_PIN", default="")
SEAL_CERTIFICATE = env.str("SEAL_CERTIFICATE", default="")
TSA_URL = env.str("TSA_URL", default="")
PAPER_SIZE = env.str("PAPER_SIZE", default="Letter")
SEAL_KEYS = [name for name in ("SEAL_PKCS12", "SEAL_PKCS11", "SEAL_CSC") if globals()[name]]
if len(SEAL_KEYS) > 1:
    raise ImproperlyConfigured(f"One key seals, but {' and '.join(SEAL_KEYS)} are given. Keep one.")
if PRODUCTION and not SEAL_KEYS:
    raise ImproperlyConfigured(
        "In production SEAL_PKCS12 must be given: the path of the PKCS#12 file that seals; or SEAL_PKCS11 or SEAL_CSC "
        "for a key in a token or at a signing service (docs/operations/seal.md)."
    )
if (SEAL_PKCS11 or SEAL_CSC) and not SEAL_CERTIFICATE:
    raise ImproperlyConfigured(f"With {SEAL_KEYS[0]}, SEAL_CERTIFICATE must name a PEM file with the certificate.")

# --- Django ------------------------------------------------------------------------------------

ALLOWED_HOSTS = [SITE_HOST] if PRODUCTION else [SITE_HOST, *sorted(LOOPBACK), "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "partners.views.unsent.form_is_old"
ROOT_URLCONF = "topcities.urls"
WSGI_APPLICATION = "topcities.wsgi.application"
AUTH_USER_MODEL = "partners.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "topcities.apps.Topcities",
    "programs",
    "sprints",
    "agreements",
    "partners",
    "mail",
    "ledger",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "csp",
    "django_structlog",
    "rules",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages go out small. Django pads them at random and masks the CSRF token, so that sizes tell nothing (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "partners.middleware.PersonMiddleware",
    "topcities.middleware.NotAllowedMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "topcities.context.frame",
            ],
        },
    }
]

AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "partners.link_sessions.LinkBackend",
]

# --- Database: SQLite, or what DATABASE_URL says ------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'topcities.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without these, simultaneous signatures are lost (docs/decisions/0002-sqlite.md).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Limits on attempts are counted in the database, with Redis too: they hold, and nobody is refused, while it is away.
# Full, it would forget counts before their time, so it is never full: what is over is cleared once a day.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "KEY_FUNCTION": "topcities.cache_keys.hidden",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# --- Queue: Redis, or folders on this machine ---------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 300,
        "unacked_restore_interval": 10,
        # A request wakes a worker after its commit. Where Redis is away or hangs, it waits for a second to reach it and
        # for a second until it answers, and no longer.
        "socket_connect_timeout": 1,
        "socket_timeout": 1,
        "max_retries": 0,
    }
else:
    QUEUE_DIR = DATA_DIR / "queue"
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = queue_folder.prepare(QUEUE_DIR)
    # Who asks a worker how it is would leave a file for each that ever ran.
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
CELERY_TIMEZONE = "UTC"
# A sweep that is not picked up before the next one is due need not run at all.
CELERY_BEAT_SCHEDULE = {
    "send mail": {"task": "mail.send_waiting", "schedule": 10, "options": {"expires": 9}},
    "seal what is signed": {"task": "agreements.seal_signed_editions", "schedule": 15, "options": {"expires": 14}},
    "seal reports": {"task": "sprints.seal_reports", "schedule": 15, "options": {"expires": 14}},
    "refresh walls": {"task": "programs.refresh_walls", "schedule": 15, "options": {"expires": 14}},
    "read catalogs": {"task": "sprints.read_catalogs", "schedule": 10, "options": {"expires": 9}},
    "make partnerships": {"task": "programs.make_partnerships", "schedule": 10, "options": {"expires": 9}},
    "delete due records": {"task": "programs.delete_due_records", "schedule": 900, "options": {"expires": 899}},
    "make exports": {"task": "programs.make_exports", "schedule": 15, "options": {"expires": 14}},
    "queue the weekly mail": {"task": "topcities.queue_weekly_mail", "schedule": 300, "options": {"expires": 299}},
    "clear what is over": {"task": "topcities.clear_what_is_over", "schedule": 24 * 3600, "options": {"expires": 3600}},
    "clear held files": {"task": "topcities.clear_uploads", "schedule": 900, "options": {"expires": 899}},
    "tell of ended plans": {"task": "sprints.tell_of_ended_plans", "schedule": 24 * 3600, "options": {"expires": 3600}},
    "heartbeat": {"task": "mail.beat", "schedule": 15, "options": {"expires": 14}},
}

# --- Mail --------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_TIMEOUT = 10
MAIL_DIR = DATA_DIR / "mail"
EMAIL_PROVIDER, ANYMAIL = "", dict[str, object]()
vars().update(provider_settings(EMAIL_URL, secret=env.str("EMAIL_WEBHOOK_SECRET", default=""), timeout=EMAIL_TIMEOUT))
if EMAIL_URL and not EMAIL_PROVIDER:
    vars().update(env.email_url("EMAIL_URL"))
elif not EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_DIR)
# Reserved (RFC 2606), so no mail can reach it. Mail to it stays in MAIL_DIR, whatever EMAIL_URL says.
DEMO_DOMAIN = "topcities.example"
DEFAULT_FROM_EMAIL: str = env.str(
    "FROM_EMAIL", default=f"TOPcities Partnership <partnership@{SITE_HOST or 'localhost'}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where mail servers return what they cannot deliver: the sender on the envelope.
RETURN_EMAIL: str = env.str("RETURN_EMAIL", default="") or DEFAULT_FROM_EMAIL

# --- Signing in: a code by mail, never a password -----------------------------------------------

ACCOUNT_ADAPTER = "partners.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# By address of the machine, and by person or code: docs/decisions has what each is against.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "30/m/ip",
    "code_to_network": "10/d/key",  # from one network to one address; partners/sign_in_codes.py
    "code_to_address": "30/d/key",
    "code_of_own": "5/15m/key,20/d/key",
    "long_code": "1/h/key",
    "confirm_login_code": "60/m/ip,5/15m/key",
    "fresh_code": "30/m/ip,5/15m/key",
    "confirm_fresh_code": "60/m/ip,5/15m/key",
    "new_address": "5/15m/key,10/d/key",
    "confirm_new_address": "60/m/ip,5/15m/key",
    "passkey": "60/m/ip",
    "provider": "30/m/ip",
    "verify_file": "20/m/ip",
    "verify_code": "60/m/ip",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
# Cities' own sign-in, by the domain of their addresses: docs/operations/sign-in.md.
SIGN_IN_PROVIDERS = sign_in_providers.providers(env.str("SIGN_IN_PROVIDERS", default=""), loopback=LOOPBACK)
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
FRESH_CODE_MINUTES = 15

# --- Language, time, files ----------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "topcities.formats"
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": storage(env.str("FILES_URL", default="")),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = env.str("FILES_DIR", default=str(DATA_DIR / "files"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

CRISPY_ALLOWED_TEMPLATE_PACKS = "uswds"
CRISPY_TEMPLATE_PACK = "uswds"

# --- Hardening ----------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
if HTTPS and ALLAUTH_TRUSTED_PROXY_COUNT:
    # Without a proxy that is trusted, nobody is believed who says that a request was HTTPS; nor is any sent there.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]

# --- Logs: one JSON line an event, without tokens or text ----------------------------------------

LOGGING = logs.to_console(env.str("LOG_LEVEL", default="INFO"))
# The machine's address is no part of a log line, and a header could forge it.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# One line a request is enough: the one at its end has its status.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG

# --- Figures for Prometheus: off unless asked for --------------------------------------------------

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN:
    if len(METRICS_TOKEN) < SHORTEST_TOKEN:
        raise ImproperlyConfigured(f"METRICS_TOKEN needs {SHORTEST_TOKEN} or more random characters.")
    MIDDLEWARE.insert(0, "topcities.metrics.RequestTimes")
