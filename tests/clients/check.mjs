// Generates typed clients, compiles and runs them, and fills the caches of others: node check.mjs <hub> <sandbox> <python>.
// With a fourth argument `recipes`, only the recipes of docs/clients.md; then the hub has to run all documents. Else it runs
// those of docs/queries/manifest.json, and no others.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { executeCodegen, generate } from "@graphql-codegen/cli";
import { buildSchema, introspectionFromSchema } from "graphql";

import { client, documents } from "./codegen.mjs";

const [hub, sandbox, python, part] = process.argv.slice(2);
const root = fileURLToPath(new URL("../..", import.meta.url));
process.chdir(fileURLToPath(new URL(".", import.meta.url)));

async function ready(tries) {
  const up = await fetch(`${hub}/readyz`).then(({ ok }) => ok, () => false);
  if (up) return;
  if (tries === 0) throw new Error(`nothing answers at ${hub}`);
  await new Promise((later) => setTimeout(later, 250));
  await ready(tries - 1);
}

const token = (account) =>
  execFileSync(python, ["-m", "sandbox.sign_in", account, "--sandbox", sandbox], { cwd: root, encoding: "utf8" }).trim();

function run(program, given, env = {}) {
  const { status } = spawnSync(program, given, { stdio: "inherit", env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}

await ready(120);
rmSync("generated", { recursive: true, force: true });
mkdirSync("generated/relay", { recursive: true });
writeFileSync("generated/public.graphql", await fetch(`${hub}/schema.graphql`).then((answer) => answer.text()));

const WHOLE = "../../schema/schema.graphql";
const PUBLIC = "generated/public.graphql";
const paths = (of) => of.map(({ path }) => path);
await generate(client(WHOLE, paths(documents), "generated/whole"));
await generate(client(PUBLIC, paths(documents.filter(({ everybodys }) => everybodys)), "generated/public"));
await generate({
  schema: PUBLIC,
  silent: true,
  generates: {
    "generated/possible-types.ts": { plugins: ["fragment-matcher"] },
  },
});
const introspection = (sdl) => JSON.stringify(introspectionFromSchema(buildSchema(sdl)));
writeFileSync("generated/introspection.json", introspection(readFileSync(PUBLIC, "utf8")));
const citizens = execFileSync(python, ["server.py", "schema", "--audience", "citizen"], { cwd: root, encoding: "utf8" });
writeFileSync("generated/citizen.json", introspection(citizens));
run("node_modules/.bin/relay-compiler", ["relay.config.json"]);
console.log("ok: a client of the whole schema and one of everybody's are generated, and what Relay and caches need");

const WRONG = [
  [WHOLE, 'query Wrong { hospital(code: "x") { nama } }', 'Cannot query field "nama" on type "Hospital"'],
  [WHOLE, "query Wrong($nop: Int!) { taxObject(nop: $nop) { nop } }", '"$nop" of type "Int!" used in position'],
  [WHOLE, "query Wrong { hospital { name } }", 'argument "code" of type "String!" is required'],
  [PUBLIC, "query Wrong { me { audience } }", 'Cannot query field "me" on type "Query"'],
];
for (const [schema, document, told] of WRONG) {
  const { error } = await executeCodegen(client(schema, document, "generated/wrong"));
  assert(String(error).includes(told), `${document}: ${error}`);
}
console.log(`ok: ${WRONG.length} documents that do not fit their schema are refused`);

run("node_modules/.bin/tsc", ["--project", "."]);
copyFileSync("city.mjs", "generated/js/city.mjs");
console.log("ok: both compile, and what the compiler must refuse it refuses");

if (part === "recipes") {
  run("node", ["generated/js/recipes.js", hub], { CITIZEN: token("citizen") });
  process.exit(0);
}
run("node", ["generated/js/main.js", hub, sandbox], { CITIZEN: token("citizen"), ADMINISTRATOR: token("admin") });

const TOKENS = Object.fromEntries(["citizen", "officer", "keeper", "clerk", "auditor", "admin"].map((account) => [account, token(account)]));
run("node", ["caches.mjs", hub], { TOKENS: JSON.stringify(TOKENS) });
