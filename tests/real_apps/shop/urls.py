"""The shop's pages: buying, giving back; and the webhook of django-payments."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import include, path
from payments import RedirectNeeded, get_payment_model

Payment = get_payment_model()


def buy(request: HttpRequest) -> HttpResponse:
    """Make a payment of so much, and send the customer to Stripe's page."""
    made = Payment.objects.create(
        variant="stripe",
        total=Decimal(request.GET["total"]),
        currency="EUR",
        billing_email="ada@example.com",
        billing_first_name="Ada",
        billing_last_name="King",
    )
    try:
        made.get_form()
    except RedirectNeeded as there:
        return HttpResponseRedirect(str(there))
    return HttpResponse(status=500)


def give_back(request: HttpRequest) -> JsonResponse:
    """Refund a payment that was taken."""
    paid = Payment.objects.get(transaction_id=request.GET["session"])
    paid.refund()
    return JsonResponse({"status": paid.status})


urlpatterns = [path("buy/", buy), path("give-back/", give_back), path("payments/", include("payments.urls"))]
