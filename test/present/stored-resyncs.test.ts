import { expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import { storedResyncs } from "../../src/present/stored-resyncs.ts";
import { saveInstallation, setServes } from "../../src/store/installations.ts";
import { loadResync } from "../../src/store/resyncs.ts";
import { CAPABILITIES } from "../cli/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("resyncs as the API asks for them", ({ store }) => {
  test("are of the portal that is named, in the name of the API, and none is of one that is not there", async () => {
    const { db } = store();
    for (const [id, crm] of [
      ["portal", "hubspot"],
      ["org", "salesforce"],
    ] as const)
      await saveInstallation(db, { id, crm, tenant: `t-${id}`, capabilities: CAPABILITIES }, NOW);
    await setServes(db, "org", "portal", NOW);
    const resyncs = storedResyncs({ store: store(), now: () => NOW, newId: () => "r1" });

    expect(await resyncs.standings(undefined)).toEqual([]);
    await resyncs.ask("t-portal", { only: "links", isDry: true, sinceMs: DAY_MS, mostCalls: 50 });
    expect(await loadResync(db, "portal")).toMatchObject({ id: "r1", subject: "links", since: NOW - DAY_MS });
    expect(await resyncs.standings("t-portal")).toMatchObject([
      { portal: "t-portal", about: "links", state: "asked", isDry: true, mostCalls: 50, samples: [] },
    ]);
    await resyncs.stop(undefined);
    expect(await resyncs.standings(undefined)).toMatchObject([{ state: "stopped" }]);
    await resyncs.resume("t-portal", 5);
    expect(await resyncs.standings(undefined)).toMatchObject([{ state: "asked", mostCalls: 5 }]);
    const actors = await db
      .selectFrom("audit")
      .select("actor")
      .where("installation", "=", "portal")
      .execute();
    expect(actors).toEqual([{ actor: "api" }, { actor: "api" }, { actor: "api" }]);

    const unknown = { code: "resync.bad-question" };
    await expect(resyncs.standings("t-other")).rejects.toMatchObject(unknown);
    await expect(resyncs.ask("t-org", { isDry: false })).rejects.toMatchObject(unknown);
  });
});
