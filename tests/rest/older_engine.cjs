// One of the earlier Sync Engines, of a package of npm, fills a database from the sandbox: node older_engine.cjs PACKAGE.
// Each has a release that works only as CommonJS, and none has a setting for where Stripe is.
const { createRequire } = require("node:module");

const { DATABASE_URL, MODULES, STRIPE_KEY, STRIPE_TO, STRIPE_VERSION } = process.env;
const { StripeSync, runMigrations } = createRequire(MODULES)(process.argv[2]);
const to = new URL(STRIPE_TO);
const quiet = { info() {}, warn() {}, error: (...said) => console.error(...said), debug() {} };

(async () => {
  await runMigrations({ databaseUrl: DATABASE_URL, schema: "stripe", logger: quiet });
  const sync = new StripeSync({
    schema: "stripe",
    stripeSecretKey: STRIPE_KEY,
    stripeWebhookSecret: "whsec_none",
    stripeApiVersion: STRIPE_VERSION,
    backfillRelatedEntities: false,
    autoExpandLists: true,
    logger: quiet,
    poolConfig: { connectionString: DATABASE_URL, max: 2 },
  });
  Object.assign(sync.stripe._api, { host: to.hostname, port: to.port, protocol: to.protocol.replace(":", "") });
  const everything = sync.syncBackfill ?? sync.processUntilDone;
  console.log(JSON.stringify(await everything.call(sync, { object: "all" })));
  await sync.postgresClient.pool.end();
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
