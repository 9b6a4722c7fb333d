// An app for citizens, made from docs/clients.md: the ready documents, and the recipes as they are.
import { gql } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";

import cancelBooking from "./queries/cancel-booking.graphql";
import confirmBooking from "./queries/confirm-booking.graphql";
import holdSlot from "./queries/hold-slot.graphql";
import hospitalBeds from "./queries/hospital-beds.graphql";
import myAccount from "./queries/my-account.graphql";
import myBookings from "./queries/my-bookings.graphql";
import myDataUsage from "./queries/my-data-usage.graphql";
import venueDetail from "./queries/venue-detail.graphql";
import venueSearch from "./queries/venue-search.graphql";
import { apollo } from "./recipes/apollo.ts";
import { givenBack, held } from "./recipes/booking.ts";
import { comeBack, forget, signIn, token } from "./recipes/sign_in.ts";

const PROVIDER = { issuer: ISSUER, client: "simpul", back: `${location.origin}/` };
const WISH = "app:wish";
const IN_DAYS = 3;
const AGAIN = 2_000;

const at = (id) => document.getElementById(id);
const tell = (text) => (at("told").textContent = text);
const time = (moment) => new Date(moment).toLocaleString("id", { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Jakarta" });

// The operations that were answered, for whoever wants to count them.
window.answered = [];
async function noting(address, init) {
  const answer = await fetch(address, init);
  const given = init.body ? JSON.parse(init.body) : Object.fromEntries(new URL(address).searchParams);
  if (!(await answer.clone().text()).includes("PERSISTED_QUERY_NOT_FOUND")) window.answered.push(given.operationName);
  return answer;
}

function ended() {
  forget();
  tell("Waktu masuk Anda sudah habis. Silakan masuk lagi.");
  at("sign").textContent = "Masuk";
  at("who").textContent = "";
  client.clearStore();
}

const client = apollo({ hub: HUB, language: "id", token, signedOut: ended, fetch: noting });

function list(id, items, row) {
  at(id).replaceChildren(
    ...items.map((item) => {
      const line = document.createElement("li");
      const [text, ...buttons] = row(item);
      line.append(text);
      for (const [word, act] of buttons) {
        const button = document.createElement("button");
        button.append(word);
        button.onclick = act;
        line.append(button);
      }
      return line;
    }),
  );
}

/** Do it; if the agency does not answer, the very same may be tried again. */
async function change(mutation, variables, update) {
  tell("");
  const { data, error } = await client.mutate({ mutation: gql(mutation), variables, update });
  if (!error) return data;
  const [first] = CombinedGraphQLErrors.is(error) ? error.errors : [];
  if (first?.extensions.code === "UNAUTHENTICATED") return null;
  tell(first?.message ?? "Simpul tidak menjawab.");
  if (first?.extensions.retryable) {
    const again = document.createElement("button");
    again.id = "again";
    again.append("Coba lagi");
    again.onclick = () => change(mutation, variables, update);
    at("told").append(" ", again);
  }
  return null;
}

/** The wish has its key before it is tried for the first time, and outlives the end of a sign-in. */
async function hold(slot, idempotencyKey = crypto.randomUUID()) {
  sessionStorage.setItem(WISH, JSON.stringify([slot, idempotencyKey]));
  await change(holdSlot, { slot, idempotencyKey }, held);
  if (token()) sessionStorage.removeItem(WISH);
}

/** What could not be answered is null. The rest is shown, and it is asked for again where that may help. */
function watch(query, variables, show) {
  const asked = client.watchQuery({ query: gql(query), variables });
  return asked.subscribe(({ data, error }) => {
    if (data) show(data);
    const errors = CombinedGraphQLErrors.is(error) ? error.errors : [];
    const helps = errors.every(({ extensions }) => extensions.retryable || extensions.retryAfter);
    if (error && helps) setTimeout(() => asked.refetch(), AGAIN);
  });
}

let shown;
function venue(code) {
  shown?.unsubscribe();
  const day = new Date(Date.now() + IN_DAYS * 86_400_000).toISOString().slice(0, 10);
  shown = watch(venueDetail, { code, day }, ({ venue: found }) =>
    list("slots", found?.slots?.nodes ?? [], (slot) => [
      `${time(slot.startsAt)} · Rp${slot.price}`,
      ...(token() ? [["Tahan", () => hold(slot.code)]] : []),
    ]),
  );
}

function mine() {
  watch(myAccount, {}, ({ me }) => (at("who").textContent = me ? `${me.audience} ${me.nik}` : ""));
  watch(myBookings, {}, ({ me }) => {
    const { nodes, unavailable } = me?.bookings ?? { nodes: [], unavailable: [] };
    at("missing").textContent = unavailable.map(({ name }) => `${name} tidak menjawab.`).join(" ");
    list("bookings", nodes, (each) => [
      `${each.state} ${each.venue?.name} ${time(each.startsAt)} · ${each.keeper?.name ?? ""}`,
      ...(each.state === "HELD" ? [["Pastikan", () => change(confirmBooking, { booking: each.code })]] : []),
      ...(["HELD", "CONFIRMED"].includes(each.state) ? [["Batalkan", () => change(cancelBooking, { booking: each.code }, givenBack)]] : []),
    ]);
  });
}

at("look").onclick = async () => {
  const { data } = await client.query({ query: gql(myDataUsage), variables: { first: 100 }, fetchPolicy: "network-only" });
  list("usage", data?.me.dataUsage?.nodes ?? [], ({ readAt, text }) => [`${time(readAt)} ${text}`]);
};
at("sign").onclick = async () => {
  if (!token()) return signIn(PROVIDER);
  forget();
  await client.clearStore();
  location.reload();
};

const came = await comeBack(PROVIDER);
if (came === false) tell("Anda belum masuk.");
at("sign").textContent = token() ? "Keluar" : "Masuk";
watch(hospitalBeds, {}, ({ hospitals }) => (at("beds").textContent = hospitals?.nodes.map(({ name }) => name).join(", ") ?? ""));
watch(venueSearch, { sport: "badminton" }, ({ venues }) => {
  at("venues").replaceChildren(...(venues?.nodes ?? []).map(({ code, name }) => new Option(name, code)));
  if (venues) venue(at("venues").value);
});
at("venues").onchange = ({ target }) => venue(target.value);
if (token()) mine();
const wish = JSON.parse(sessionStorage.getItem(WISH) ?? "null");
if (came && wish) await hold(...wish);
