"""A Django project of nothing but dj-stripe fills its database from the Stripe that it is told of: with every model
but those that are named. Run by a Python that has dj-stripe, in an environment of its own: never imported by a test."""

import os
import sys
from urllib.parse import urlsplit

import django
import stripe
from django.conf import settings
from django.core.management import call_command

url = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path[1:],
            "USER": url.username,
            "HOST": url.hostname,
            "PORT": url.port,
        }
    },
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "djstripe"],
    STRIPE_LIVE_MODE=False,
    STRIPE_TEST_SECRET_KEY=os.environ["STRIPE_KEY"],
    DJSTRIPE_FOREIGN_KEY_TO_FIELD="id",
    MIGRATION_MODULES=dict.fromkeys(
        ("auth", "contenttypes", "djstripe")
    ),  # as its models are: migrating takes a minute
    USE_TZ=True,
)
django.setup()
stripe.api_base = os.environ["STRIPE_TO"]
call_command("migrate", run_syncdb=True, verbosity=0)
names = [model.__name__ for model in django.apps.apps.get_app_config("djstripe").get_models()]
call_command("djstripe_sync_models", *(one for one in names if one not in sys.argv), fail_on_error=True)
