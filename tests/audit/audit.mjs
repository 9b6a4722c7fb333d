// Runs the server audits of the npm package graphql-http against a URL: node audit.mjs URL
import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
const outcomes = [];
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  outcomes.push({ ...(await audit.fn()), id: audit.id });
}
const bad = outcomes.filter(({ status }) => status !== "ok");
for (const { id, name, status, reason } of bad) {
  console.log(`${status} ${id} ${name}: ${reason}`);
}
console.log(`${outcomes.length - bad.length} passed, ${bad.length} failed`);
process.exit(bad.length ? 1 : 0);
