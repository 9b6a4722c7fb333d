// The description of the REST door is valid OpenAPI, and what its paths answer is what it says.
import assert from "node:assert/strict";

import SwaggerParser from "@apidevtools/swagger-parser";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";

export async function openapi(hub, tokens) {
  for (const [who, token] of Object.entries(tokens)) {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const asked = await fetch(`${hub}/rest/openapi.json`, { headers });
    const described = await asked.json();
    const { openapi: version, paths } = await SwaggerParser.validate(structuredClone(described));
    assert.match(version, /^3\.1\./);
    const ajv = formats(new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }));
    ajv.addVocabulary(["components", "paths", "openapi", "info", "servers", "tags"]);
    ajv.addSchema(described, "api");
    let answered = 0;
    const plain = Object.entries(paths).filter(([, { get }]) => get?.parameters.every(({ required }) => !required));
    for (const [path] of plain) {
      const answer = await fetch(`${hub}${path}`, { headers });
      const body = await answer.json();
      const kind = answer.ok ? "application/json" : "application/problem+json";
      assert(answer.headers.get("content-type").startsWith(kind), path);
      const at = path.replaceAll("~", "~0").replaceAll("/", "~1");
      const where = answer.ok
        ? `api#/paths/${at}/get/responses/200/content/application~1json/schema`
        : "api#/components/schemas/Problem";
      const fits = ajv.getSchema(where);
      assert(fits(body), `${path}: ${JSON.stringify(fits.errors?.slice(0, 3))}`);
      answered += answer.ok ? 1 : 0;
    }
    console.log(`ok: OpenAPI ${version}, ${who}: ${Object.keys(paths).length} paths are valid, ${answered} of ${plain.length} GETs answer as described`);
  }
}
