import { describe, expect, test } from "vitest";
import { saveAccounts } from "../../src/store/accounts.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import type { Store } from "../../src/store/open.ts";
import { loadAnswers, openReviews, pairOf, saveReviews, textOf } from "../../src/store/reviews.ts";
import { baton, DECIDED_AT, fillWithVera, PORTAL, useFile } from "./kit.ts";

const INSTALLATION = `inst-${PORTAL}`;

async function fill(store: Store): Promise<void> {
  await fillWithVera(store);
  // Somebody's attempt to paint over the line it is printed on.
  const account = { id: "900", name: "Northwind\u001B[2K Traders", values: {} };
  await saveAccounts(store.db, INSTALLATION, [{ account, keys: ["a"] }], DECIDED_AT);
  const found = [
    { ...pairOf("10002", "10001"), evidence: ["the same mailbox"] },
    { ...pairOf("10001", "10003"), evidence: ["the same name at the same company"] },
    { kind: "account", lead: "10002", other: "900", evidence: ["another domain", "the same name"] } as const,
  ];
  await saveReviews(store.db, INSTALLATION, ["10001", "10002", "10003"], found, DECIDED_AT);
}

const open = async (store: Store) => (await openReviews(store.db, INSTALLATION)).map(textOf);

describe("review list", () => {
  const file = useFile(fill);

  test("says what is asked, of whom, what speaks for it and since when", async () => {
    const run = await baton(["review"], file.env());
    expect(run).toMatchObject({ code: 0, err: "" });
    const lines = run.out.split("\n");
    expect(lines[0]).toMatch(/^key +what +lead +other +evidence +since$/);
    expect(run.out).toMatch(
      /^account:10002:900 +of this company\? +10002 +Northwind \[2K Traders \(900\) +another domain; the same name +.*(ago|in )/m,
    );
    expect(run.out).toMatch(/^duplicate:10001:10002 +the same person\? +10001 +10002 +the same mailbox +/m);
  });

  test("is the same as JSON", async () => {
    const run = await baton(["review", "list", "--json", "--portal", PORTAL], file.env());
    expect(JSON.parse(run.out)).toMatchObject([
      { key: "account:10002:900", portal: PORTAL, lead: "10002", other: "900", since: DECIDED_AT },
      { key: "duplicate:10001:10002", evidence: ["the same mailbox"] },
      { key: "duplicate:10001:10003" },
    ]);
  });
});

describe("review settle", () => {
  const file = useFile(fill);

  test.each([
    [["review", "settle", "duplicate:10001:10002"], "required option"],
    [
      ["review", "settle", "duplicate:10001:10002", "--as", "perhaps"],
      "Allowed choices are same, different, linked",
    ],
    [["review", "settle", "--as", "same"], "[cli.usage]"],
    [["review", "settle", "duplicate:10001:10002", "nonsense", "--as", "same"], "has the key nonsense"],
  ])("%j changes nothing and says why", async (args, says) => {
    const run = await baton(args, file.env());
    expect(run.code).toBe(2);
    expect(run.err).toContain(says);
    expect(await file.look(open)).toHaveLength(3);
  });

  test("notes the answer, once, and who gave it", async () => {
    const keys = ["duplicate:10001:10002", "account:10002:900"];
    const run = await baton(["review", "settle", ...keys, "--as", "different"], file.env());
    expect(run.out).toBe(
      "Settled 2 questions as different. From the lead's next decision on Baton takes them for two.\n",
    );
    await file.look(async (store) => {
      expect(await open(store)).toEqual(["duplicate:10001:10003"]);
      const answers = await loadAnswers(store.db, INSTALLATION, ["10002"]);
      expect(Object.fromEntries(answers)).toEqual({
        "duplicate:10001:10002": "different",
        "account:10002:900": "different",
      });
      const audit = await store.db.selectFrom("audit").select(["actor", "action", "detail"]).execute();
      expect(audit).toEqual([{ actor: "cli", action: "review-settled", detail: "2 questions as different" }]);
    });
    const rest = await baton(["review", "settle", "duplicate:10001:10003", "--as", "linked"], file.env());
    expect(rest.out).toBe("Settled 1 question as linked. Baton leaves it to the CRM.\n");
    expect((await baton(["review"], file.env())).out).toBe("Nothing waits for an answer.\n");
  });
});

describe("a key that two portals know", () => {
  const file = useFile(async (store) => {
    await fill(store);
    const capabilities = {
      taskKey: "marker",
      noteKey: "marker",
      deals: false,
      workingHours: false,
      submissions: false,
      callbacks: false,
      lists: false,
      touches: false,
      sequences: false,
    } as const;
    await saveInstallation(store.db, { id: "inst-2", crm: "hubspot", tenant: "2", capabilities }, DECIDED_AT);
    const pair = { ...pairOf("10001", "10002"), evidence: ["the same mailbox"] };
    await saveReviews(store.db, "inst-2", ["10001"], [pair], DECIDED_AT);
  });

  test("is settled only in the one that is named", async () => {
    const args = ["review", "settle", "duplicate:10001:10002", "--as", "same"];
    const run = await baton(args, file.env());
    expect(run.err).toContain(`known in ${PORTAL} and 2`);
    expect((await baton([...args, "--portal", "2"], file.env())).code).toBe(0);
    expect(await file.look(open)).toContain("duplicate:10001:10002");
  });
});
