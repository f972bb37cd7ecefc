"""A shop on django-payments: the least that a Django project has to bring for it. Run in an environment of its own."""
