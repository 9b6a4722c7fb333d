// The hub as a subgraph composes with another one, by Apollo's composition and by The Guild's.
import assert from "node:assert/strict";

import { composeServices as byApollo } from "@apollo/composition";
import { composeServices as byGuild } from "@theguild/federation-composition";
import { parse } from "graphql";

const REVIEWS = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
  type Query { reviews: [Review!]! }
  type Review @key(fields: "id") { id: ID! text: String! of: Hospital! }
  type Hospital @key(fields: "id") { id: ID! stars: Int }
  type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
`);

async function asked(hub, query, variables, headers) {
  const body = JSON.stringify({ query, variables });
  const answer = await fetch(`${hub}/graphql`, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined);
  return data;
}

export async function federation(hub, tokens) {
  for (const [who, token] of Object.entries(tokens)) {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const { _service: { sdl } } = await asked(hub, "{ _service { sdl } }", {}, headers);
    const services = [
      { name: "simpul", typeDefs: parse(sdl), url: `${hub}/graphql` },
      { name: "reviews", typeDefs: REVIEWS, url: "http://reviews.example" },
    ];
    for (const [whose, compose] of [["Apollo", byApollo], ["The Guild", byGuild]]) {
      const { errors, supergraphSdl } = compose(services);
      assert.equal(errors?.length ?? 0, 0, errors?.map(({ message }) => message).join("\n"));
      const hospital = supergraphSdl.slice(supergraphSdl.search(/^type Hospital /m)).split("{")[0];
      assert(/@join__type\(graph: SIMPUL, key: "id"/.test(hospital) && /@join__type\(graph: REVIEWS, key: "id"/.test(hospital));
      console.log(`ok: federation, ${who}: composes with another subgraph by ${whose}'s composition`);
    }
  }
  const { hospital } = await asked(hub, '{ hospital(code: "rs-contoh-benda") { __typename id name } }');
  const representations = [{ __typename: hospital.__typename, id: hospital.id }];
  const found = await asked(
    hub,
    "query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Hospital { name } } }",
    { representations },
  );
  assert.deepEqual(found._entities, [{ name: hospital.name }]);
  console.log("ok: federation: an entity is found again by its representation");
}
