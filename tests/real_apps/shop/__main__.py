"""`python -m shop PORT`: make the tables that are missing, say so, serve. All else comes by the environment."""

import os
import sys
from wsgiref.simple_server import make_server

import django
import stripe
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

STRIPE = {"api_key": os.environ["STRIPE_API_KEY"], "endpoint_secret": os.environ["STRIPE_WEBHOOK_SECRET"]}

stripe.api_base = os.environ["STRIPE_API_BASE"]
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DEBUG=True,  # says on stderr what went wrong
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SHOP_DATABASE"]}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["payments", "shop"],
    PAYMENT_HOST="127.0.0.1",
    PAYMENT_MODEL="shop.Payment",
    PAYMENT_VARIANTS={"stripe": ("payments.stripe.StripeProviderV3", STRIPE)},
    ROOT_URLCONF="shop.urls",
    SECRET_KEY="for a test",
    TIME_ZONE="UTC",
    USE_TZ=True,
)
django.setup()
call_command("migrate", run_syncdb=True, verbosity=0)
with make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application()) as server:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve_forever()
