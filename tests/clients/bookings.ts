// What a screen of free times and one of bookings show right after a mutation, and what was asked for it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { type DocumentNode, gql } from "@apollo/client";
import type { IntrospectionQuery } from "graphql";

import { variablesOf } from "./city.mjs";
import { apollo } from "./recipes/apollo.js";
import { givenBack, held } from "./recipes/booking.js";
import { urql } from "./recipes/urql.js";

interface Slots {
  readonly venue: { readonly slots: { readonly nodes: readonly { readonly code: string }[] } | null } | null;
}

interface Bookings {
  readonly me: { readonly bookings: { readonly nodes: readonly { readonly code: string; readonly state: string }[] } };
}

type Booked = Record<string, { readonly code: string }>;
type Variables = Record<string, unknown>;

/** Both screens as they are now, and how an app does something. */
interface App {
  readonly free: () => readonly string[];
  readonly mine: () => readonly string[];
  readonly change: (mutation: DocumentNode, variables: Variables) => Promise<Booked | null | undefined>;
}

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const ready = (name: string) => gql(text(`../../../../docs/queries/${name}.graphql`));
const codesOf = (data: Slots | null | undefined) => data?.venue?.slots?.nodes.map(({ code }) => code) ?? [];
const statesOf = (data: Bookings | null | undefined) =>
  data?.me.bookings.nodes.map(({ code, state }) => `${code} ${state}`) ?? [];

async function until(so: () => unknown, tries = 1_200): Promise<void> {
  if (so()) return;
  assert(tries, "it does not come");
  await new Promise((later) => setTimeout(later, 50));
  await until(so, tries - 1);
}

/** Notes the operation of each request, once, whether it went by its hash or with its text. */
function noting(asked: string[]): typeof fetch {
  return async (address, init) => {
    const answer = await fetch(address, init);
    const given = init?.body ? JSON.parse(String(init.body)) : Object.fromEntries(new URL(String(address)).searchParams);
    const told = given.query ? "" : await answer.clone().text();
    if (!told.includes("PERSISTED_QUERY_NOT_FOUND")) asked.push(given.operationName);
    return answer;
  };
}

/** A court on a day that is whole, so that no time of it begins while this runs. */
async function court(hub: string): Promise<Variables> {
  const filled = (await variablesOf(hub))["venue-bookings"];
  return { code: filled?.["venue"], day: new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10) };
}

/** Book a time and give it back. */
async function book({ free, mine, change }: App, asked: string[]): Promise<void> {
  const [slot, ...others] = free();
  const before = mine();
  const step = async (mutation: string, variables: Variables, expected: readonly string[], so: () => unknown) => {
    asked.length = 0;
    const [booking] = Object.values((await change(ready(mutation), variables)) ?? {});
    assert(booking);
    await until(() => asked.length >= expected.length && so());
    assert.deepEqual([...asked].sort(), expected);
    return booking.code;
  };
  const key = { slot, idempotencyKey: crypto.randomUUID() };
  const booking = await step("hold-slot", key, ["HoldSlot", "MyBookings", "VenueDetail"], () => !free().includes(slot ?? ""));
  await until(() => mine().length === before.length + 1);
  assert(mine().includes(`${booking} HELD`));
  assert.deepEqual(free(), others);
  await step("confirm-booking", { booking }, ["ConfirmBooking"], () => mine().includes(`${booking} CONFIRMED`));
  assert.deepEqual(free(), others);
  await step("cancel-booking", { booking }, ["CancelBooking", "VenueDetail"], () => free().includes(slot ?? ""));
  assert(mine().includes(`${booking} CANCELLED`));
  assert.deepEqual(free(), [slot, ...others]);
}

/** The checks of one hub, for who has signed in with this token. */
export const checks = (hub: string, token: string): Record<string, () => Promise<void>> => ({
  async "Apollo: what was booked stands on every screen right after"() {
    const asked: string[] = [];
    const client = apollo({ hub, language: "en", token: () => token, signedOut: assert.fail, fetch: noting(asked) });
    const slots = client.watchQuery<Slots>({ query: ready("venue-detail"), variables: await court(hub) });
    const bookings = client.watchQuery<Bookings>({ query: ready("my-bookings") });
    const screens = [slots.subscribe(() => undefined), bookings.subscribe(() => undefined)];
    const updates: Record<string, typeof held> = { HoldSlot: held, CancelBooking: givenBack };
    const app: App = {
      free: () => codesOf(slots.getCurrentResult().data as Slots | undefined),
      mine: () => statesOf(bookings.getCurrentResult().data as Bookings | undefined),
      async change(mutation, variables) {
        const [name] = mutation.definitions.map((each) => ("name" in each ? (each.name?.value ?? "") : ""));
        const update = updates[name ?? ""];
        const { data } = await client.mutate({ mutation, variables, ...(update ? { update } : {}) });
        return data as Booked;
      },
    };
    await until(() => bookings.getCurrentResult().data && slots.getCurrentResult().data);
    await book(app, asked);
    for (const each of screens) each.unsubscribe();
  },

  async "urql: what was booked stands on every screen right after"() {
    const asked: string[] = [];
    const schema = JSON.parse(text("../citizen.json")) as IntrospectionQuery;
    const client = urql(hub, schema, () => ({ authorization: `Bearer ${token}` }), noting(asked));
    let slots: Slots | undefined;
    let bookings: Bookings | undefined;
    const screens = [
      client.query<Slots>(ready("venue-detail"), await court(hub)).subscribe(({ data }) => (slots = data)),
      client.query<Bookings>(ready("my-bookings"), {}).subscribe(({ data }) => (bookings = data)),
    ];
    const app: App = {
      free: () => codesOf(slots),
      mine: () => statesOf(bookings),
      change: async (mutation, variables) => (await client.mutation<Booked>(mutation, variables).toPromise()).data,
    };
    await until(() => bookings && slots);
    await book(app, asked);
    for (const each of screens) each.unsubscribe();
  },
});
