import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { missingPlatforms } from "../../scripts/complete-lock.ts";

test("the lockfile names the packages of every platform, so that `npm ci` takes it anywhere", () => {
  expect(missingPlatforms(readFileSync("package-lock.json", "utf8"))).toEqual([]);
});

test("a platform package that npm left out is noticed", () => {
  const lock = {
    packages: {
      "node_modules/tool": {
        optionalDependencies: {
          "@tool/linux-x64-gnu": "1.0.0",
          "@tool/darwin-arm64": "1.0.0",
          extra: "1.0.0",
        },
      },
      "node_modules/@tool/linux-x64-gnu": {},
    },
  };
  expect(missingPlatforms(JSON.stringify(lock))).toEqual(["@tool/darwin-arm64"]);
});
