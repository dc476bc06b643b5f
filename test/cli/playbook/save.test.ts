import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { saveFile } from "../../../src/cli/playbook/save.ts";
import { NOW, shippedFiles } from "../../playbook/kit.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-save-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = shippedFiles();
const text = files["fields.yaml"] ?? "";

test("a sound playbook's file is replaced as a whole, and nothing else is left in the folder", async () => {
  writeFileSync(join(folder, "fields.yaml"), text);
  const changed = text.replace("partner: partner\n", "partner: partner\n        friend: partner\n");
  const playbook = await saveFile(folder, "fields.yaml", changed, files, NOW);
  expect(readFileSync(join(folder, "fields.yaml"), "utf8")).toBe(changed);
  expect(readdirSync(folder)).toEqual(["fields.yaml"]);
  expect(playbook.fields.reads.find(({ fact }) => fact === "lead.source")?.map?.get("friend")).toBe(
    "partner",
  );
});

test("one whose examples would fail is refused, and the file stays", async () => {
  writeFileSync(join(folder, "fields.yaml"), text);
  const definition = (files["definition.yaml"] ?? "").replace(
    "expect: { ready: true",
    "expect: { ready: false, because: student",
  );
  const wrong = { ...files, "definition.yaml": definition };
  await expect(saveFile(folder, "fields.yaml", `${text}\n`, wrong, NOW)).rejects.toMatchObject({
    code: "playbook.invalid",
  });
  expect(readFileSync(join(folder, "fields.yaml"), "utf8")).toBe(text);
});

test("a file that is not there any more is not made", async () => {
  await expect(saveFile(folder, "fields.yaml", text, files, NOW)).rejects.toMatchObject({
    code: "playbook.not-saved",
  });
  expect(readdirSync(folder)).toEqual([]);
});
