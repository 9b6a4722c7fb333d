// All ready documents in one normalising cache, Apollo's and urql's, and Apollo's persisted queries against a hub that
// runs trusted documents only: node caches.mjs <hub>, with access tokens in TOKENS
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { SetContextLink } from "@apollo/client/link/context";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import lists from "@apollo/persisted-query-lists";
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { buildSchema, getOperationAST, introspectionFromSchema, isObjectType, parse } from "graphql";

import { variablesOf } from "./city.mjs";
import { documents } from "./codegen.mjs";

const [hub] = process.argv.slice(2);
const tokens = JSON.parse(process.env.TOKENS ?? "{}");
const read = (path) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const manifest = JSON.parse(read("docs/queries/manifest.json"));
const filled = await variablesOf(hub);

const ACCOUNTS = {
  citizen: "citizen",
  officer: "officer",
  keeper: "keeper",
  clerk: "clerk",
  auditor: "auditor",
  administrator: "admin",
};
const ready = documents.map(({ path }) => {
  const text = read(path.replace("../../", ""));
  const query = parse(text, { noLocation: true });
  const whom = /^# As an? (\w+)\.$/m.exec(text)?.[1];
  const name = path.split("/").at(-1);
  const variables = filled[name.replace(".graphql", "")];
  // Nobody signs in as an app: its documents need a key, and tests of keys ask them.
  const account = whom && (ACCOUNTS[whom] ?? whom);
  return { name, query, variables, account, kind: getOperationAST(query).operation };
});
const queriesOf = (account) => ready.filter((each) => each.kind === "query" && (!each.account || each.account === account));
const named = (name) => ready.find((each) => each.name === `${name}.graphql`).query;

const WAIT = new Set(["AGENCY_COPYING", "AGENCY_UNAVAILABLE", "AGENCY_THROTTLED"]);
async function sure(ask, tries = 120) {
  const { data, errors } = await ask();
  if (errors?.length && tries && errors.every(({ extensions }) => WAIT.has(extensions.code))) {
    await new Promise((later) => setTimeout(later, 500));
    return sure(ask, tries - 1);
  }
  assert.deepEqual(errors ?? [], []);
  return data;
}

/** What stays the same though a thing was asked for again later: all but how its answer came to the hub, and how long ago. */
const PASSING = ["state", "fetchedAt", "changedAt", "ageSeconds"];
const steady = (value, at = "") => {
  if (Array.isArray(value)) return value.map((each) => steady(each, at));
  if (!value || typeof value !== "object") return value;
  const passes = (key) => key === "lag" || (/source$/i.test(at) && PASSING.includes(key));
  const kept = Object.entries(value).filter(([key]) => !passes(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, steady(inner, key)]));
};

/** By hashes alone: what is sent has no document in it. */
let sent = 0;
const byHash = async (address, init) => {
  assert.equal("query" in JSON.parse(init.body), false);
  sent += 1;
  return fetch(address, init);
};
const loadManifest = async () => manifest;
const headersOf = (account) => (account ? { authorization: `Bearer ${tokens[account]}` } : {});

const apolloOf = (account) =>
  new ApolloClient({
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: "network-only", errorPolicy: "all" }, mutate: { errorPolicy: "all" } },
    link: ApolloLink.from([
      lists.createPersistedQueryManifestVerificationLink({
        loadManifest,
        onVerificationFailed: ({ reason, operation }) => assert.fail(`${reason}: ${operation.operationName}`),
      }),
      new PersistedQueryLink(lists.generatePersistedQueryIdsFromManifest({ loadManifest })),
      new SetContextLink(() => ({ headers: headersOf(account) })),
      new HttpLink({ uri: `${hub}/graphql`, fetch: byHash }),
    ]),
  });

/** As GraphQL says it: the data, and the errors beside them. */
async function told(answer) {
  const { data, error } = await answer;
  if (error && !CombinedGraphQLErrors.is(error)) throw error;
  return { data, errors: error?.errors };
}

async function inApollosCache(account) {
  const client = apolloOf(account);
  const answered = [];
  for (const each of queriesOf(account)) {
    const { query, variables } = each;
    answered.push([each, await sure(() => told(client.query({ query, variables })))]);
  }
  for (const [{ name, query, variables }, data] of answered) {
    const back = client.readQuery({ query, variables });
    assert(back, `Apollo, as ${account}: ${name} cannot be read back`);
    assert.deepEqual(steady(back), steady(data), `Apollo, as ${account}: ${name} is read back otherwise`);
  }
  return answered.length;
}

const schema = buildSchema(read("schema/schema.graphql"));
const withoutId = Object.values(schema.getTypeMap()).filter((each) => isObjectType(each) && !each.getFields().id);
const keys = Object.fromEntries(withoutId.map(({ name }) => [name, () => null]));

async function inUrqlsCache(account) {
  const client = new Client({
    url: `${hub}/graphql`,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: headersOf(account) }),
    exchanges: [cacheExchange({ keys, schema: introspectionFromSchema(schema) }), fetchExchange],
  });
  const ask = async ({ query, variables }) => {
    const { data, error } = await client.query(query, variables, { requestPolicy: "network-only" }).toPromise();
    if (error?.networkError) throw error.networkError;
    return { data, errors: error?.graphQLErrors };
  };
  const answered = [];
  for (const each of queriesOf(account)) answered.push([each, await sure(() => ask(each))]);
  for (const [{ name, query, variables }, data] of answered) {
    const back = await client.query(query, variables, { requestPolicy: "cache-only" }).toPromise();
    assert(back.data && !back.error, `urql, as ${account}: ${name} cannot be read back`);
    assert.deepEqual(steady(back.data), steady(data), `urql, as ${account}: ${name} is read back otherwise`);
  }
  return answered.length;
}

async function whatIsGivenBackIsSoEverywhere() {
  const client = apolloOf("citizen");
  const ask = (query, variables) => sure(() => told(client.query({ query, variables })));
  const act = (mutation, variables) => sure(() => told(client.mutate({ mutation, variables })));
  const { venue } = await ask(named("venue-detail"), { code: "gor-kota/1" });
  const slot = venue.slots.nodes.find(({ remaining }) => remaining > 0);
  const { holdSlot } = await act(named("hold-slot"), { slot: slot.code, idempotencyKey: crypto.randomUUID() });
  await ask(named("my-bookings"));
  const mine = () =>
    client.readQuery({ query: named("my-bookings") }).me.bookings.nodes.find(({ id }) => id === holdSlot.id).state;
  assert.equal(mine(), "HELD");
  await act(named("cancel-booking"), { booking: holdSlot.code });
  assert.equal(mine(), "CANCELLED");
}

function apollosToolMakesTheSameManifest() {
  const folder = mkdtempSync(join(tmpdir(), "manifest-"));
  const config = join(folder, "persisted-query-manifest.config.json");
  const output = join(folder, "manifest.json");
  const glob = fileURLToPath(new URL("../../docs/queries/*.graphql", import.meta.url));
  writeFileSync(config, JSON.stringify({ documents: [glob], output }));
  execFileSync("node_modules/.bin/generate-persisted-query-manifest", ["--config", config], { stdio: "pipe" });
  const made = JSON.parse(readFileSync(output, "utf8"));
  const byName = ({ operations }) => Object.fromEntries(operations.map((each) => [each.name, each]));
  assert.deepEqual(byName(made), byName(manifest));
  assert.deepEqual([made.format, made.version], [manifest.format, manifest.version]);
}

apollosToolMakesTheSameManifest();
console.log(`ok: Apollo's own tool makes the same manifest of ${ready.length} documents`);

const { errors } = await fetch(`${hub}/graphql`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ query: "query Mine { city { name timezone } }" }),
}).then((answer) => answer.json());
assert.deepEqual(errors.map(({ extensions }) => extensions.code), ["DOCUMENT_NOT_TRUSTED"]);
console.log("ok: a document that is not trusted is refused");

for (const [library, fill] of Object.entries({ Apollo: inApollosCache, urql: inUrqlsCache })) {
  for (const account of Object.values(ACCOUNTS)) {
    console.log(`ok: ${await fill(account)} documents in one cache of ${library} are read back, as ${account}`);
  }
}
await whatIsGivenBackIsSoEverywhere();
console.log(`ok: a booking that is given back is so in Apollo's cache; ${sent} operations went by their hash alone`);
