/** Pairs in a whole server: what happened to sales' record without anybody telling, and what Baton makes of it when it looks for something else. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type AnyStage, leadInstallation } from "../../src/cli/demo/stage.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { loadLinks } from "../../src/store/links.ts";
import { askResync } from "../../src/store/resyncs.ts";
import { openPairStage } from "../support/stage.ts";

const EMAIL = "clara.hoffmann@nordlicht.example";
const START = Date.UTC(2026, 10, 17, 9);

let stage: AnyStage;
let now = START;
const folders: string[] = [];
afterEach(async () => {
  await stage.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const places = () => {
  const { portal, org } = stage;
  if (portal === undefined || org === undefined) throw new Error("a pair has both");
  return { portal, org };
};
const later = async (minutes = 1): Promise<void> => {
  for (let minute = 0; minute < minutes; minute += 1) {
    now += MINUTE_MS;
    await stage.baton.lanes.tick();
    await stage.quiet();
  }
};
/** A lead that sales has, three minutes later. */
const handOff = async (playbook?: string): Promise<string> => {
  now = START;
  stage = await openPairStage(() => now, playbook === undefined ? {} : { playbook });
  const { portal } = places();
  if (playbook !== undefined) {
    for (const object of ["Lead", "Contact"]) places().org.addCustomField(object, "Nick__c", "string(80)");
    // What the org has was asked a moment ago, and is asked again after an hour.
    now += 2 * HOUR_MS;
  }
  await portal.act({
    do: "submit-form",
    form: "Demo request",
    fields: { email: EMAIL, message: "We lose leads." },
    page: { url: "https://www.acme.example/demo", title: "Demo" },
  });
  await stage.quiet();
  await later(3);
  return portal.find("contact", EMAIL)?.id ?? "";
};
/** From now on the org tells of activities, and of no record. */
const fallSilent = (): void => {
  for (const message of places().org.outbound.messages) if (message.object !== "Task") message.active = false;
};
const title = () => places().portal.find("contact", EMAIL)?.properties["jobtitle"];

describe("a field that a rep changed", () => {
  const change = (more: Readonly<Record<string, string>> = {}) =>
    places().org.act({ do: "change", who: EMAIL, values: { Title: "Chief Revenue Officer", ...more } });

  test("is copied when the next call is looked at, a minute later", async () => {
    await handOff();
    fallSilent();
    await change();
    await later();
    expect(title()).not.toBe("Chief Revenue Officer");
    await places().org.act({ do: "call", who: EMAIL, outcome: "connected" });
    await later();
    expect(title()).toBe("Chief Revenue Officer");
  }, 120_000);

  test("is copied with the answer that was given in the same breath, of which alone the sweep is told", async () => {
    await handOff();
    fallSilent();
    await change({ Baton_Disposition__c: "accepted" });
    await later(14);
    expect(title()).toBe("Chief Revenue Officer");
  }, 120_000);

  test("costs the looks at its handoff nothing where there is none", async () => {
    await handOff();
    fallSilent();
    await later(15);
    const before = stage.sandbox.ledger.calls.length;
    await places().org.act({ do: "call", who: EMAIL, outcome: "connected" });
    await stage.quiet();
    const calls = stage.sandbox.ledger.calls.slice(before).map(({ path }) => path.split("/").at(-1));
    // Whose the call is, the lead in both, the calls, and what follows from them, in both: as many as without a pair's fields.
    const tally = Object.fromEntries(
      [...Map.groupBy(calls, (call) => call)].map(([call, all]) => [call, all.length]),
    );
    expect(tally).toEqual({ composite: 4, read: 1, update: 1 });
  }, 120_000);
});

describe("a conversion to a contact that has not all of the lead's fields", () => {
  /** The playbook that ships, with a field of the customer's own that the admin has not mapped. */
  const withNick = (): string => {
    const folder = mkdtempSync(join(tmpdir(), "baton-untold-"));
    folders.push(folder);
    cpSync("mappings/both", folder, { recursive: true });
    const file = join(folder, "fields.yaml");
    const line = "    - { hubspot: contact.city, salesforce: lead.Nick__c }\n  create: lead\n";
    writeFileSync(file, readFileSync(file, "utf8").replace("  create: lead\n", line));
    return folder;
  };

  test.each([["a resync of fields"], ["the sweep"]])(
    "empties nothing in HubSpot when %s meets it first",
    async (what) => {
      const lead = await handOff(withNick());
      const { portal, org } = places();
      // HubSpot tells of the phone, and not of the city.
      await portal.act({ do: "change", who: EMAIL, properties: { city: "Graz", phone: "+49 30 5550100" } });
      await later(2);
      const { db } = stage.baton.store;
      const { id } = await leadInstallation(stage);
      const link = async () => (await loadLinks(db, id, [lead])).get(lead);
      expect([(await link())?.agreed["contact.city"], org.find(EMAIL)?.values["Nick__c"]]).toEqual([
        "Graz",
        "Graz",
      ]);
      for (const message of org.outbound.messages) message.active = false;
      await org.act({ do: "convert", who: EMAIL });
      const contact = () => org.find(EMAIL, "Contact")?.values["Nick__c"];
      expect(contact() ?? null).toBeNull();
      if (what === "a resync of fields")
        await askResync(db, id, {
          id: "r1",
          subject: "fields",
          isDry: false,
          askedAt: now,
          looked: 0,
          differing: 0,
          written: 0,
          calls: 0,
          counts: {},
        });
      await later(what === "the sweep" ? 14 : 1);
      expect([portal.find("contact", EMAIL)?.properties["city"], contact()]).toEqual(["Graz", "Graz"]);
      expect((await link())?.counterpart).toMatch(/^003/);
    },
    120_000,
  );
});
