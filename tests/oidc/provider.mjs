// A real OpenID Connect provider, for one client: node provider.mjs PORT REDIRECT_URI CLIENT SECRET. Whoever signs in is
// the address that they type; one that begins with "unverified" was not checked. It says so when it listens.
import { Provider } from "oidc-provider";

const [port, redirect, client, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: !id.startsWith("unverified") }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
