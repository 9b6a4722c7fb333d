"use strict";

const examples = JSON.parse(document.getElementById("examples").textContent);
const identity = JSON.parse(document.getElementById("identity").textContent);
const languages = document.getElementById("language");
const sign = document.getElementById("sign");
const here = `${location.origin}/graphql`;

const documents = document.getElementById("documents");

const WORDS = {
  id: {
    in: "Masuk",
    out: "Keluar",
    documents: "Dokumen",
    choose: "Pilih …",
    whom: {
      everybody: "Untuk semua",
      citizen: "Warga",
      officer: "Petugas",
      keeper: "Penjaga tempat olahraga",
      clerk: "Petugas pengaduan",
      administrator: "Pengelola",
    },
  },
  en: {
    in: "Sign in",
    out: "Sign out",
    documents: "Documents",
    choose: "Choose …",
    whom: {
      everybody: "For everybody",
      citizen: "Citizens",
      officer: "Officers",
      keeper: "Keepers of sports venues",
      clerk: "Clerks of complaint desks",
      administrator: "Administrators",
    },
  },
};

languages.value = localStorage.getItem("simpul:language") || "id";
languages.addEventListener("change", () => {
  localStorage.setItem("simpul:language", languages.value);
  showSign();
  showDocuments();
});

// The page is loaded anew with the chosen document in a tab of its own; the other tabs are kept by GraphiQL.
documents.addEventListener("change", () => location.assign(`${here}?document=${documents.value}`));

function showDocuments() {
  const words = WORDS[languages.value];
  document.getElementById("documents-label").textContent = words.documents;
  const whoms = new Set([...Object.keys(words.whom), ...examples.map((each) => each.whom)]);
  const groups = [...whoms].map((whom) => {
    const group = Object.assign(document.createElement("optgroup"), { label: words.whom[whom] ?? whom });
    group.append(...examples.filter((each) => each.whom === whom).map(({ name }) => new Option(name)));
    return group;
  });
  documents.replaceChildren(new Option(words.choose, ""), ...groups);
}

function chosen() {
  const name = new URLSearchParams(location.search).get("document");
  if (name) history.replaceState(null, "", here);
  return examples.find((each) => each.name === name);
}

// The token lives as long as the tab.
const token = {
  get: () => sessionStorage.getItem("simpul:token"),
  set: (value) => sessionStorage.setItem("simpul:token", value),
  forget: () => sessionStorage.removeItem("simpul:token"),
};

function showSign() {
  sign.hidden = !identity;
  sign.textContent = WORDS[languages.value][token.get() ? "out" : "in"];
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

async function provider() {
  const answer = await fetch(`${identity.issuer}/.well-known/openid-configuration`);
  return answer.json();
}

// Authorization code with PKCE (RFC 7636): the browser comes back here with a code.
async function signIn() {
  const { authorization_endpoint: endpoint } = await provider();
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const state = base64url(crypto.getRandomValues(new Uint8Array(16)));
  sessionStorage.setItem("simpul:signing-in", JSON.stringify({ verifier, state }));
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

async function comeBack() {
  const given = new URLSearchParams(location.search);
  const asked = JSON.parse(sessionStorage.getItem("simpul:signing-in") || "null");
  if (!identity || !given.has("code") || !asked || given.get("state") !== asked.state) return;
  sessionStorage.removeItem("simpul:signing-in");
  history.replaceState(null, "", here);
  const { token_endpoint: endpoint } = await provider();
  const answer = await fetch(endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: given.get("code"),
      redirect_uri: here,
      client_id: identity.client,
      code_verifier: asked.verifier,
    }),
  });
  if (answer.ok) token.set((await answer.json()).access_token);
}

function signOut() {
  token.forget();
  location.reload();
}

// Events come over a WebSocket, in the protocol graphql-transport-ws.
function subscribe(operation) {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/graphql`, "graphql-transport-ws");
  const heard = [];
  let wake = () => {};
  let left = false;
  const say = (message) => socket.send(JSON.stringify(message));
  const hear = (message) => {
    heard.push(message);
    wake();
  };
  const who = token.get() ? { authorization: `Bearer ${token.get()}` } : {};
  socket.onopen = () => say({ type: "connection_init", payload: { "accept-language": languages.value, ...who } });
  socket.onmessage = ({ data }) => hear(JSON.parse(data));
  socket.onclose = ({ code, reason }) => hear({ type: "closed", payload: [{ message: reason || `closed (${code})` }] });

  async function* events() {
    for (;;) {
      if (!heard.length) await new Promise((resolve) => (wake = resolve));
      const { type, payload } = heard.shift();
      if (type === "connection_ack") say({ id: "1", type: "subscribe", payload: operation });
      if (type === "ping") say({ type: "pong" });
      if (type === "next") yield payload;
      if (type === "complete" || (type === "closed" && left)) return;
      if (type === "error" || type === "closed") {
        yield { errors: payload };
        return;
      }
    }
  }

  const found = events();
  return {
    next: () => found.next(),
    return: () => {
      left = true;
      socket.close();
      return found.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

// GraphiQL goes on naming an operation, and knows its document, as they were before the last edit.
function asWritten({ operationName, ...operation }) {
  const text = operation.query.replace(/#.*/g, "");
  const operations = [...text.matchAll(/\b(query|mutation|subscription)\s+(\w+)\s*[({@]/g)];
  const named = operations.find(([, , name]) => name === operationName);
  const kind = named?.[1] ?? /^\s*(\w*)/.exec(text)[1];
  return { operation: named ? { ...operation, operationName } : operation, kind };
}

async function fetcher(asked) {
  const { operation, kind } = asWritten(asked);
  if (kind === "subscription") return subscribe(operation);
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json;q=0.9",
      "accept-language": languages.value,
      ...(token.get() ? { authorization: `Bearer ${token.get()}` } : {}),
    },
    body: JSON.stringify(operation),
  });
  if (answer.status === 401 && token.get()) signOut();
  return answer.json();
}

// The link asks as nobody; who has signed in wants the schema of their own.
async function openSchema(event) {
  if (!token.get()) return;
  event.preventDefault();
  const answer = await fetch("/schema.graphql", { headers: { authorization: `Bearer ${token.get()}` } });
  open(URL.createObjectURL(new Blob([await answer.text()], { type: "text/plain; charset=utf-8" })));
}

async function showAudience() {
  if (!token.get()) return;
  const { data } = await fetcher({ query: "{ me { audience } }" });
  document.getElementById("audience").textContent = data?.me?.audience ?? "";
}

function filled({ variables }) {
  return Object.keys(variables).length ? JSON.stringify(variables, null, 2) : "";
}

async function start() {
  await comeBack();
  const opened = chosen();
  showSign();
  showDocuments();
  sign.addEventListener("click", () => (token.get() ? signOut() : signIn()));
  document.querySelector('a[href="/schema.graphql"]').addEventListener("click", openSchema);
  ReactDOM.createRoot(document.getElementById("graphiql")).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultTabs: [{ query: examples[0].query, variables: filled(examples[0]) }],
      query: opened?.query,
      variables: opened && filled(opened),
      defaultEditorToolsVisibility: "variables",
      isHeadersEditorEnabled: false,
      shouldPersistHeaders: false,
    }),
  );
  await showAudience();
}

start();
