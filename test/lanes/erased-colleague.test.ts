/** What is kept of a lead once a colleague is erased who was named in it, whatever they called themselves. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { WriteBody } from "../../src/model/effect.ts";
import { escapeHtml } from "../../src/model/html.ts";
import { clean } from "../../src/plan/sentence.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { ownJson } from "../../src/store/json.ts";
import { decisionsOfLead } from "../../src/store/turns.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { companies } from "./company-kit.ts";
import { openStandstill, type Standstill } from "./kit.ts";

onEveryDatabase("of a lead whose colleague is erased", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  beforeEach(async () => await at.emptyInbox());
  afterAll(async () => await at.close());
  const surging = companies(() => at);

  /** Three people of one company, of whom one is handed off. @returns That one, and a colleague. */
  async function surge(called: readonly string[]): Promise<{ kept: string; gone: string; name: string }> {
    const people = await surging.add([3, 3, 3], called);
    await at.work();
    const [kept = ""] = await surging.handed(people);
    const gone = people.find((lead) => lead !== kept) ?? "";
    return { kept, gone, name: called[people.indexOf(gone)] ?? "" };
  }
  async function erase(lead: string): Promise<void> {
    const { installation, keys } = at.lane;
    const { db } = at;
    await db.transaction().execute((tx) => eraseLead(tx, keys, installation.id, lead, [], at.clock.now()));
  }
  const effectsOf = async (lead: string) =>
    await at.db.selectFrom("effects").selectAll().where("lead", "=", lead).orderBy("key").execute();
  const latest = async (lead: string) =>
    (await decisionsOfLead(at.db, at.lane.installation.id, lead, 1))[0]?.decision;
  const tagsOf = (body: WriteBody): readonly string[] =>
    "html" in body ? [...body.html.matchAll(/<[^>]*>/g)].map(([tag]) => tag) : [];

  test.each(["ready", "create-note", "assigned", "li", "a"])(
    "only prose changes, where they called themselves %s",
    async (name) => {
      const { kept, gone } = await surge([name, name, name]);
      const [before, decided] = [await effectsOf(kept), await latest(kept)];
      await erase(gone);
      const after = await effectsOf(kept);
      const bodies = [before, after].map((effects) => effects.map(({ body }) => ownJson<WriteBody>(body)));
      const [were = [], are = []] = bodies;
      expect(are.map(({ kind }) => kind)).toEqual(before.map(({ kind }) => kind));
      expect(are.map(tagsOf)).toEqual(were.map(tagsOf));
      const structure = (body: WriteBody) =>
        body.kind === "update-lead"
          ? { ...body, properties: Object.values(body.properties).filter((text) => !text.includes(" ")) }
          : Object.fromEntries(Object.entries(body).filter(([key]) => key !== "html" && key !== "subject"));
      expect(are.map(structure)).toEqual(were.map(structure));
      const decidedSince = await latest(kept);
      expect(decidedSince?.verdict).toMatchObject({
        outcome: decided?.verdict.outcome,
        reason: decided?.verdict.reason,
      });
      expect(decidedSince?.assignment?.outcome).toBe(decided?.assignment?.outcome);
    },
  );

  test.each([
    ["two blanks", "  Onez"],
    ["a space that does not break", "\u00A0Onez"],
    ["a character nobody sees", "\u200Bna Onez"],
    ["a line break", "\nOnez"],
    ["signs that HTML escapes", ` "X" O'Onez & <Co>`],
    ["more letters than a note takes", "Onez".repeat(150)],
  ])("the name goes from what was written, where it holds %s", async (_what, rest) => {
    const { kept, gone, name } = await surge(["Ana", "Bea", "Eva"].map((first) => first + rest));
    const written = async () => {
      const bodies = (await effectsOf(kept)).map(({ body }) => ownJson<WriteBody>(body));
      return bodies.flatMap((body) => ("html" in body ? [body.html] : [])).join("");
    };
    const shown = escapeHtml(clean(name, 500));
    expect(await written()).toContain(`<li>${shown}, `);
    await erase(gone);
    expect(await written()).not.toContain(shown);
    expect(await written()).toMatch(/<li>somebody who was erased.?, /);
  });
});
