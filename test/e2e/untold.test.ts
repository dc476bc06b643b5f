/** What no message and no change event tells of an org, and what a look every ten minutes finds: deletions, merges, campaigns. */
import { afterEach, describe, expect, test } from "vitest";
import { cast } from "../../sandbox/world/cast.ts";
import { demoDay, runAct } from "../../sandbox/world/demo-day.ts";
import { type AnyStage, leadInstallation, openStageIn } from "../../src/cli/demo/stage.ts";
import { createLog } from "../../src/log.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";

const DAY = Date.UTC(2026, 10, 17);
const { email } = cast["vp-demo-request"];

let stage: AnyStage;
let now = DAY;
afterEach(() => stage.close());

/** Acme, with Vera's demo request handed off. */
async function handedOff(topology: "salesforce" | "both"): Promise<void> {
  now = DAY;
  stage = await openStageIn(topology, {
    seed: 7,
    now: () => now,
    databaseUrl: "sqlite::memory:",
    playbook: `mappings/${topology}`,
    log: createLog({ level: "silent" }),
    port: 0,
    gatherMs: 0,
  });
  const entry = demoDay(7).find((one) => one.cast === "vp-demo-request" && one.act.do === "submit-form");
  if (entry === undefined) throw new Error("nobody asks for a demo");
  now = entry.at;
  await runAct(stage.sandbox, stage.portal?.id ?? stage.org?.id ?? "", entry);
  await stage.quiet();
  await pass(30);
  expect(await handoffs()).toMatchObject([{ state: "with-sales", closed_because: null }]);
  org().outbound.mood.paused = true;
  // A promise that comes due has the lead looked at too.
  await stage.baton.store.db.deleteFrom("clocks").execute();
}

/** Minutes go by, and Baton works as it does. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    now += MINUTE_MS;
    await stage.baton.lanes.tick();
    await stage.quiet();
  }
}

const handoffs = async () =>
  await stage.baton.store.db.selectFrom("handoffs").select(["state", "closed_because", "lead"]).execute();
const swept = async () =>
  (
    await stage.baton.store.db.selectFrom("events").select("key").where("key", "like", "sweep:%").execute()
  ).map(({ key }) => key);
const org = () => {
  if (stage.org === undefined) throw new Error("there is no org");
  return stage.org;
};

describe("an org that tells nobody", () => {
  test("a lead that sales deletes ends its handoff", async () => {
    await handedOff("salesforce");
    await org().act({ do: "delete", who: email });
    await pass(12);
    expect(await handoffs()).toMatchObject([{ state: "closed", closed_because: "lead deleted" }]);
  });

  test("a lead that is merged into another one keeps its handoff, as that one", async () => {
    await handedOff("salesforce");
    const winner = org().addLead({ LastName: "Lindqvist", Company: "Northgate" }).id;
    await org().act({ do: "merge", primary: winner, others: [email] });
    await pass(12);
    expect(await handoffs()).toMatchObject([{ state: "with-sales", lead: winner }]);
  });

  test("a merge is known as soon as anything is told of the winner", async () => {
    await handedOff("salesforce");
    const winner = org().addLead({ LastName: "Lindqvist", Company: "Northgate" }).id;
    await pass(1);
    await org().act({ do: "merge", primary: winner, others: [email] });
    const installation = await leadInstallation(stage);
    const told = { kind: "lead-changed", field: "other", property: "Title", urgency: "live" } as const;
    const head = { key: "told", tenant: installation.tenant, occurredAt: now };
    const lead = { crm: "salesforce", id: winner } as const;
    await insertOwnEvents(stage.baton.store.db, installation.id, [{ ...head, ...told, lead }], now);
    await pass(2);
    expect(await handoffs()).toMatchObject([{ state: "with-sales", lead: winner }]);
  });

  test("people Baton never knew are deleted without a word", async () => {
    await handedOff("salesforce");
    const stranger = org().addLead({ LastName: "Nobody", Company: "Nowhere" }).id;
    await org().act({ do: "delete", who: stranger });
    await pass(12);
    expect((await swept()).filter((key) => key.includes(stranger))).toEqual([]);
  });

  test("a lead that is put on a campaign is looked at", async () => {
    await handedOff("salesforce");
    const busy = new Set((await handoffs()).map(({ lead }) => lead));
    const idle = org()
      .all("Lead")
      .find(({ id, deleted }) => !busy.has(id) && !deleted);
    const lead = idle?.id ?? "";
    org().addCampaign("Spring", [lead]);
    await pass(12);
    expect((await swept()).filter((key) => key.endsWith(`:${lead}:CampaignMember`))).toHaveLength(1);
  });

  test("sales' record that is deleted in the org of a pair ends the handoff as a rejection", async () => {
    await handedOff("both");
    await org().act({ do: "delete", who: email });
    await pass(12);
    expect(await handoffs()).toMatchObject([
      { state: "closed", closed_because: "the record was deleted in sales' CRM" },
    ]);
    expect((await leadInstallation(stage)).crm).toBe("hubspot");
  });
});
