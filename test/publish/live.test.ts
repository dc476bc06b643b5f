import { expect, test } from "vitest";
import { createLog } from "../../src/log.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { followLive } from "../../src/publish/live.ts";
import { publish } from "../../src/publish/publish.ts";
import { chooseVersion } from "../../src/publish/start.ts";
import { loadLive } from "../../src/publish/proposal.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { playbookFolder } from "./kit.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("a running server", ({ store }) => {
  test("follows publications and rollbacks, and refuses loudly and once what it cannot use", async () => {
    const folder = playbookFolder();
    const lines: string[] = [];
    const log = createLog({ level: "info", destination: { write: (line) => void lines.push(line) } });
    const prepared: string[] = [];
    const prepare = ({ version }: Playbook): void => void prepared.push(version);
    const now = () => NOW;

    const first = await chooseVersion(store(), folder.place, now);
    const live = followLive({ db: store().db, log, prepare }, first);
    const one = first.playbook.version;
    await live.look();
    expect([live.playbook().version, lines]).toEqual([one, []]);

    folder.promise("30m");
    const second = await chooseVersion(store(), folder.place, now);
    const two = second.playbook.version;
    expect(live.playbook().version).toBe(one);
    await live.look();
    expect(live.playbook().version).toBe(two);
    expect(live.files()).toEqual(second.files);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ version: two, before: one, because: "publish" });

    const after = async () => (await loadLive(store().db))?.publication;
    const newer = { ...second.files, "agreement.yaml": "from: the future\nseams: {}\n" };
    const future = { version: "0123456789ab", files: newer, by: "mia", because: "publish" } as const;
    await publish(store(), await after(), future, NOW);
    lines.length = 0;
    await live.look();
    await live.look();
    expect(live.playbook().version).toBe(two);
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { level: 50, code: "playbook.invalid", version: "0123456789ab", before: two },
    ]);

    const back = { version: one, files: first.files, by: "mia", because: "rollback" } as const;
    await publish(store(), await after(), back, NOW);
    await live.look();
    expect(live.playbook().version).toBe(one);
    expect(prepared).toEqual([one, two, one]);
  });
});
