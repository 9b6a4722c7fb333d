// How the page asks the hub: over HTTP, and over a WebSocket in the protocol graphql-transport-ws.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { Kind, parse } from "graphql";

import { token } from "./sign_in.js";

const SAID = "simpul:said";
export const FIELDS = { key: "x-api-key", purpose: "simpul-purpose", case: "simpul-case" };

// What was written into the fields beside the editor. It lives as long as the tab, because a key is a secret.
export const said = () => JSON.parse(sessionStorage.getItem(SAID) ?? "{}");
export const say = (fields) => sessionStorage.setItem(SAID, JSON.stringify(fields));

function headers(language) {
  const fields = said();
  const given = Object.entries(FIELDS).filter(([name]) => fields[name]?.trim());
  return {
    "accept-language": language,
    ...(token() ? { authorization: `Bearer ${token()}` } : {}),
    ...Object.fromEntries(given.map(([name, header]) => [header, fields[name].trim()])),
  };
}

// `ended` is called if the hub knows the token no more, and `offline` if it does not answer.
export function fetcherIn(language, { ended, offline }) {
  async function asking(url, given) {
    let answer;
    try {
      answer = await fetch(url, given);
    } catch (error) {
      offline();
      throw error;
    }
    if (answer.status === 401 && token()) ended();
    return answer;
  }
  return (operation, options) => {
    // What stands in the headers editor goes before what the page says itself.
    const all = { ...headers(language), ...lowered(options?.headers) };
    const ask = createGraphiQLFetcher({
      url: "/graphql",
      subscriptionUrl: `${location.origin.replace(/^http/, "ws")}/graphql`,
      wsConnectionParams: all,
      fetch: asking,
      headers: all,
      enableIncrementalDelivery: false,
    });
    return ask(...asWritten(operation, { ...options, headers: undefined }));
  };
}

// GraphiQL looks at a document half a second after it was written. Until then it names an operation of the one before.
function asWritten(operation, options) {
  let documentAST;
  try {
    documentAST = parse(operation.query);
  } catch {
    return [operation, options]; // the hub says what is wrong with it
  }
  const operations = documentAST.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const names = operations.map(({ name }) => name?.value);
  const named = names.includes(operation.operationName) ? operation.operationName : undefined;
  const operationName = names.length === 1 ? names[0] : named;
  return [{ ...operation, operationName }, { ...options, documentAST }];
}

function lowered(headers) {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
}

export async function audienceOf(language) {
  if (!token()) return "";
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { ...headers(language), "content-type": "application/json" },
    body: JSON.stringify({ query: "{ me { audience } }" }),
  });
  const { data } = await answer.json();
  return data?.me?.audience ?? "";
}

// The link asks as nobody; whoever has signed in wants the schema of their own.
export async function openSchema(event, language) {
  if (!token()) return;
  event.preventDefault();
  const answer = await fetch("/schema.graphql", { headers: headers(language) });
  open(URL.createObjectURL(new Blob([await answer.text()], { type: "text/plain; charset=utf-8" })));
}
