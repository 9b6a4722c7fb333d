// The recipes of docs/clients.md at work, against a hub on its sandbox that runs all documents: node recipes.js <hub>, with an
// access token in CITIZEN
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { gql } from "@apollo/client";
import { createOperationDescriptor, fetchQuery } from "relay-runtime";

import oneThing from "./generated/relay/vacanciesOneThingQuery.graphql.js";
import vacanciesQuery from "./generated/relay/vacanciesQuery.graphql.js";
import { checks as bookings } from "./bookings.js";
import { apollo } from "./recipes/apollo.js";
import { relay } from "./recipes/relay/environment.js";
import { urql } from "./recipes/urql.js";

const [hub = ""] = process.argv.slice(2);

const PAGE = gql`
  query Page($after: String) {
    vacancies(first: 3, after: $after) {
      edges {
        node {
          id
          title
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`;

interface Pages {
  readonly vacancies: {
    readonly edges: readonly { readonly node: { readonly id: string } }[];
    readonly pageInfo: { readonly endCursor: string };
  };
}

const ids = (data: Pages | undefined) => data?.vacancies.edges.map(({ node }) => node.id) ?? [];

function unique(found: readonly string[], count: number): void {
  assert.equal(found.length, count);
  assert.equal(new Set(found).size, count);
}

const checks: Record<string, () => Promise<void>> = {
  async "Apollo: a list grows page by page, by hash and GET from the second time on"() {
    const asked: string[] = [];
    const counting: typeof fetch = (address, init) => {
      asked.push(`${init?.method ?? "GET"} ${String(init?.body ?? "").includes('"query"') ? "text" : "hash"}`);
      return fetch(address, init);
    };
    const client = apollo({ hub, language: "en", token: () => null, signedOut: assert.fail, fetch: counting });
    const pages = client.watchQuery<Pages>({ query: PAGE });
    const first = await new Promise<Pages | undefined>((found) =>
      pages.subscribe(({ data, dataState }) => dataState === "complete" && found(data)),
    );
    await pages.fetchMore({ variables: { after: first?.vacancies.pageInfo.endCursor } });
    unique(ids(client.readQuery<Pages>({ query: PAGE }) ?? undefined), 6);
    assert.deepEqual(asked, ["GET hash", "POST text", "GET hash"]);
  },

  async "Apollo: what an interface gives is read from the cache"() {
    const client = apollo({ hub, language: "id", token: () => null, signedOut: assert.fail });
    const events = gql`
      query Events {
        sportEvents(first: 2) {
          nodes {
            ...Event
          }
        }
      }
      fragment Event on CalendarEvent {
        id
        title
      }
    `;
    const { data } = await client.query({ query: events });
    assert.deepEqual(client.readQuery({ query: events }), data);
    assert(JSON.stringify(data).includes('"title"'));
  },

  async "Apollo: whoever signs in is known, and told when it has ended"() {
    let token: string | null = process.env["CITIZEN"] ?? null;
    let ended = 0;
    const client = apollo({ hub, language: "id", token: () => token, signedOut: () => (ended += 1) });
    const me = gql`
      query Me {
        me {
          audience
        }
      }
    `;
    const { data } = await client.query({ query: me });
    assert.deepEqual(data, { me: { __typename: "Me", audience: "CITIZEN" } });
    token = "ended";
    await client.query({ query: me, fetchPolicy: "network-only" }).catch(() => null);
    assert.equal(ended, 1);
  },

  async "urql: a list grows page by page"() {
    const schema = JSON.parse(readFileSync(new URL("../introspection.json", import.meta.url), "utf8"));
    const client = urql(hub, schema);
    const first = await client.query<Pages>(PAGE, {}).toPromise();
    const second = await client.query<Pages>(PAGE, { after: first.data?.vacancies.pageInfo.endCursor }).toPromise();
    assert.equal(second.error, undefined);
    unique(ids(second.data), 6);
  },

  async "Relay: a connection and a node"() {
    const environment = relay(hub);
    const data = (await fetchQuery(environment, vacanciesQuery, { first: 3 }).toPromise()) as unknown as Pages;
    const found = ids(data);
    unique(found, 3);
    const again = await fetchQuery(environment, oneThing, { id: found[0] ?? "" }).toPromise();
    assert.deepEqual(again, { node: { __typename: "Vacancy", id: found[0] } });
    const kept = environment.lookup(createOperationDescriptor(oneThing, { id: found[0] ?? "" }).fragment);
    assert.equal(kept.isMissingData, false);
  },
};

for (const [name, check] of Object.entries({ ...checks, ...bookings(hub, process.env["CITIZEN"] ?? "") })) {
  await check();
  console.log(`ok: ${name}`);
}
