// Generates typed clients, compiles and runs them, and fills the caches of others: node check.mjs <hub> <sandbox> <python>.
// The hub runs the documents of docs/queries/manifest.json, and no others.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { executeCodegen, generate } from "@graphql-codegen/cli";

import { client, documents } from "./codegen.mjs";
import { variables } from "./variables.mjs";

const [hub, sandbox, python] = process.argv.slice(2);
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
mkdirSync("generated");
writeFileSync("generated/public.graphql", await fetch(`${hub}/schema.graphql`).then((answer) => answer.text()));

const WHOLE = "../../schema/schema.graphql";
const PUBLIC = "generated/public.graphql";
const paths = (of) => of.map(({ path }) => path);
await generate(client(WHOLE, paths(documents), "generated/whole"));
await generate(client(PUBLIC, paths(documents.filter(({ everybodys }) => everybodys)), "generated/public"));
console.log("ok: a client of the whole schema and one of everybody's are generated");

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
console.log("ok: both compile, and what the compiler must refuse it refuses");

const VARIABLES = JSON.stringify(await variables(hub));
run("node", ["generated/js/main.js", hub, sandbox], {
  CITIZEN: token("citizen"),
  ADMINISTRATOR: token("admin"),
  VARIABLES,
});

const TOKENS = Object.fromEntries(["citizen", "officer", "keeper", "admin"].map((account) => [account, token(account)]));
run("node", ["caches.mjs", hub], { TOKENS: JSON.stringify(TOKENS) });
