import { expect, test } from "vitest";
import { runInside } from "../support/shell.ts";

test.each([
  ["postgres://baton:s3cret@db.example.com/baton"],
  ["postgres://baton@db.example.com/baton?password=s3cret"],
  ["postgres://db.example.com/baton"],
])("the demo keeps to a file: %s is refused, and not said again", async (url) => {
  const run = await runInside(["demo", "--once", "--database", url], { env: {} });
  expect(run).toMatchObject({ code: 2, out: "" });
  expect(run.err).toContain("--database sqlite:<path>");
  expect(run.err).not.toContain("example.com");
});
