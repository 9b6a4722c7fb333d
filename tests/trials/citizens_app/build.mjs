// Makes app.js out of main.js, the recipes and the documents beside it: node build.mjs <hub> <issuer>, with citizen.graphql here.
import { generate } from "@graphql-codegen/cli";
import { build } from "esbuild";

const [hub, issuer] = process.argv.slice(2);
await generate({
  schema: "citizen.graphql",
  silent: true,
  generates: { "generated/possible-types.ts": { plugins: ["fragment-matcher"] } },
});
await build({
  entryPoints: ["main.js"],
  bundle: true,
  format: "esm",
  outfile: "app.js",
  loader: { ".graphql": "text" },
  define: { HUB: JSON.stringify(hub), ISSUER: JSON.stringify(issuer) },
  logLevel: "warning",
});
