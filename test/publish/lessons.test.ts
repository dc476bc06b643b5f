import { expect, test } from "vitest";
import { loadLive } from "../../src/publish/proposal.ts";
import { publish } from "../../src/publish/publish.ts";
import { chooseVersion } from "../../src/publish/start.ts";
import { saveHandoffs } from "../../src/store/handoffs.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import type { HandoffRow } from "../../src/store/schema-decisions.ts";
import { NO_COURSE } from "../../src/store/schema-following.ts";
import { CAPABILITIES } from "../cli/kit.ts";
import { openBench, slackSettings } from "../notify/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { playbookFolder } from "./kit.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("a new version", ({ store }) => {
  const answered = (
    installation: string,
    id: string,
    rep: string,
    reason: string,
    at: number,
  ): HandoffRow => ({
    ...NO_COURSE,
    installation,
    id: `${installation}-${id}`,
    lead: id,
    account: null,
    scope: "lead",
    state: "closed",
    type: "hand-raiser",
    rule: null,
    reason: null,
    rep,
    owner: "501",
    owner_name: null,
    playbook: "p",
    occurred_at: at,
    received_at: at,
    read_at: at,
    decided_at: at,
    written_at: at,
    closed_at: at,
    closed_because: `rejected: ${reason}`,
    answer: "rejected",
    answer_reason: reason,
    answered_at: at,
  });

  test("tells whoever gave reasons since the last one what has changed, and nobody else", async () => {
    const folder = playbookFolder();
    await chooseVersion(store(), folder.place, () => NOW);
    const { installation } = await openBench(store(), slackSettings("http://127.0.0.1:1"));
    await saveInstallation(
      store().db,
      { id: installation, crm: "hubspot", tenant: `t-${installation}`, capabilities: CAPABILITIES },
      NOW,
    );
    await saveHandoffs(store().db, [
      answered(installation, "1", "lena@acme.example", "weak-intent", NOW + 1),
      answered(installation, "2", "lena@acme.example", "weak-intent", NOW + 2),
      answered(installation, "3", "lena@acme.example", "student", NOW + 3),
      answered(installation, "4", "tomas@acme.example", "student", NOW - 1),
    ]);
    const told = async () =>
      await store()
        .db.selectFrom("notices")
        .select(["recipient", "kind", "body"])
        .where("installation", "=", installation)
        .execute();
    const put = async (file: string, before: string, after: string, at: number): Promise<void> => {
      const live = await loadLive(store().db);
      folder.edit(file, before, after);
      const files = { ...live?.files, [file]: (live?.files[file] ?? "").replace(before, after) };
      const candidate = { version: folder.version(), files, by: "mia", because: "publish" } as const;
      expect(await publish(store(), live?.publication, candidate, at)).toBeDefined();
    };

    await put("agreement.yaml", "first_attempt: 15m", "first_attempt: 20m", NOW + 10);
    expect(await told()).toEqual([]);

    const rewound = await loadLive(store().db);
    expect(rewound?.publication.at).toBe(NOW + 10);
    await saveHandoffs(store().db, [
      answered(installation, "5", "lena@acme.example", "weak-intent", NOW + 11),
    ]);
    await put(
      "definition.yaml",
      "account.employees: { from: 50, to",
      "account.employees: { from: 100, to",
      NOW + 20,
    );
    const [notice, ...others] = await told();
    expect(others).toEqual([]);
    expect(notice).toMatchObject({ recipient: "lena@acme.example", kind: "lesson" });
    expect(notice?.body).toContain("weak-intent (1)");
    expect(notice?.body).toContain("from 100 to 5000");
  });
});
