// A certified OpenID provider on loopback, for the tests. node provider.mjs PORT REDIRECT_URI...
// Whoever comes picks a name: /interaction/UID shows them all, /interaction/UID/NAME is the choice.
import Provider from 'oidc-provider';

const [port, ...redirects] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const people = {
  ann: { email: 'ann@shop.example', email_verified: true, name: 'Ann Müller', groups: ['support', 'everybody'] },
  otto: { email: 'otto@shop.example', email_verified: true, name: 'Otto', groups: ['payments-oncall', 'support'] },
  vera: { email: 'vera@shop.example', email_verified: true, name: 'Vera', groups: ['readers'] },
  nora: { email: 'nora@shop.example', email_verified: true, name: 'Nora', groups: ['everybody'] },
};

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'orderlens',
    client_secret: 'a secret: of the client/100%',
    redirect_uris: redirects,
    post_logout_redirect_uris: redirects.map((one) => one.replace('/login/callback', '/signed-out')),
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
  scopes: ['openid', 'email', 'profile', 'groups'],
  pkce: { required: () => true },
  cookies: { keys: ['only of these tests'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, sub) => (people[sub] ? { accountId: sub, claims: () => ({ sub, ...people[sub] }) } : undefined),
  async loadExistingGrant(ctx) { // nobody is asked what the application may know
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid email profile groups');
    await grant.save();
    return grant;
  },
});

provider.use(async (ctx, next) => {
  const [, room, uid, name] = ctx.path.split('/');
  if (room !== 'interaction') {
    await next();
  } else if (name === 'nobody') {
    await provider.interactionFinished(ctx.req, ctx.res, { error: 'access_denied', error_description: 'not today' });
    ctx.respond = false;
  } else if (name) {
    await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: name } });
    ctx.respond = false;
  } else {
    ctx.body = `<!doctype html><title>Who are you?</title>${Object.keys(people).concat('nobody').map(
      (one) => `<p><a href="/interaction/${uid}/${one}">${one}</a>`).join('')}`;
  }
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
