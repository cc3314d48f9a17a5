// A real OpenID provider (oidc-provider) on this machine, with one client and one account, whose clock and behaviour a test sets.
//
//     node provider.mjs PORT        0: any free port; it says on its standard output which. It ends when its standard input does.
//
// POST /test takes JSON and sets what it names:
//     now      the clock, in milliseconds
//     account  whoever signs in: { sub, name, email, email_verified, groups }; null: the person says no
//     inToken  whether the token holds all claims, or only the user-info endpoint says them
//     rotate   new keys instead of the old
//     spoil    what is changed in each token before it is handed out: { claims, alg, strangersKey }; a claim that is null is taken out
//     userInfo what the user-info endpoint says besides, over the account's claims

import { createServer } from 'node:http';

import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose';
import Provider, { errors } from 'oidc-provider';

const CLIENT = {
  client_id: 'sonderfonds',
  client_secret: 'a secret of forty characters, or nearly so',
  redirect_uris: ['https://sonderfonds.example.org/sign-in/callback'],
  response_types: ['code'],
  grant_types: ['authorization_code'],
  token_endpoint_auth_method: 'client_secret_basic',
};

const realNow = Date.now;
const state = { now: null, account: null, inToken: false, spoil: null, userInfo: null };
Date.now = () => state.now ?? realNow();

let issuer;
let key;
let provider;
let keys = 0;

async function newKey() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  keys += 1;
  return { privateKey, jwk: { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: `key-${keys}` } };
}

async function newProvider() {
  provider = new Provider(issuer, {
    clients: [CLIENT],
    jwks: { keys: [key.jwk] },
    cookies: { keys: ['for tests'] },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
    conformIdTokenClaims: !state.inToken,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 600, Session: 600 },
    findAccount: (_, id) => ({
      accountId: id,
      claims: (use) => ({ ...state.account, sub: id, ...(use === 'userinfo' ? state.userInfo : null) }),
    }),
  });
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.route === 'token' && ctx.body?.id_token && state.spoil) ctx.body.id_token = await spoiled(ctx.body.id_token);
    if (ctx.oidc?.route === 'userinfo' && state.userInfo?.sub) ctx.body.sub = state.userInfo.sub;
  });
}

// The token with other claims, signed by the provider's own key unless another way is asked for.
async function spoiled(token) {
  const { claims, alg = 'RS256', strangersKey } = state.spoil;
  const payload = { ...decodeJwt(token), ...claims };
  for (const name of Object.keys(payload)) if (payload[name] === null) delete payload[name];
  const header = { alg, typ: 'JWT', kid: key.jwk.kid };
  if (alg === 'none') {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg, typ: 'JWT' })}.${part(payload)}.`;
  }
  if (alg === 'HS256') return new SignJWT(payload).setProtectedHeader(header).sign(Buffer.from(CLIENT.client_secret));
  const signer = strangersKey ? (await generateKeyPair('RS256')).privateKey : key.privateKey;
  return new SignJWT(payload).setProtectedHeader(header).sign(signer);
}

// Signs the account in and consents, without a page: who sits at the browser is not what is tested.
async function interact(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  if (!state.account) {
    const error = new errors.AccessDenied('the person said no');
    return provider.interactionFinished(request, response, { error: error.error, error_description: error.error_description });
  }
  const grant = new provider.Grant({ accountId: state.account.sub, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const grantId = await grant.save();
  return provider.interactionFinished(request, response, { login: { accountId: state.account.sub }, consent: { grantId } });
}

async function set(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { rotate, ...values } = JSON.parse(Buffer.concat(chunks).toString());
  Object.assign(state, values);
  if (rotate) key = await newKey();
  if (rotate || 'inToken' in values) await newProvider();
  response.writeHead(204).end();
}

const server = createServer((request, response) => {
  const fail = (error) => {
    console.error(error);
    response.writeHead(500).end();
  };
  if (request.url === '/test') set(request, response).catch(fail);
  else if (request.url.startsWith('/interaction/')) interact(request, response).catch(fail);
  else provider.callback()(request, response);
});

server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', async () => {
  const { port } = server.address();
  issuer = `http://127.0.0.1:${port}`;
  key = await newKey();
  await newProvider();
  console.log(JSON.stringify({ port, clientId: CLIENT.client_id, clientSecret: CLIENT.client_secret, redirectUrl: CLIENT.redirect_uris[0] }));
});

process.stdin.on('end', () => process.exit(0)).resume();
