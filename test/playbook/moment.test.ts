import { expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import { momentOf, momentSchema } from "../../src/playbook/moment.ts";
import { NOW } from "./kit.ts";

test.each([
  ["2026-01-31", Date.UTC(2026, 0, 31)],
  ["2026-01-31T08:00Z", Date.UTC(2026, 0, 31, 8)],
  ["2026-01-31T08:00:30.5+02:00", Date.UTC(2026, 0, 31, 6, 0, 30, 500)],
  ["30d ago", NOW - 30 * DAY_MS],
])("%s", (text, at) => {
  expect(momentSchema.parse(text)).toBe(text);
  expect(momentOf(text)(NOW)).toBe(at);
});

test.each([
  "2026-13-01",
  "2026-01-31T08:00",
  "31.01.2026",
  "yesterday",
  "30 days ago",
  "0d ago",
  "1bd ago",
  2026,
])("%j is no moment", (text) => {
  expect(momentSchema.safeParse(text).success).toBe(false);
});
