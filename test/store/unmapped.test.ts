import { beforeEach, expect, test } from "vitest";
import type { UnmappedValue } from "../../src/model/lead.ts";
import { forgetUnmapped, listUnmapped, saveUnmapped } from "../../src/store/unmapped.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

function met(field: string, value: string, more: Partial<UnmappedValue> = {}): UnmappedValue {
  return { field, from: "contact.x", value, suggestion: `${field}: ${value}`, ...more };
}

onEveryDatabase("unmapped values", ({ store }) => {
  let installation = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
  });
  const listed = async () =>
    (await listUnmapped(store().db, installation)).map(({ field, value, times }) => [field, value, times]);

  test("are one row for each field and value, counted for every lead, most often first", async () => {
    const tv = met("lead.source", "TV");
    const radio = met("lead.source", "Radio");
    await saveUnmapped(store().db, installation, [radio, tv, tv, met("account.industry", "TV")], NOW);
    await saveUnmapped(store().db, installation, [tv], NOW + 1);
    expect(await listed()).toEqual([
      ["account.industry", "TV", 1],
      ["lead.source", "TV", 3],
      ["lead.source", "Radio", 1],
    ]);
    const [, latest] = await listUnmapped(store().db, installation);
    expect(latest).toEqual({ ...tv, times: 3, seenAt: NOW + 1 });
  });

  test("are told as they were met last", async () => {
    await saveUnmapped(store().db, installation, [met("lead.source", "TV")], NOW);
    const later = met("lead.source", "TV", { from: "contact.y", suggestion: "TV: television" });
    await saveUnmapped(store().db, installation, [later], NOW + 1);
    expect(await listUnmapped(store().db, installation)).toEqual([{ ...later, times: 2, seenAt: NOW + 1 }]);
  });

  test("are forgotten by field and value, in their installation only", async () => {
    const values = [met("lead.source", "TV"), met("lead.source", "Radio"), met("account.industry", "TV")];
    const other = `${installation}-other`;
    for (const one of [installation, other]) await saveUnmapped(store().db, one, values, NOW);
    await forgetUnmapped(store().db, installation, [{ field: "lead.source", value: "TV" }]);
    expect(await listed()).toEqual([
      ["account.industry", "TV", 1],
      ["lead.source", "Radio", 1],
    ]);
    expect(await listUnmapped(store().db, other)).toHaveLength(3);
  });

  test("that are none are no query", async () => {
    await saveUnmapped(store().db, installation, [], NOW);
    await forgetUnmapped(store().db, installation, []);
    expect(await listed()).toEqual([]);
  });
});
