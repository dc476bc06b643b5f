/**
 * What any CRM connector must do, whatever the CRM. A connector's own test file opens a harness over a real server and
 * calls `describeConnector`; the truth is always what the CRM holds, never what the connector says.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connector } from "../../src/connector.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { Write } from "../../src/model/effect.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { CrmAccount, CrmRecord, Wanted } from "../../src/model/record.ts";
import { describeCounterparts } from "./counterparts.ts";
import { describeFollowing } from "./following.ts";
import type { ConnectorHarness, RecordKind } from "./harness.ts";

const NOW = Date.UTC(2026, 10, 17, 9, 30);
const EVERY_KIND: readonly RecordKind[] = [
  "update-lead",
  "sync-fields",
  "create-task",
  "create-note",
  "start-sequence",
  "add-to-list",
];

/** Runs the suite on one harness. What its CRM cannot do, by its capabilities, is not asked of it. */
export function describeConnector(
  name: string,
  capabilities: Capabilities,
  open: () => Promise<ConnectorHarness>,
): void {
  const KINDS = EVERY_KIND.filter((kind) => kind !== "start-sequence" || capabilities.sequences);
  describe(`${name} as a connector`, () => {
    let harness: ConnectorHarness;
    let serial = 0;
    let [firstDays, nurture] = ["", ""];
    beforeAll(async () => {
      harness = await open();
      if (capabilities.sequences) firstDays = await harness.addSequence("First days");
      nurture = await harness.addList("Nurture", []);
    });
    afterAll(() => harness.close());

    const email = (): string => `contract-${(serial += 1)}@example.com`;
    const newLead = (lead: Partial<Parameters<ConnectorHarness["addLead"]>[0]> = {}): Promise<LeadRef> =>
      harness.addLead({ email: email(), ...lead });
    const wanted = (part: Partial<Wanted> = {}): Wanted => ({
      properties: [harness.paths.role, harness.paths.accountName],
      history: [],
      deals: true,
      lists: false,
      ...part,
    });
    const writeOf = (kind: RecordKind, lead: LeadRef): Write => {
      const head = { key: `write-${(serial += 1)}`, lead };
      switch (kind) {
        case "update-lead":
          return {
            ...head,
            kind,
            owner: { to: harness.owners.one },
            properties: { [harness.paths.ownText]: head.key },
          };
        case "sync-fields":
          return {
            ...head,
            kind,
            side: "marketing",
            values: { [harness.paths.ownText]: { to: head.key } },
            agreed: {},
          };
        case "create-task":
          return {
            ...head,
            kind,
            ownerId: harness.owners.one,
            subject: `Call ${head.key}`,
            html: "<p>Why now</p>",
            dueAt: NOW + 900_000,
            priority: "high",
            action: "call",
          };
        case "create-note":
          return { ...head, kind, html: `<p>Brief ${head.key}</p>`, at: NOW };
        case "start-sequence":
          return { ...head, kind, ownerId: harness.owners.one, sequence: firstDays };
        case "add-to-list":
          return { ...head, kind, list: nurture };
      }
    };
    /** How often the CRM holds what a write wants. */
    const countOf = (write: Write): number => {
      if (write.kind === "update-lead" || write.kind === "sync-fields")
        return harness.holds(write.lead).ownText === write.key ? 1 : 0;
      if (write.kind === "start-sequence") return harness.sequenceOf(write.lead) === write.sequence ? 1 : 0;
      if (write.kind === "add-to-list") return harness.listed(write.list).includes(write.lead.id) ? 1 : 0;
      const held = write.kind === "create-task" ? harness.tasks(write.lead) : harness.notes(write.lead);
      return held.filter((each) => each.text.includes(write.key)).length;
    };

    test("leads are read in the order asked, the missing and the repeated ones included", async () => {
      const [one, other, deleted] = [
        await newLead({ role: "VP Marketing" }),
        await newLead(),
        await newLead(),
      ];
      await harness.deleteLead(deleted);
      const records = await harness.connector.read([other, deleted, one, other], wanted());
      expect(records.map((record) => [record.asked.id, record.found])).toEqual([
        [other.id, true],
        [deleted.id, false],
        [one.id, true],
        [other.id, true],
      ]);
      expect(found(records[2]).values[harness.paths.role]).toBe("VP Marketing");
    });

    test("a token that ends before its time is renewed once for all who need it, and whoever starts then has the new one", async () => {
      const leads = [await newLead(), await newLead(), await newLead()];
      const readAll = async (connector: Connector): Promise<unknown[]> =>
        (await Promise.all(leads.map((lead) => connector.read([lead], wanted())))).map(
          ([record]) => found(record).lead,
        );
      const before = harness.renewals();
      harness.endToken();
      expect(await readAll(harness.connector)).toEqual(leads);
      expect(harness.renewals()).toBe(before + 1);
      const another = harness.again();
      expect(await readAll(another)).toEqual(leads);
      expect(harness.renewals()).toBe(before + 1);
      await another.close();
    });

    test("a write that meets a token that has ended is made once", async () => {
      const write = writeOf("create-task", await newLead());
      harness.endToken();
      expect(await harness.connector.apply([write])).toMatchObject([{ outcome: "applied" }]);
      expect(countOf(write)).toBe(1);
    });

    test("an empty property is absent and the account comes with the lead", async () => {
      const accountId = await harness.addAccount("Northwind");
      const lead = await newLead({ accountId, ownerId: harness.owners.one });
      for (const hint of [undefined, accountId, "999999999"]) {
        const hints = new Map(hint === undefined ? [] : [[lead.id, hint]]);
        const record = found((await harness.connector.read([lead], wanted(), hints))[0]);
        expect(record).toMatchObject({
          accountId,
          ownerId: harness.owners.one,
        });
        expect(record.values[harness.paths.accountName]).toBe("Northwind");
        expect(record.values).not.toHaveProperty([harness.paths.role]);
      }
      const staged = await newLead({ stage: harness.stages.earlier });
      const [record] = await harness.connector.read([staged], wanted());
      expect(found(record)).toMatchObject({ stage: harness.stages.earlier });
      expect(found(record)).not.toHaveProperty("accountId");
    });

    test("the lists a lead is on are known, none being something else than unknown", async () => {
      const [on, off] = [await newLead(), await newLead()];
      const list = await harness.addList("Contract list", [on]);
      const listsOf = async (part: Partial<Wanted>): Promise<unknown[]> =>
        (await harness.connector.read([on, off], wanted(part))).map((record) => found(record).lists);
      expect(await listsOf({ lists: true })).toEqual([[list], []]);
      expect(await listsOf({ lists: false })).toEqual([undefined, undefined]);
      const { lists } = await harness.connector.vocabulary();
      expect(lists.known && lists.all).toContainEqual({ value: list, label: "Contract list" });
    });

    test("an open deal has its name and amount", async () => {
      const lead = await newLead();
      const id = await harness.addDeal(lead, { name: "New business", amount: "48000.5" });
      const record = found((await harness.connector.read([lead], wanted()))[0]);
      expect(record.deals).toMatchObject([{ id, state: "open", name: "New business", amount: "48000.5" }]);
      expect(record.deals[0]?.createdAt).toBeTypeOf("number");
    });

    test("closed deals say how they ended and come after the open ones", async () => {
      const lead = await newLead();
      const unclosed = await harness.addDeal(lead, { name: "Open", amount: "1" });
      const won = await harness.addDeal(lead, { name: "Won", amount: "2", state: "won" });
      const lost = await harness.addDeal(lead, { name: "Lost", amount: "3", state: "lost" });
      const { deals } = found((await harness.connector.read([lead], wanted()))[0]);
      expect(deals[0]).toMatchObject({ id: unclosed, state: "open" });
      expect(new Map(deals.map(({ id, state }) => [id, state]))).toEqual(
        new Map([
          [unclosed, "open"],
          [won, "won"],
          [lost, "lost"],
        ]),
      );
      expect(deals.map(({ closedAt }) => closedAt !== undefined)).toEqual([false, true, true]);
    });

    describeFollowing({ harness: () => harness, newLead, writeOf, capabilities });
    if (capabilities.counterparts === true) describeCounterparts({ harness: () => harness, newLead, email });

    test("every account is listed once, page by page, with the values that are wanted", async () => {
      const names = Array.from({ length: 120 }, (_, index) => `Listed ${index}`);
      const ids = await Promise.all(names.map((each) => harness.addAccount(each)));
      const listed: CrmAccount[] = [];
      let after: string | undefined;
      do {
        const page = await harness.connector.accounts(wanted(), after);
        listed.push(...page.accounts);
        after = page.next;
      } while (after !== undefined);
      expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
      const byId = new Map(listed.map((account) => [account.id, account]));
      expect(ids.map((id) => byId.get(id)?.name)).toEqual(names);
      expect(byId.get(ids[0] ?? "")?.values[harness.paths.accountName]).toBe("Listed 0");
    });

    test("leads modified since an instant are listed once each, and what changed of one is told", async () => {
      const lead = await newLead({ ownerId: harness.owners.one });
      await harness.giveTo(lead, harness.owners.other);
      const listed: string[] = [];
      let after: string | undefined;
      do {
        const page = await harness.connector.changedSince(NOW, after);
        listed.push(...page.leads.map((one) => one.lead.id));
        after = page.next;
      } while (after !== undefined);
      expect(new Set(listed).size).toBe(listed.length);
      expect(listed).toContain(lead.id);
      const changes = await harness.connector.changesOf([lead], NOW);
      expect(changes.findLast(({ field }) => field === "owner")).toMatchObject({
        lead,
        value: harness.owners.other,
      });
      const never = NOW + 1_000 * 86_400_000;
      expect(await harness.connector.changedSince(never)).toEqual({ leads: [] });
      expect(await harness.connector.changesOf([lead], never)).toEqual([]);
    });

    test("the answer to a merged lead is the survivor", async () => {
      const [kept, merged] = [await newLead({ role: "CFO" }), await newLead()];
      const survivor = await harness.mergeLeads(kept, merged);
      const [record] = await harness.connector.read([merged], wanted());
      expect(record?.asked).toEqual(merged);
      expect(found(record).lead).toEqual(survivor);
    });

    test("a survivor tells who was merged into it", async () => {
      const [kept, merged, other] = [await newLead({ role: "CFO" }), await newLead(), await newLead()];
      const survivor = await harness.mergeLeads(kept, merged);
      const [record, alone] = await harness.connector.read([survivor, other], wanted());
      expect(found(record).formerly).toContain(merged.id);
      expect(found(record).formerly).not.toContain(survivor.id);
      expect(found(alone).formerly).toBeUndefined();
    });

    test("a lead that was converted is who it became, and its writes are for them", async ({ skip }) => {
      const lead = await newLead({ role: "CFO" });
      const now = await harness.convertLead?.(lead);
      if (now === undefined) return skip();
      const [record] = await harness.connector.read([lead], wanted());
      expect(found(record)).toMatchObject({ asked: lead, lead: now });
      expect(found(record).values[harness.paths.role]).toBe("CFO");
      // Nobody gives it up: the next look sends it to who they are now.
      const write = writeOf("update-lead", lead);
      expect(await harness.connector.apply([write])).toMatchObject([{ outcome: "not-applied" }]);
      const moved = { ...write, lead: now };
      expect(await harness.connector.apply([moved])).toMatchObject([{ outcome: "applied", id: now.id }]);
      expect(countOf(moved)).toBe(1);
    });

    test("leads are found by address in any case, and strangers are absent", async () => {
      const address = email();
      const lead = await harness.addLead({ email: address });
      const byEmail = await harness.connector.findByEmail([
        address.toUpperCase(),
        "nobody@example.com",
        "not an address",
      ]);
      expect([...byEmail]).toEqual([[address, lead]]);
    });

    test("owners who left are listed as inactive", async () => {
      const owners = new Map((await harness.connector.owners()).map((owner) => [owner.id, owner]));
      expect(owners.get(harness.owners.one)?.active).toBe(true);
      expect(owners.get(harness.owners.other)?.active).toBe(true);
      expect(owners.get(harness.owners.gone)?.active).toBe(false);
    });

    test("the vocabulary has the properties, stages and owners that leads are read and written with", async () => {
      const { properties, own, stages, owners } = await harness.connector.vocabulary();
      const { role, accountName, ownText } = harness.paths;
      const known = (path: string): unknown => {
        const [object = "", property = ""] = path.split(".");
        const part = properties[object];
        return part?.known === true ? part.all.get(property) : undefined;
      };
      for (const path of [role, accountName, ownText]) expect(known(path)).toMatchObject({ writable: true });
      expect(own.includes(ownText)).toBe(harness.hasOwnFields);
      expect(own.filter((path) => known(path) === undefined)).toEqual([]);
      const values = stages.known ? stages.all.map(({ value }) => value) : [];
      expect(values.indexOf(harness.stages.earlier)).toBeGreaterThanOrEqual(0);
      expect(values.indexOf(harness.stages.later)).toBeGreaterThan(values.indexOf(harness.stages.earlier));
      const byId = new Map(owners.known ? owners.all.map(({ id, active }) => [id, active]) : []);
      expect([harness.owners.one, harness.owners.gone].map((id) => byId.get(id))).toEqual([true, false]);
    });

    test.each(KINDS)("%s is applied once and its receipt names the record", async (kind) => {
      const write = writeOf(kind, await newLead());
      const [receipt] = await harness.connector.apply([write]);
      expect(receipt).toMatchObject({ key: write.key, outcome: "applied" });
      expect(countOf(write)).toBe(1);
      const [sighting] = await harness.connector.look([write]);
      expect(sighting).toEqual({ key: write.key, seen: "yes", id: idOf(receipt) });
    });

    test.each(KINDS)("%s that was kept but not answered is unknown, and a look finds it", async (kind) => {
      const write = writeOf(kind, await newLead());
      harness.trouble(kind, "lost-after");
      const [receipt] = await harness.connector.apply([write]);
      expect(receipt?.outcome).toBe("unknown");
      expect(countOf(write)).toBe(1);
      expect(await harness.connector.look([write])).toMatchObject([{ key: write.key, seen: "yes" }]);
    });

    test.each(KINDS)(
      "%s that was lost on the way is not seen, and applying it again makes one",
      async (kind) => {
        const write = writeOf(kind, await newLead());
        harness.trouble(kind, "lost-before");
        const [receipt] = await harness.connector.apply([write]);
        expect(receipt?.outcome).toBe("unknown");
        expect(await harness.connector.look([write])).toEqual([{ key: write.key, seen: "no" }]);
        expect(await harness.connector.apply([write])).toMatchObject([
          { key: write.key, outcome: "applied" },
        ]);
        expect(countOf(write)).toBe(1);
      },
    );

    test.each(KINDS)("%s that comes at a bad time is certainly not applied", async (kind) => {
      const write = writeOf(kind, await newLead());
      harness.trouble(kind, "not-now");
      expect(await harness.connector.apply([write])).toMatchObject([
        { key: write.key, outcome: "not-applied" },
      ]);
      expect(countOf(write)).toBe(0);
    });

    test("a repeated update changes nothing, and so does a repeated creation where keys are unique", async () => {
      const { taskKey, noteKey } = harness.connector.capabilities;
      const places = { "create-task": taskKey, "create-note": noteKey } as const;
      const kinds = KINDS.filter(
        (kind) => (kind !== "create-task" && kind !== "create-note") || places[kind] === "unique-property",
      );
      const writes: Write[] = [];
      for (const kind of kinds) writes.push(writeOf(kind, await newLead()));
      const first = await harness.connector.apply(writes);
      const second = await harness.connector.apply(writes);
      expect(second).toEqual(first);
      expect(writes.map(countOf)).toEqual(writes.map(() => 1));
    });

    test("one bad write in a batch is refused with a reason and costs the others nothing", async () => {
      const leads = await Promise.all(Array.from({ length: 6 }, () => newLead()));
      const deleted = await newLead();
      await harness.deleteLead(deleted);
      const writes = [...leads.slice(0, 3), deleted, ...leads.slice(3)].map((lead) =>
        writeOf("update-lead", lead),
      );
      const receipts = await harness.connector.apply(writes);
      expect(receipts.map((receipt) => receipt.outcome)).toEqual([
        "applied",
        "applied",
        "applied",
        "refused",
        "applied",
        "applied",
        "applied",
      ]);
      const refusal = receipts[3];
      expect(refusal?.outcome === "refused" && refusal.reason.length > 0).toBe(true);
      expect(writes.filter((_, index) => index !== 3).map(countOf)).toEqual([1, 1, 1, 1, 1, 1]);
    });

    test.each(KINDS)("%s for a lead that is not there says so, for whoever asks again", async (kind) => {
      const lead = await newLead();
      const write = writeOf(kind, lead);
      await harness.deleteLead(lead);
      const [receipt] = await harness.connector.apply([write]);
      expect(receipt).toMatchObject({ key: write.key, outcome: "refused", code: "crm.not-found" });
      expect(receipt?.outcome === "refused" && receipt.reason.length > 0).toBe(true);
    });

    test.each(["create-task", "create-note"] as const)(
      "%s that is looked for by its mark is unsure where its lead is not there: it may hang on another by now",
      async (kind) => {
        const { taskKey, noteKey } = harness.connector.capabilities;
        const place = kind === "create-task" ? taskKey : noteKey;
        const [lead, other] = [await newLead(), await newLead()];
        await harness.deleteLead(lead);
        const writes = [writeOf(kind, lead), writeOf(kind, other)];
        const [first, second] = await harness.connector.look(writes);
        expect(first).toMatchObject(
          place === "marker" ? { seen: "unsure", code: "crm.not-found" } : { seen: "no" },
        );
        expect(second).toMatchObject({ seen: "no" });
      },
    );

    test("a stage the lead has passed already is dropped", async () => {
      const lead = await newLead({ stage: harness.stages.later });
      const write: Write = {
        kind: "update-lead",
        key: "backward",
        lead,
        stage: { to: harness.stages.earlier, seen: harness.stages.later },
        properties: { [harness.paths.ownText]: "backward" },
      };
      expect(await harness.connector.apply([write])).toMatchObject([
        { outcome: "applied", dropped: ["stage"] },
      ]);
      expect(harness.holds(lead)).toMatchObject({ stage: harness.stages.later, ownText: "backward" });
    });

    test("every write has its receipt in order, whatever happens to the kinds", async () => {
      const leads = await Promise.all(Array.from({ length: 3 }, () => newLead()));
      const writes = leads.flatMap((lead) => KINDS.map((kind) => writeOf(kind, lead)));
      harness.trouble("update-lead", "not-now");
      const receipts = await harness.connector.apply(writes);
      expect(receipts.map((receipt) => receipt.key)).toEqual(writes.map((write) => write.key));
      expect(new Set(receipts.map((receipt) => receipt.outcome)).size).toBeGreaterThan(1);
      harness.trouble("create-task", "lost-after");
      const again = await harness.connector.apply(writes);
      expect(again.map((receipt) => receipt.key)).toEqual(writes.map((write) => write.key));
      expect(again.some(({ outcome }) => outcome === "unknown")).toBe(true);
    });

    test("nothing asked is nothing done", async () => {
      expect(await harness.connector.read([], wanted())).toEqual([]);
      expect(await harness.connector.apply([])).toEqual([]);
      expect(await harness.connector.look([])).toEqual([]);
      expect((await harness.connector.findByEmail([])).size).toBe(0);
      expect(await harness.connector.ownRecords([], NOW)).toEqual([]);
      expect(await harness.connector.touches([], NOW)).toEqual([]);
      expect(await harness.connector.leadsOf([])).toEqual([]);
    });

    test("a Baton that has forgotten what it wrote finds its tasks and notes by their leads", async () => {
      const [lead, other] = [await newLead(), await newLead()];
      const writes = [writeOf("create-task", lead), writeOf("create-note", lead)];
      const receipts = await harness.connector.apply(writes);
      const records = await harness.connector.ownRecords([lead, other], 0);
      expect(records).toHaveLength(2);
      const kinds = ["task", "note"] as const;
      for (const [index, kind] of kinds.entries())
        expect(records.find((record) => record.kind === kind)).toMatchObject({
          lead,
          id: idOf(receipts[index]),
        });
      const after = Math.max(...records.map(({ at }) => at)) + 1;
      expect(await harness.connector.ownRecords([lead, other], after)).toEqual([]);
    });

    test("a task and a note that went on with a handoff are not taken for those that began one", async () => {
      const lead = await newLead();
      const later = [
        { ...writeOf("create-task", lead), key: `d-${lead.id}.later-task` },
        { ...writeOf("create-note", lead), key: `d-${lead.id}.later-note` },
      ];
      const outcomes = (await harness.connector.apply(later)).map(({ outcome }) => outcome);
      expect(outcomes).toEqual(["applied", "applied"]);
      expect((await harness.connector.look(later)).map(({ seen }) => seen)).toEqual(["yes", "yes"]);
      expect(await harness.connector.ownRecords([lead], 0)).toEqual([]);
      const first = { ...writeOf("create-note", lead), key: `d-${lead.id}.note` };
      await harness.connector.apply([first]);
      expect(await harness.connector.ownRecords([lead], 0)).toMatchObject([{ kind: "note", lead }]);
    });

    test("an empty value that is synchronized clears the field", async () => {
      const lead = await newLead();
      const write = writeOf("sync-fields", lead);
      await harness.connector.apply([write]);
      expect(harness.holds(lead).ownText).toBe(write.key);
      const cleared: Write = {
        kind: "sync-fields",
        key: `${write.key}-cleared`,
        lead,
        side: "sales",
        agreed: {},
        values: { [harness.paths.ownText]: { to: "", seen: write.key } },
      };
      expect(await harness.connector.look([cleared])).toMatchObject([{ seen: "no" }]);
      expect(await harness.connector.apply([cleared])).toMatchObject([{ outcome: "applied" }]);
      expect(harness.holds(lead).ownText).toBeUndefined();
      expect(await harness.connector.look([cleared])).toMatchObject([{ seen: "yes" }]);
    });

    test("the lead has a page people can open", async () => {
      const lead = await newLead();
      const url = new URL(harness.connector.leadUrl(lead));
      expect(url.protocol).toBe("https:");
      expect(url.href).toContain(lead.id);
    });

    test("preparing finds what the connector was told it can do, and so it does the second time", async () => {
      expect(await harness.connector.prepare()).toEqual(capabilities);
      expect(await harness.connector.prepare()).toEqual(capabilities);
    });
  });
}

function found(record: CrmRecord | undefined): Extract<CrmRecord, { found: true }> {
  if (record?.found !== true) throw new Error("the lead was not found");
  return record;
}

function idOf(receipt: object | undefined): unknown {
  return receipt && "id" in receipt ? receipt.id : undefined;
}
