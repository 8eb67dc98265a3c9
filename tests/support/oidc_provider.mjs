// A real OpenID Connect provider for tests, on a free port of this machine. Started by tests/support/oidc.py.
// Anybody may sign in: the name typed is the subject; name and address follow from it, or stand after a blank:
// "erika erika@stadt.example". Prints its address as one line of JSON when it is ready.
import http from "node:http";
import { Provider } from "oidc-provider";

const { clientId, clientSecret, redirectUris } = JSON.parse(process.argv[2]);
const server = http.createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;
const addresses = new Map();

const provider = new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: redirectUris }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  conformIdTokenClaims: false,
  cookies: { keys: ["only for tests"] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `Name von ${id}`, email: addresses.get(id), email_verified: true }),
  }),
  interactions: { url: (_context, interaction) => `/anmeldung/${interaction.uid}` },
  // Nobody is asked for consent: whoever has signed in has given it.
  async loadExistingGrant(context) {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});

const FORM = `<!doctype html><html lang="de"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Prüfdienst</title><h1>Prüfdienst</h1>
<form method="post"><label>Name <input name="login"></label><button name="do" value="in">Anmelden</button>
<button name="do" value="cancel">Abbrechen</button></form></html>`;

async function interact(request, response) {
  await provider.interactionDetails(request, response);
  if (request.method !== "POST") {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(FORM);
    return;
  }
  let body = "";
  for await (const part of request) body += part;
  const fields = new URLSearchParams(body);
  const [id, mail] = (fields.get("login") ?? "").split(" ");
  addresses.set(id, mail ?? `${id}@pruefdienst.example`);
  const result = fields.get("do") === "cancel"
    ? { error: "access_denied", error_description: "broken off" }
    : { login: { accountId: id } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const answer = provider.callback();
server.on("request", (request, response) => {
  if (!request.url.startsWith("/anmeldung/")) return answer(request, response);
  return interact(request, response).catch((error) => {
    response.statusCode = 400;
    response.end(String(error));
  });
});
console.log(JSON.stringify({ issuer }));
// Whoever started this is gone when its end of the pipe is.
process.stdin.on("end", () => process.exit(0)).resume();
