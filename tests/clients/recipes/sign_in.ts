// Sign-in for an app in a browser: authorization code with PKCE (RFC 7636), at the identity provider of the city.
// The token lives as long as the tab.
export interface Provider {
  /** As `[identity]` of the city's agencies.toml has it. */
  readonly issuer: string;
  /** The name by which the provider knows your app. */
  readonly client: string;
  /** Where the provider sends the person back to; it has to know this address. */
  readonly back: string;
}

interface Begun {
  readonly verifier: string;
  readonly state: string;
}

interface Endpoints {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

const TOKEN = "app:token";
const BEGUN = "app:signing-in";

/** For `token` of the Apollo recipe. */
export const token = () => sessionStorage.getItem(TOKEN);
/** For `signedOut` of the Apollo recipe, and for the button. Then begin a new cache, because the next person may be another. */
export const forget = () => sessionStorage.removeItem(TOKEN);

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = (bytes: number) => base64url(crypto.getRandomValues(new Uint8Array(bytes)));

async function endpoints({ issuer }: Provider): Promise<Endpoints> {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Error(`The identity provider answers with ${answer.status}.`);
  return (await answer.json()) as Endpoints;
}

/** Go to the provider. */
export async function signIn(provider: Provider): Promise<void> {
  const { authorization_endpoint: there } = await endpoints(provider);
  const begun: Begun = { verifier: random(32), state: random(16) };
  sessionStorage.setItem(BEGUN, JSON.stringify(begun));
  const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(begun.verifier));
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: provider.client,
    redirect_uri: provider.back,
    scope: "openid",
    state: begun.state,
    code_challenge: base64url(new Uint8Array(challenge)),
    code_challenge_method: "S256",
  });
  location.assign(`${there}?${asked}`);
}

/** To be called when the page starts: whether somebody has come back and is signed in now; null if nobody has come back. */
export async function comeBack(provider: Provider): Promise<boolean | null> {
  const given = new URLSearchParams(location.search);
  const begun = JSON.parse(sessionStorage.getItem(BEGUN) ?? "null") as Begun | null;
  if (!begun || given.get("state") !== begun.state) return null;
  sessionStorage.removeItem(BEGUN);
  history.replaceState(null, "", provider.back); // the code works once, and has no place in the history
  if (!given.has("code")) return false;
  const { token_endpoint: there } = await endpoints(provider);
  const answer = await fetch(there, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: given.get("code") ?? "",
      redirect_uri: provider.back,
      client_id: provider.client,
      code_verifier: begun.verifier,
    }),
  });
  if (!answer.ok) return false;
  const { access_token: came } = (await answer.json()) as { readonly access_token: string };
  sessionStorage.setItem(TOKEN, came);
  return true;
}
