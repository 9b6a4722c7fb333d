// Makes what stands in the folder that is named, ../assets if none is: node build.mjs [FOLDER]
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const wanted = resolve(process.argv[2] ?? `${here}/../assets`);
const folder = `${wanted}.new`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);

const made = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  legalComments: "linked",
  outdir: folder,
  assetNames: "[name]",
  loader: { ".ttf": "file" },
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
};

// GraphiQL's fonts are most of its style sheet, and every system has fonts of its own.
const withoutFonts = {
  name: "without fonts",
  setup({ onLoad }) {
    onLoad({ filter: /graphiql\/dist\/style\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/@font-face\s*\{[^}]*\}/g, ""),
      loader: "css",
    }));
  },
};
await build({ ...made, plugins: [withoutFonts], entryPoints: { graphiql: "main.jsx" } });
await build({
  ...made,
  entryPoints: {
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
  },
});
copyFileSync(`${here}/favicon.svg`, `${folder}/favicon.svg`);

const all = createHash("sha256");
for (const name of readdirSync(folder).sort()) all.update(name).update(readFileSync(`${folder}/${name}`));
writeFileSync(`${folder}/VERSION`, `${all.digest("hex").slice(0, 16)}\n`);
rmSync(wanted, { recursive: true, force: true });
renameSync(folder, wanted);
