// The description of the REST door is valid OpenAPI, and what its paths answer is what it says.
import assert from "node:assert/strict";

import SwaggerParser from "@apidevtools/swagger-parser";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";

const isKnown = ({ required, schema }) => !required || schema?.examples !== undefined;

function addressed(parameters) {
  const given = new URLSearchParams();
  for (const { name, schema } of parameters.filter(({ schema }) => schema?.examples)) {
    const [value] = schema.examples;
    if (typeof value !== "object") given.append(name, value);
    else for (const [part, each] of Object.entries(value)) given.append(`${name}[${part}]`, each);
  }
  return given;
}

export async function openapi(hub, tokens) {
  for (const [who, token] of Object.entries(tokens)) {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const came = await fetch(`${hub}/rest/openapi.json`, { headers });
    const described = await came.json();
    const { openapi: version, paths } = await SwaggerParser.validate(structuredClone(described));
    assert.match(version, /^3\.1\./);
    const ajv = formats(new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }));
    ajv.addVocabulary(["components", "paths", "openapi", "info", "servers", "tags"]);
    ajv.addSchema(described, "api");
    let answered = 0;
    const asked = Object.entries(paths).filter(([, { get }]) => get?.parameters.every(isKnown));
    for (const [path, { get }] of asked) {
      const answer = await fetch(`${hub}${path}?${addressed(get.parameters)}`, { headers });
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
    console.log(`ok: OpenAPI ${version}, ${who}: ${Object.keys(paths).length} paths are valid, ${answered} of ${asked.length} GETs answer as described`);
  }
}
