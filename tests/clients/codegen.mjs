// How a typed client is generated: the client preset of graphql-codegen over the ready documents.
import { readdirSync, readFileSync } from "node:fs";

const queries = new URL("../../docs/queries/", import.meta.url);

/** Who must have signed in for a document says so in its second line. */
export const documents = readdirSync(queries)
  .filter((name) => name.endsWith(".graphql"))
  .map((name) => ({ path: `../../docs/queries/${name}`, text: readFileSync(new URL(name, queries), "utf8") }))
  .map(({ path, text }) => ({ path, everybodys: !/^# As an? \w+\.$/m.test(text) }));

/** @returns {import("@graphql-codegen/cli").CodegenConfig} */
export const client = (schema, paths, folder) => ({
  schema,
  documents: paths,
  silent: true,
  generates: {
    [`${folder}/`]: {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: "string",
        enumsAsTypes: true,
        importExtension: ".js",
        useTypeImports: true,
        skipTypename: true,
        strictScalars: true,
        scalars: {
          Date: "../../scalars.js#Day",
          DateTime: "../../scalars.js#Moment",
          Time: "../../scalars.js#TimeOfDay",
          NIK: "string",
          NOP: { input: "string", output: "../../scalars.js#TaxObjectNumber" },
          PhoneNumber: "../../scalars.js#Phone",
          RegionCode: "../../scalars.js#Region",
          Rupiah: "number",
          URL: "../../scalars.js#WebAddress",
        },
      },
    },
  },
});
