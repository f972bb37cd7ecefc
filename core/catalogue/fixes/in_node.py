"""For Node: stripe and pg, as ES modules."""

from collections.abc import Mapping

NODE: Mapping[str, str] = {
    "id_not_stored": """\
// The page to send the customer to; order and id are saved by then.
export async function startCheckout(stripe, pool, order) {
  const name = { order_id: order.id };
  const db = await pool.connect();
  try {
    await db.query("BEGIN"); // both are saved together, or neither is
    await db.query("INSERT INTO orders (id, status) VALUES ($1, 'pending')", [order.id]);
    const session = await stripe.checkout.sessions.create(
      {
        mode: "payment",
        line_items: order.lineItems,
        client_reference_id: order.id,
        metadata: name,
        payment_intent_data: { metadata: name },
        // not through a URL builder: the braces must stay as they are
        success_url:
          "https://shop.example.com/thanks?session_id={CHECKOUT_SESSION_ID}",
      },
      { idempotencyKey: `checkout-${order.id}` }, // one per order
    );
    await db.query("UPDATE orders SET session_id = $1 WHERE id = $2", [session.id, order.id]);
    await db.query("COMMIT");
    return session.url; // only now: nobody can pay what is not saved
  } catch (error) {
    await db.query("ROLLBACK");
    throw error;
  } finally {
    db.release();
  }
}
""",
    "read_too_early": """\
// paid, under way, open or expired: as Stripe has it now, never from a copy.
export async function stateOf(stripe, sessionId) {
  const session = await stripe.checkout.sessions.retrieve(sessionId);
  if (["paid", "no_payment_required"].includes(session.payment_status)) return "paid";
  // complete and unpaid: the bank takes days. Neither paid nor failed;
  // checkout.session.async_payment_succeeded or _failed will tell.
  return session.status === "complete" ? "under way" : session.status;
}

// For the timer that clears unpaid orders: nobody paid, and nobody can.
export async function mayCancel(stripe, sessionIds) {
  for (const id of sessionIds) {
    if ((await stateOf(stripe, id)) === "open") {
      await stripe.checkout.sessions.expire(id); // fails if just paid
    }
  }
  const states = await Promise.all(sessionIds.map((id) => stateOf(stripe, id)));
  return states.every((state) => state === "expired");
}
""",
    "changed_by_stripe": """\
const DECIMALS = new Map([
  ..."bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(" ").map((c) => [c, 0]),
  ..."bhd jod kwd omr tnd".split(" ").map((c) => [c, 3]),
]);

// As Stripe counts: 50.00 USD is 5000, 5000 JPY is 5000, 5.000 KWD is 5000.
export function minorUnits(amount, currency) {
  return Math.round(amount * 10 ** (DECIMALS.get(currency.toLowerCase()) ?? 2));
}

// What to save: the sum of the cart is compared, the rest is Stripe's to say.
export function figures(session, order) {
  const same =
    session.amount_subtotal === order.cartMinor &&
    session.currency === order.currency.toLowerCase();
  if (!same) throw new Error(`this checkout is not of order ${order.id}'s cart`);
  return {
    paidMinor: session.amount_total,
    discountMinor: session.total_details.amount_discount,
    shippingMinor: session.total_details.amount_shipping,
    taxMinor: session.total_details.amount_tax,
  };
}
""",
    "wrong_id": """\
const BOOKS = ["checkout.session.completed", "checkout.session.async_payment_succeeded"];

// The HTTP status to answer with. `body` as it came: express.raw(), not express.json().
export async function onWebhook(stripe, pool, body, signature, secret) {
  let event;
  try {
    event = stripe.webhooks.constructEvent(body, signature, secret);
  } catch {
    return 400;
  }
  if (!BOOKS.includes(event.type)) return 200;
  // the id is the event's, never the browser's; the state is fetched, not believed
  const session = await stripe.checkout.sessions.retrieve(event.data.object.id);
  if (session.payment_status === "unpaid") return 200; // async_payment_succeeded will come
  const db = await pool.connect();
  try {
    await db.query("BEGIN");
    const first = await db.query(
      "INSERT INTO stripe_events VALUES ($1) ON CONFLICT DO NOTHING", [event.id]);
    if (first.rowCount) await book(db, session); // else: the same message again
    await db.query("COMMIT");
    return 200;
  } catch (error) {
    await db.query("ROLLBACK");
    throw error; // 5xx, and Stripe tries again
  } finally {
    db.release();
  }
}

async function book(db, session) {
  const order = session.client_reference_id;
  const { rows } = await db.query("SELECT status FROM orders WHERE id = $1 FOR UPDATE", [order]);
  if (!rows.length) throw new Error(`no order ${order} yet`);
  if (rows[0].status !== "pending") return; // cancelled meanwhile? tell a person, do not book
  await db.query(
    "UPDATE orders SET status = 'paid', session_id = $2, payment_intent_id = $3 WHERE id = $1",
    [order, session.id, session.payment_intent]);
}
""",
}
