// urql with Graphcache for this hub: one cache, pages that grow, documents by their hash.
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { persistedExchange } from "@urql/exchange-persisted";
import { type IntrospectionQuery, type IntrospectionSchema, isObjectType, buildClientSchema } from "graphql";

/** `schema` is the introspection of the hub's schema, which codegen's `introspection` or `npx graphql` writes. */
export const urql = (hub: string, schema: IntrospectionQuery, headers: () => Record<string, string> = () => ({})) => {
  // A thing without an id belongs to what holds it.
  const types = Object.values(buildClientSchema(schema).getTypeMap()).filter(isObjectType);
  const keys = Object.fromEntries(types.filter((each) => !each.getFields()["id"]).map(({ name }) => [name, () => null]));
  return new Client({
    url: `${hub}/graphql`,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: headers() }),
    exchanges: [
      cacheExchange({
        keys,
        schema: schema as { __schema: IntrospectionSchema },
        resolvers: { Query: { vacancies: relayPagination() } },
      }),
      persistedExchange({ preferGetForPersistedQueries: true }),
      fetchExchange,
    ],
  });
};
