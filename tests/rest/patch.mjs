// Stripe's SDK, as the engine uses it, asks the sandbox: the engine has no setting for where Stripe is.
import Stripe from "stripe";

const to = new URL(process.env.STRIPE_TO);
const own = Stripe.prototype.getApiField;
const other = { host: to.hostname, port: to.port, protocol: to.protocol.replace(":", "") };
Stripe.prototype.getApiField = function (name) {
  return other[name] ?? own.call(this, name);
};
