// A product with npm's openid-client: whoever opens it signs in first.
import http from 'node:http';
import * as client from 'openid-client';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env;
const site = `http://localhost:${PORT}`;
// Plain http is for tests on one machine only; leave `execute` out elsewhere.
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, {
  execute: [client.allowInsecureRequests],
});
let begun = null;
let tokens = null;

const answers = {
  '/': async () => (tokens ? page() : { status: 303, location: await beginning() }),
  '/callback': async (url) => {
    tokens = await client.authorizationCodeGrant(config, url, {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      idTokenExpected: true,
    });
    return { status: 303, location: '/' };
  },
  '/sign-out': async () => {
    const hint = tokens.id_token;
    tokens = null;
    const to = client.buildEndSessionUrl(config, {
      id_token_hint: hint,
      post_logout_redirect_uri: `${site}/signed-out`,
    });
    return { status: 303, location: to.href };
  },
  '/signed-out': async () => ({ status: 200, body: '<main><h1>Signed out</h1></main>' }),
};

async function beginning() {
  begun = {
    verifier: client.randomPKCECodeVerifier(),
    state: client.randomState(),
    nonce: client.randomNonce(),
  };
  const to = client.buildAuthorizationUrl(config, {
    redirect_uri: `${site}/callback`,
    scope: 'openid profile email',
    code_challenge: await client.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
    state: begun.state,
    nonce: begun.nonce,
  });
  return to.href;
}

async function page() {
  const { sub } = tokens.claims();
  const person = await client.fetchUserInfo(config, tokens.access_token, sub);
  const body = `<main><h1>openid-client</h1><p>Signed in as ${person.preferred_username}</p>
<a href="/sign-out">Sign out</a></main>`;
  return { status: 200, body };
}

http
  .createServer(async (request, response) => {
    const url = new URL(request.url, site);
    const answer = await (answers[url.pathname] ?? (async () => ({ status: 404, body: '' })))(url).catch((error) => ({
      status: 500,
      body: `<main>${error.code ?? error.message}</main>`,
    }));
    const headers = { 'content-type': 'text/html' };
    if (answer.location) headers.location = answer.location;
    response.writeHead(answer.status, headers).end(answer.body);
  })
  .listen(PORT, '127.0.0.1');
