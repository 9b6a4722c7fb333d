// The official clients of MCP, of both eras, ask the hub for its tools and run them.
import assert from "node:assert/strict";

import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const ME = { name: "simpul-doors", version: "1.0.0" };

async function runs(era, client, transport, anybody) {
  await client.connect(transport);
  const { tools } = await client.listTools();
  const names = new Set(tools.map(({ name }) => name));
  assert.equal(names.has("my-account"), !anybody);
  assert(names.has("weather-today") && !names.has("bed-changes"));
  const all = tools.every(({ annotations }) => typeof annotations.readOnlyHint === "boolean");
  assert(all);
  // The client itself holds each answer to the tool's outputSchema.
  const known = ({ properties = {}, required = [] }) => required.every((name) => properties[name].examples);
  const asked = tools.filter(({ annotations, inputSchema }) => annotations.readOnlyHint && known(inputSchema));
  let answered = 0;
  for (const { name, inputSchema } of asked) {
    const filled = Object.entries(inputSchema.properties ?? {}).filter(([, { examples }]) => examples);
    const given = Object.fromEntries(filled.map(([parameter, { examples }]) => [parameter, examples[0]]));
    const { isError, structuredContent, content } = await client.callTool({ name, arguments: given });
    if (isError) continue;
    assert.deepEqual(JSON.parse(content[0].text), structuredContent);
    answered += 1;
  }
  assert(answered > 40, `${answered} tools answered`);
  const wrong = await client.callTool({ name: "commodities", arguments: { first: "many", colour: 1 } });
  assert(wrong.isError && wrong.content[0].text.includes("first") && wrong.content[0].text.includes("colour"));
  await assert.rejects(client.callTool({ name: "no-such-tool", arguments: {} }), /tools\/list/);
  console.log(`ok: MCP ${era}: ${tools.length} tools are listed, ${answered} of ${asked.length} with the city's examples answer`);
  await client.close();
}

export async function mcp(hub, tokens) {
  const url = new URL(`${hub}/mcp`);
  for (const [who, token] of Object.entries(tokens)) {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const options = { requestInit: { headers: { ...headers, "Accept-Language": "en" } } };
    const anybody = !token;
    const legacy = new LegacyClient(ME);
    const before = new LegacyTransport(url, options);
    await runs(`2025-11-25, ${who}`, legacy, before, anybody);
    assert.equal(before.protocolVersion, "2025-11-25");
    const modern = new ModernClient(ME, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
    await runs(`2026-07-28, ${who}`, modern, new ModernTransport(url, options), anybody);
  }
}
