// The doors of a hub, as the tools of their own ecosystems see them: node check.mjs <hub> <sandbox> <python>.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { federation } from "./federation.mjs";
import { mcp } from "./mcp.mjs";
import { openapi } from "./openapi.mjs";

const [hub, sandbox, python] = process.argv.slice(2);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const token = (account) =>
  execFileSync(python, ["-m", "sandbox.sign_in", account, "--sandbox", sandbox], { cwd: root, encoding: "utf8" }).trim();

const tokens = { anybody: "", "a citizen": token("citizen") };
await openapi(hub, { ...tokens, "an administrator": token("admin") });
await mcp(hub, tokens);
await federation(hub, tokens);
