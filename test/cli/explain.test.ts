import { describe, expect, test } from "vitest";
import { gather } from "../../src/cli/explain/explanation.ts";
import { findSubject } from "../../src/cli/explain/find.ts";
import { explanationLines } from "../../src/cli/explain/text.ts";
import { screenOf } from "../../src/cli/shell.ts";
import { Writable } from "node:stream";
import { baton, DECIDED_AT, EMAIL, fillWithVera, HANDOFF, LEAD, PORTAL, useFile } from "./kit.ts";

const file = useFile((store) => fillWithVera(store));
const NOWHERE = new Writable();

async function explained(columns?: number, zone = "UTC"): Promise<string> {
  const plain = screenOf(NOWHERE, {});
  return await file.look(async (store) => {
    const explanation = await gather(store.db, await findSubject(store, LEAD.id, undefined), true);
    const screen = columns === undefined ? plain : { ...plain, columns };
    return explanationLines(explanation, { screen, zone, now: DECIDED_AT + 3_600_000 }).join("\n");
  });
}

describe("explain", () => {
  test("tells the whole decision about an invented lead", async () => {
    await expect(await explained()).toMatchFileSnapshot("snapshots/explain.txt");
  });

  test("keeps to the width of a terminal", async () => {
    const text = await explained(80);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain("Lena Vogt");
  });

  test("calls an org an org", async () => {
    const tenant = "00D5g000008ABCDEA4";
    const text = await file.look(async (store) => {
      const explanation = await gather(store.db, await findSubject(store, LEAD.id, undefined), false);
      const reader = { screen: screenOf(NOWHERE, {}), zone: "UTC", now: DECIDED_AT };
      return explanationLines({ ...explanation, crm: "salesforce", portal: tenant }, reader).join("\n");
    });
    expect(text).toContain(`10001 in salesforce org ${tenant}`);
  });

  test("tells times in the reader's zone and in UTC", async () => {
    expect(await explained(undefined, "Europe/Berlin")).toContain("Tue 17 Nov 2026 15:02:11 (14:02:11 UTC)");
  });

  test.each([
    ["the CRM id", LEAD.id],
    ["the e-mail address in any case", EMAIL.toUpperCase()],
    ["the handoff's id", HANDOFF],
  ])("finds a lead by %s, without credentials", async (_, what) => {
    const { BATON_DATABASE_URL = "" } = file.env();
    const run = await baton(["explain", what], { BATON_DATABASE_URL });
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toContain("Ready for sales as hand-raiser");
    expect(run.out).toContain(`portal ${PORTAL}`);
  });

  test("prints no control characters, whatever a CRM's value holds, and no colours into a pipe", async () => {
    const run = await baton(["explain", LEAD.id, "--all"], file.env());
    expect(run.out).toContain("CARRIER");
    expect(run.out.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  test("prints the same as one JSON document", async () => {
    const run = await baton(["explain", HANDOFF, "--json"], file.env());
    expect(JSON.parse(run.out)).toMatchObject({
      portal: PORTAL,
      lead: { id: LEAD.id },
      verdict: { outcome: "ready", type: "hand-raiser" },
      assignment: { rule: "EMEA enterprise" },
      effects: [{ state: "confirmed" }, { state: "parked" }, { state: "refused" }],
      unknown: [{ says: "lead.opted_out is not true" }],
      handoff: { seams: [{ ms: 3_300 }, { ms: 860 }, { ms: 40 }, { ms: 200_000 }] },
    });
  });

  test.each([
    ["a lead nothing is known of", ["explain", "99"], 2, "Nothing is stored about"],
    ["a lead whose event failed", ["explain", "10002"], 2, "1 parked"],
    ["a portal Baton is not in", ["explain", "10001", "--portal", "7"], 2, "it is in: portal 424242"],
  ])("refuses %s and says what is known", async (_, args, code, says) => {
    const run = await baton(args, file.env());
    expect(run).toMatchObject({ code, out: "" });
    expect(run.err).toContain(says);
    expect(run.err).toContain("[cli.not-found]");
  });
});

describe("explain where two portals know the same id", () => {
  const both = useFile(async (store) => {
    await fillWithVera(store);
    await fillWithVera(store, "515151");
  });

  test("asks which portal is meant", async () => {
    const run = await baton(["explain", LEAD.id], both.env());
    expect(run.code).toBe(2);
    expect(run.err).toContain("known in portal 424242 and portal 515151. Say which: --portal 424242");
  });

  test("takes the portal that was named", async () => {
    const run = await baton(["explain", LEAD.id, "--portal", "515151"], both.env());
    expect(run.out).toContain("hubspot portal 515151");
  });
});
