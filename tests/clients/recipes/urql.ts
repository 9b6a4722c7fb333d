// urql with Graphcache for this hub: one cache, pages that grow, documents by their hash, and the cache after a booking.
import { Client, fetchExchange } from "@urql/core";
import { type Cache, cacheExchange, type UpdatesConfig } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { persistedExchange } from "@urql/exchange-persisted";
import { type IntrospectionQuery, type IntrospectionSchema, isObjectType, buildClientSchema } from "graphql";

/** Forget all lists of these names that a thing holds; those on the screen are fetched again. */
function forget(cache: Cache, key: string | null | undefined, ...names: string[]): void {
  if (!key) return;
  for (const { fieldName, arguments: given } of cache.inspectFields(key)) {
    if (names.includes(fieldName)) cache.invalidate(key, fieldName, given);
  }
}

/** A venue's free times are others now. */
const times = (cache: Cache, venue: string | null) => forget(cache, venue, "slots", "day");

const venueOf = (cache: Cache, booking: unknown) =>
  cache.keyOfEntity((booking as { venue?: { __typename: string; id: string } | null }).venue ?? null);

const updates: UpdatesConfig = {
  Mutation: {
    // The booking is new, so no list of bookings has it yet.
    holdSlot: ({ holdSlot }, _given, cache) => {
      if (!holdSlot) return;
      times(cache, venueOf(cache, holdSlot));
      forget(cache, cache.resolve("Query", "me") as string | null, "bookings");
    },
    // The booking keeps its id, so all lists show its new state already.
    cancelBooking: ({ cancelBooking }, _given, cache) => {
      if (cancelBooking) times(cache, venueOf(cache, cancelBooking));
    },
  },
};

/** `schema` is the introspection of the hub's schema, which codegen's `introspection` or `npx graphql` writes. */
export const urql = (
  hub: string,
  schema: IntrospectionQuery,
  headers: () => Record<string, string> = () => ({}),
  given: typeof fetch = fetch,
) => {
  // A thing without an id belongs to what holds it.
  const types = Object.values(buildClientSchema(schema).getTypeMap()).filter(isObjectType);
  const keys = Object.fromEntries(types.filter((each) => !each.getFields()["id"]).map(({ name }) => [name, () => null]));
  return new Client({
    url: `${hub}/graphql`,
    preferGetMethod: false,
    fetch: given,
    fetchOptions: () => ({ headers: headers() }),
    exchanges: [
      cacheExchange({
        keys,
        schema: schema as { __schema: IntrospectionSchema },
        resolvers: { Query: { vacancies: relayPagination() } },
        ...(schema.__schema.mutationType ? { updates } : {}), // nobody who has not signed in changes anything
      }),
      persistedExchange({ preferGetForPersistedQueries: true }),
      fetchExchange,
    ],
  });
};
