// Authorization code with PKCE (RFC 7636): the browser goes to the provider and comes back here with a code.
// The token lives as long as the tab.
const TOKEN = "simpul:token";
const ASKED = "simpul:signing-in";
const here = `${location.origin}/graphql`;

export class ProviderDown extends Error {}

export const token = () => sessionStorage.getItem(TOKEN);
export const forget = () => sessionStorage.removeItem(TOKEN);

function base64url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

async function provider(identity) {
  try {
    const answer = await fetch(`${identity.issuer}/.well-known/openid-configuration`);
    if (answer.ok) return await answer.json();
  } catch {
    // Told below, as an answer that is none.
  }
  throw new ProviderDown();
}

export async function signIn(identity) {
  const { authorization_endpoint: endpoint } = await provider(identity);
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const state = base64url(crypto.getRandomValues(new Uint8Array(16)));
  sessionStorage.setItem(ASKED, JSON.stringify({ verifier, state }));
  const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: identity.client,
    redirect_uri: here,
    scope: "openid",
    state,
    code_challenge: base64url(challenge),
    code_challenge_method: "S256",
  });
  location.assign(`${endpoint}?${asked}`);
}

// Whether somebody has come back and is signed in now; null if nobody has come back.
export async function comeBack(identity) {
  const given = new URLSearchParams(location.search);
  const asked = JSON.parse(sessionStorage.getItem(ASKED) ?? "null");
  if (!identity || !asked || given.get("state") !== asked.state) return null;
  sessionStorage.removeItem(ASKED);
  history.replaceState(null, "", here);
  if (!given.has("code")) return false;
  const { token_endpoint: endpoint } = await provider(identity);
  let answer;
  try {
    answer = await fetch(endpoint, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: given.get("code"),
        redirect_uri: here,
        client_id: identity.client,
        code_verifier: asked.verifier,
      }),
    });
  } catch {
    throw new ProviderDown();
  }
  if (answer.status >= 500) throw new ProviderDown();
  if (answer.ok) sessionStorage.setItem(TOKEN, (await answer.json()).access_token);
  return answer.ok;
}
