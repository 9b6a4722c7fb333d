// Runs the server audits of the npm package graphql-http against a hub: node audit.mjs <hub>
import { serverAudits } from "graphql-http";

const [hub] = process.argv.slice(2);

async function ready(tries) {
  const up = await fetch(`${hub}/readyz`).then(({ ok }) => ok, () => false);
  if (up) return;
  if (tries === 0) throw new Error(`nothing answers at ${hub}`);
  await new Promise((later) => setTimeout(later, 250));
  await ready(tries - 1);
}

await ready(60);
const outcomes = [];
for (const audit of serverAudits({ url: `${hub}/graphql`, fetchFn: fetch })) {
  outcomes.push({ ...(await audit.fn()), id: audit.id });
}
const bad = outcomes.filter(({ status }) => status !== "ok");
for (const { id, name, status, reason } of bad) {
  console.log(`${status} ${id} ${name}: ${reason}`);
}
console.log(`${outcomes.length - bad.length} passed, ${bad.length} failed`);
process.exit(bad.length ? 1 : 0);
