"""What django-payments asks of a project: a payment of its own, with the pages a customer comes back to."""

import os

from payments.models import BasePayment


class Payment(BasePayment):
    """An order that is paid once."""

    class Meta:
        app_label = "shop"

    def get_success_url(self) -> str:
        return f"{os.environ['SHOP_URL']}/thanks/{self.token}"

    def get_failure_url(self) -> str:
        return f"{os.environ['SHOP_URL']}/sorry/{self.token}"
