// The generated clients at work, against a hub on its sandbox: node main.js <hub> <sandbox>, with two
// access tokens in CITIZEN and ADMINISTRATOR
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { variablesOf } from "./city.mjs";
import { advice, AGENCY_CODES, type Answer, type Document, Hub, OWN_CODES } from "./client.js";
import * as everybodys from "./generated/public/graphql.js";
import * as all from "./generated/whole/graphql.js";

const [address = "", sandbox = ""] = process.argv.slice(2);
const hub = new Hub(address);
const filled = await variablesOf(address);
/** The variables of a ready document, as the hub's city fills them. */
const inCity = <Variables>(name: string) => filled[name] as Variables;
const signedIn = (who: "CITIZEN" | "ADMINISTRATOR") => hub.as({ authorization: `Bearer ${process.env[who]}` });

/** The data of an answer; waits where the hub says that waiting helps, as while it copies a collection. */
async function sure<Result>(ask: () => Promise<Answer<Result>>, tries = 60): Promise<Result> {
  const { data, errors } = await ask();
  if (errors.length && tries && errors.every((each) => advice(each) === "wait")) {
    await new Promise((later) => setTimeout(later, 500));
    return sure(ask, tries - 1);
  }
  assert.deepEqual(errors, []);
  assert(data);
  return data;
}

async function told(agency: string, mode: string): Promise<void> {
  const answer = await fetch(`${sandbox}/_control/${agency}`, { method: "PUT", body: JSON.stringify({ mode }) });
  assert(answer.ok, `${agency} ${mode}: ${answer.status}`);
}

/** `hospital-detail` as the operation is called. */
const pascal = (name: string) => name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

const checks: Record<string, () => Promise<void>> = {
  async "an agency that is down costs its own field, with a code and a name"() {
    await told("rs-contoh-pinang", "down");
    const { data, errors } = await hub.ask(all.HospitalDetailDocument, { code: "rs-contoh-pinang" });
    await told("rs-contoh-pinang", "ok");
    assert.equal(data?.hospital?.name, "RS Contoh Pinang");
    assert.equal(data.hospital.beds, null);
    const [error] = errors;
    assert(error?.code === "AGENCY_UNAVAILABLE");
    assert.deepEqual([error.agency, error.retryable, advice(error)], ["rs-contoh-pinang", true, "wait"]);
    assert.deepEqual(error.path, ["hospital", "beds"]);
  },

  async "an answer names its agency and its age"() {
    const { hospital } = await sure(() => hub.ask(all.HospitalDetailDocument, { code: "rs-contoh-benda" }));
    const source = hospital?.beds?.source;
    assert(source?.fetchedAt);
    assert.equal(source.name, "RS Contoh Benda");
    const age = (Date.now() - Date.parse(source.fetchedAt)) / 1000;
    assert(age >= 0 && age < 300, `${source.name} is ${age} s old`);
  },

  async "an amount is a number, and a number that is given is answered as the office writes it"() {
    const { nop } = inCity<all.PropertyTaxDueQueryVariables>("property-tax-due");
    const digits = nop.replace(/\D/g, "");
    assert.equal(digits.length, 18);
    const { taxObject } = await sure(() => hub.ask(all.PropertyTaxDueDocument, { nop: digits }));
    assert.equal(taxObject?.nop, nop);
    const owed = taxObject.bills?.nodes.map(({ outstanding }) => outstanding) ?? [];
    assert(owed.length > 0 && owed.every((each) => Number.isSafeInteger(each) && each > 0));
  },

  async "a wrong argument is told as one"() {
    const { kecamatan } = inCity<all.HospitalsByKecamatanQueryVariables>("hospitals-by-kecamatan");
    const { data, errors } = await hub.ask(all.HospitalsByKecamatanDocument, { kecamatan, bedClass: "no such class" });
    assert.equal(data?.hospitals, null);
    assert.deepEqual(errors.map(({ code }) => code), ["BAD_USER_INPUT"]);
    assert.deepEqual(errors.map(advice), ["change"]);
  },

  async "what needs a person is not there without one"() {
    const { data, errors } = await hub.ask(all.MyAccountDocument);
    assert.equal(data, null);
    assert.deepEqual(errors.map(({ code }) => code), ["GRAPHQL_VALIDATION_FAILED"]);
    const { me } = await sure(() => signedIn("CITIZEN").ask(all.MyAccountDocument));
    assert(me);
    assert.deepEqual(me, { id: me.id, audience: "CITIZEN", nik: "9907••••••••0001" });
  },

  async "what belongs to another is refused"() {
    const another = inCity<all.PropertyTaxDueQueryVariables>("property-tax-due");
    const { data, errors } = await signedIn("CITIZEN").ask(all.MyPropertyDocument, another);
    assert.equal(data?.taxObject?.ownerName, null);
    assert.deepEqual(errors.map(advice), ["hide"]);
  },

  async "everybody's documents run with everybody's client, as an app with a key too"() {
    const wanted = { app: "contoh-klien", label: "make test-clients", origins: [], scopes: [] };
    const { createApiKey } = await sure(() => signedIn("ADMINISTRATOR").ask(all.CreateApiKeyDocument, wanted));
    assert(createApiKey);
    const { key, apiKey } = createApiKey;
    const documents = Object.entries(everybodys)
      .filter(([name]) => name.endsWith("Document"))
      .filter(([, document]) => /^\s*query\b/m.test(document.toString()));
    assert(documents.length > 20);
    const given = Object.entries(filled).map(([name, values]) => [`${pascal(name)}Document`, values]);
    const variables = Object.fromEntries(given);
    for (const [name, document] of documents) {
      for (const headers of [{}, { "x-api-key": key }]) {
        const wanted = document as unknown as Document<object, Record<string, unknown>>;
        const data = await sure(() => hub.as(headers).ask(wanted, variables[name]));
        assert(Object.values(data).every((each) => each !== null), name);
      }
    }
    const { revokeApiKey } = await sure(() =>
      signedIn("ADMINISTRATOR").ask(all.RevokeApiKeyDocument, { code: apiKey.code }),
    );
    assert(revokeApiKey?.revokedAt);
    const { errors } = await hub.as({ "x-api-key": key }).ask(everybodys.CommoditiesDocument);
    assert.deepEqual(errors.map(advice), ["sign in"]);
  },

  async "the codes are those of docs/errors.md"() {
    const page = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
    const codes = [...AGENCY_CODES, ...OWN_CODES];
    assert.deepEqual(codes.filter((each) => !page.includes(`\`${each}\``)), []);
  },
};

for (const [name, check] of Object.entries(checks)) {
  await check();
  console.log(`ok: ${name}`);
}
