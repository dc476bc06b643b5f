import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { loadLive, proposalOf } from "../../src/publish/proposal.ts";
import { publish } from "../../src/publish/publish.ts";
import { chooseVersion } from "../../src/publish/start.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { addApproval, listPublications } from "../../src/store/publications.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { MARKETER, type PlaybookFolder, playbookFolder, SELLER } from "./kit.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
let store: Store;
let folder: PlaybookFolder;

beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  folder = playbookFolder();
  return () => store.close();
});

const start = () => chooseVersion(store, folder.place, () => NOW);
const history = async () =>
  (await listPublications(store.db)).map(({ version, because }) => `${because} ${version}`);

describe("where nobody has to sign", () => {
  test("the first start puts the folder live, and the next one finds it live", async () => {
    const version = folder.version();
    expect(await start()).toMatchObject({ playbook: { version }, folder: { status: "first", version } });
    expect((await start()).folder).toEqual({ status: "live", version });
    expect(await history()).toEqual([`first ${version}`]);
  });

  test("a start with another folder puts that one live", async () => {
    const before = folder.version();
    await start();
    folder.promise("30m");
    const version = folder.version();
    expect(await start()).toMatchObject({ playbook: { version }, folder: { status: "published", version } });
    expect(await history()).toEqual([`first ${before}`, `publish ${version}`]);
  });

  test("a version that was rolled back does not come back by itself, and a newer one does", async () => {
    const good = await start();
    folder.promise("30m");
    const bad = await start();
    const { version } = good.playbook;
    await publish(
      store,
      bad.publication,
      { version, files: good.files, by: "mia", because: "rollback" },
      NOW,
    );

    const after = await start();
    expect(after.playbook.version).toBe(version);
    expect(after.folder).toEqual({ status: "rolled-back", version: bad.playbook.version });

    folder.promise("45m");
    expect((await start()).playbook.version).toBe(folder.version());
  });

  test("a folder that is wrong, or whose example fails, keeps a server from starting", async () => {
    folder.edit("definition.yaml", "employees: { from: 50,", "employees: { from: 5,");
    await expect(start()).rejects.toThrow(/cannot go live.*\n.*An eight-person studio/);
    writeFileSync(join(folder.place, "team.yaml"), "reps: 5\n");
    await expect(start()).rejects.toMatchObject({ code: "playbook.invalid" });
    expect(await history()).toEqual([]);
  });
});

describe("where marketing and sales sign", () => {
  beforeEach(async () => {
    folder.askForSignatures();
    await start();
  });

  test("the first version went live unsigned, because nobody could say who signs", async () => {
    expect(await history()).toEqual([`first ${folder.version()}`]);
  });

  test("another folder waits for both, then for somebody who publishes it", async () => {
    const live = folder.version();
    folder.promise("30m");
    const version = folder.version();
    expect(await start()).toMatchObject({
      playbook: { version: live },
      folder: { status: "waits", version, missing: ["marketing", "sales"] },
    });
    await addApproval(store.db, version, { side: "sales", by: SELLER }, NOW);
    expect((await start()).folder).toMatchObject({ status: "waits", missing: ["marketing"] });
    await addApproval(store.db, version, { side: "marketing", by: MARKETER }, NOW);
    expect((await start()).folder).toEqual({ status: "signed", version });
    expect(await history()).toEqual([`first ${live}`]);
  });

  test("a new version cannot take the other side's signature away", async () => {
    folder.edit("agreement.yaml", `sales: [${SELLER}]`, "sales: [friend@acme.example]");
    await addApproval(store.db, folder.version(), { side: "marketing", by: MARKETER }, NOW);
    await addApproval(store.db, folder.version(), { side: "sales", by: "friend@acme.example" }, NOW);
    expect((await start()).folder).toMatchObject({ status: "waits", missing: ["sales"] });
  });

  test("a folder that is broken or gone waits too, and the server runs", async () => {
    const live = folder.version();
    writeFileSync(join(folder.place, "team.yaml"), "reps: 5\n");
    const started = await start();
    expect(started.playbook.version).toBe(live);
    expect(started.folder).toMatchObject({
      status: "unusable",
      because: expect.stringContaining("team.yaml:1"),
    });
    const gone = await chooseVersion(store, join(folder.place, "nowhere"), () => NOW);
    expect(gone.folder).toMatchObject({ status: "unusable" });
  });
});

test("a rollback to a version from before anybody had to sign takes no signature away", async () => {
  const before = await start();
  folder.askForSignatures();
  const asking = await start();
  const { version } = before.playbook;
  await publish(
    store,
    asking.publication,
    { version, files: before.files, by: "mia", because: "rollback" },
    NOW,
  );
  folder.promise("30m");
  expect(await start()).toMatchObject({
    playbook: { version },
    folder: { status: "waits", missing: ["marketing", "sales"] },
  });
});

test("a live version that this release cannot use is refused with what is wrong with it", async () => {
  folder.askForSignatures();
  const { publication, files } = await start();
  const newer = { ...files, "agreement.yaml": `${files["agreement.yaml"]}\nbonus: 5\n` };
  await publish(
    store,
    publication,
    { version: "0123456789ab", files: newer, by: "mia", because: "publish" },
    NOW,
  );
  await expect(start()).rejects.toThrow(/Version 0123456789ab is live, and this release.*\n.*"bonus"/);
});

onEveryDatabase("starts at the same moment", ({ store: shared }) => {
  test("put one version live", async () => {
    const others = [playbookFolder(), playbookFolder(), playbookFolder()];
    others.forEach((one, index) => one.promise(`${20 + index}m`));
    const started = await Promise.all(others.map(({ place }) => chooseVersion(shared(), place, () => NOW)));
    const published = await listPublications(shared().db);
    expect(published.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(new Set(published.map(({ version }) => version)).size).toBe(3);
    expect(started.filter(({ folder: news }) => news.status === "first")).toHaveLength(1);

    const live = await loadLive(shared().db);
    expect(live?.publication.version).toBe(published.at(-1)?.version);
    expect(await proposalOf(shared().db, live, live?.publication.version ?? "")).toEqual({ status: "live" });
  });
});
