"""Settings of Wayout: one file, everything that differs between machines from the environment.

`.env.example` lists the variables. Without DEBUG, a missing secret stops the start.
"""

import sys
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)


def required(name: str, *, in_debug: str) -> str:
    """The variable `name`; with DEBUG a harmless default, else a start that stops and says why."""
    value = env.str(name, default="")
    if not value and not DEBUG:
        raise ImproperlyConfigured(
            f"{name} is not set. Wayout does not start without it unless DEBUG=true; "
            "see .env.example for what it is."
        )
    return value or in_debug


SECRET_KEY = required("SECRET_KEY", in_debug="only-for-development-" + "x" * 40)
# Older keys still open what they locked and signed.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = required("SITE_URL", in_debug="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if DEBUG else []
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
IS_HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "config.admin.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "parler",
    "django_htmx",
    "guides",  # last: its admin takes out what others put in
]

MIDDLEWARE = [
    "guides.open_door.OpenDoorMiddleware",
    "guides.middleware.KeptPagesMiddleware",
    "guides.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "guides.middleware.CompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "guides.middleware.PrivatePagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "guides.middleware.MethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guides.middleware.PersonMiddleware",
    "guides.middleware.MailMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Database -----------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at the start of a transaction, so that two writers queue up
    # instead of one failing in the middle with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None  # opening the file again costs more than reading it
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- Cache --------------------------------------------------------------------------------------

# In the database, so that all web processes count tries together. `migrate` makes the table, the
# daily clearing empties it. django-allauth's limits are kept in "default".
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "KEY_FUNCTION": "guides.domain.tries.named",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "guides.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "journeys:list"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "guides.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_FORMS = {
    "login": "guides.forms.SignInForm",
    "signup": "guides.forms.SignUpForm",
    "confirm_login_code": "guides.forms.SignInCodeForm",
    "confirm_email_verification_code": "guides.forms.AddressCodeForm",
    "confirm_password_reset_code": "guides.forms.PasswordCodeForm",
    "add_email": "guides.forms.ChangeAddressForm",
    "reset_password": "guides.forms.ForgottenPasswordForm",
    "reset_password_from_key": "guides.forms.NewPasswordForm",
    "set_password": "guides.forms.SetPasswordForm",
    "change_password": "guides.forms.ChangePasswordForm",
    "reauthenticate": "guides.forms.ProvePasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# Digits can be typed on every keyboard; the forms and messages say "eight digits" and "15 minutes".
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8}
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_TIMEOUT = ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
# Who changes how one signs in proves first who they are. `guides.proofs` asks everybody;
# django-allauth would not ask those who have neither password nor second step.
ACCOUNT_REAUTHENTICATION_REQUIRED = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Beside django-allauth's own: no address is written to more often than ten times an hour.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
    "reset_password": "20/m/ip,3/m/key,10/h/key",
    "confirm_email": "1/10s/key,10/h/key",
    "type_code": "30/m/ip",  # of our own, see guides.views.accounts
    "report": "5/m/ip,30/h/ip",  # the same, see guides.views.feedback
    "tell_story": "5/m/ip,30/d/ip",  # the same, see guides.views.stories
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL

MFA_ADAPTER = "guides.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Wayout"
MFA_FORMS = {
    "authenticate": "guides.forms.SecondStepForm",
    "reauthenticate": "guides.forms.ProveSecondStepForm",
    "activate_totp": "guides.forms.ActivateAppForm",
    "add_webauthn": "guides.forms.AddPasskeyForm",
    "edit_webauthn": "guides.forms.NamePasskeyForm",
    "login_webauthn": "guides.forms.PasskeySignInForm",
    "authenticate_webauthn": "guides.forms.PasskeySecondStepForm",
    "reauthenticate_webauthn": "guides.forms.ProvePasskeyForm",
}

# --- Languages and time -------------------------------------------------------------------------

LANGUAGES = [("en", "English"), ("ar", "العربية"), ("nb", "Norsk")]
LANGUAGE_CODE = "en"
PARLER_LANGUAGES = {
    None: tuple({"code": code} for code, _ in LANGUAGES),
    "default": {"fallbacks": [LANGUAGE_CODE], "hide_untranslated": False},
}
# Its cache is one a process: other web processes and workers would go on showing old texts.
PARLER_ENABLE_CACHING = False
LOCALE_PATHS = [BASE_DIR / "guides" / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- E-mail -------------------------------------------------------------------------------------

# Without EMAIL_URL, a development machine keeps its messages where /outbox/ shows them.
OUTBOX_DIR = VAR_DIR / "outbox"
EMAIL_CONFIG = env.email_url(
    "EMAIL_URL", default=f"filemail:///{OUTBOX_DIR}" if DEBUG else "smtp://localhost:25"
)
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", default=20)  # seconds for each answer of the server
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Wayout <wayout@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where people report what is not safe here, as /.well-known/security.txt says it.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default=parseaddr(DEFAULT_FROM_EMAIL)[1])

# --- Files --------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.storage.OnePieceStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# Whoever works on a template wants to see it anew each time.
KEEPS_PAGES = not DEBUG
CONTENT_DIR = BASE_DIR / "guides" / "content"

# --- Security -----------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
IS_BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_BEHIND_PROXY else None
# Rate limits count by the address that the proxy saw, not by that of the proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if IS_BEHIND_PROXY else 0
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# Knows a browser in which somebody has signed in before, see `guides.devices`.
DEVICES_COOKIE_NAME = "devices"
DEVICES_COOKIE_AGE = 365 * 24 * 3600
if IS_HTTPS:
    # Browsers take a cookie of such a name only over HTTPS, from this very host, for all of it: no
    # other host of the domain can plant one.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    DEVICES_COOKIE_NAME = "__Host-devices"
    LANGUAGE_COOKIE_NAME = "__Host-language"
# A whole guide of 60 steps, in the admin, is the largest thing that anybody sends.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 1
REFUSED_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture",
    "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection",
    "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# What Django has no setting for; `guides.middleware.HeadersMiddleware` sends it.
MORE_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [
            *(f"{feature}=()" for feature in REFUSED_FEATURES),
            "publickey-credentials-create=(self)",
            "publickey-credentials-get=(self)",
        ]
    ),
    "X-Permitted-Cross-Domain-Policies": "none",
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "guides.discretion.Formatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {
        "discreet": {"()": "guides.discretion.Filter"},
        "in_production": {"()": "django.utils.log.RequireDebugFalse"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "stream": sys.stderr},
        "admins": {
            "class": "django.utils.log.AdminEmailHandler",
            "level": "ERROR",
            "filters": ["in_production", "discreet"],
            "reporter_class": "guides.discretion.Report",
        },
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["admins"], "level": "INFO"},
        "django.server": {"handlers": ["console"], "propagate": False},
        "fido2": {"level": "WARNING"},  # it names the passkeys that it sees
    },
}
# Those who get error reports by mail.
ADMINS = [("", address) for address in env.list("ADMINS", default=[])]
EMAIL_SUBJECT_PREFIX = "[Wayout] "
if not DEBUG:
    DEFAULT_EXCEPTION_REPORTER = "guides.discretion.Report"

# --- Reminders ----------------------------------------------------------------------------------

# All in seconds.
# How often a worker looks for what is due.
REMINDER_EVERY = env.float("REMINDER_EVERY", default=5)
# For how long a worker may hold a message before another takes it over. A worker begins to send one
# in the first quarter; the rest must do for the slowest send (EMAIL_TIMEOUT for each answer).
REMINDER_LEASE = timedelta(seconds=env.float("REMINDER_LEASE", default=300))
# The first pause after a message could not be sent; it doubles from there.
REMINDER_PAUSE = timedelta(seconds=env.float("REMINDER_PAUSE", default=30))
# `/healthz?reminders` fails when something has been due and unsent for longer than this.
REMINDER_LATE_AFTER = timedelta(seconds=env.float("REMINDER_LATE_AFTER", default=600))
