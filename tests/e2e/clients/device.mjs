// A program without a browser, with npm's openid-client: it shows a code and waits for its person.
import * as client from 'openid-client';

const { ISSUER, CLIENT_ID } = process.env;
// Plain http is for tests on one machine only; leave `execute` out elsewhere.
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, undefined, client.None(), {
  execute: [client.allowInsecureRequests],
});

const begun = await client.initiateDeviceAuthorization(config, { scope: 'openid profile offline_access' });
console.log(`Open ${begun.verification_uri} in a browser and type ${begun.user_code}`);

const tokens = await client.pollDeviceAuthorizationGrant(config, begun);
const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
console.log(`Signed in as ${person.preferred_username}`);

const again = await client.refreshTokenGrant(config, tokens.refresh_token);
console.log(`Goes on for ${again.expires_in} seconds at a time`);
