// The doors of a hub, as the tools of their own ecosystems see them: node check.mjs <hub> <sandbox> <python>.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { mcp } from "./mcp.mjs";

const [hub, sandbox, python] = process.argv.slice(2);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const token = (account) =>
  execFileSync(python, ["-m", "sandbox.sign_in", account, "--sandbox", sandbox], { cwd: root, encoding: "utf8" }).trim();

await mcp(hub, token("citizen"));
