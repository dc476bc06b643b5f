#!/usr/bin/env node
// Starts Baton's command line on a Node that can run it. This file alone must run on any Node: it checks the version
// against package.json and says what to do instead of failing in the middle of a syntax error.
import { existsSync, readFileSync } from "node:fs";

const packageFile = new URL("../package.json", import.meta.url);
const needed = JSON.parse(readFileSync(packageFile, "utf8")).engines.node.replace(/[^\d.]/g, "");

if (isOlder(process.versions.node, needed)) {
  process.stderr.write(
    `Baton needs Node ${needed} or newer; this is Node ${process.versions.node} (${process.execPath}).\n` +
      "Inside a checkout, npm start, npm run demo and npx baton use the Node that npm ci installed.\n" +
      "Elsewhere, install a newer Node from https://nodejs.org.\n",
  );
  process.exitCode = 3;
} else {
  const built = new URL("../dist/src/cli/index.js", import.meta.url);
  const source = new URL("../src/cli/index.ts", import.meta.url);
  await import(existsSync(built) ? built.href : source.href);
}

function isOlder(version, least) {
  const [major, minor] = version.split(".").map(Number);
  const [leastMajor, leastMinor = 0] = least.split(".").map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
