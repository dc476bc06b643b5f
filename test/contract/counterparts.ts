/**
 * What a connector does whose leads can carry the id they have in the other CRM: it makes leads of newcomers, once each, and knows
 * them again. Part of the contract suite.
 */
import { expect, test } from "vitest";
import type { Receipt } from "../../src/model/effect.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { Newcomer } from "../../src/model/newcomer.ts";
import type { ConnectorHarness, NewcomerHarness } from "./harness.ts";

/** What the suite has made already. */
interface Means {
  /** There once its tests run. */
  readonly harness: () => ConnectorHarness;
  readonly newLead: (lead: { readonly email: string; readonly accountId?: string }) => Promise<LeadRef>;
  readonly email: () => string;
}

/** Adds the tests to the suite that calls it. */
export function describeCounterparts({ harness, newLead, email }: Means): void {
  let serial = 0;
  const stranger = (): LeadRef => ({ crm: "hubspot", id: String(880_000 + (serial += 1)) });
  const newcomer = (part: Partial<Newcomer> = {}): Newcomer => {
    const counterpart = part.counterpart ?? stranger();
    return { key: `newcomer-${counterpart.id}`, counterpart, properties: named(email()), ...part };
  };
  const newcomers = (): NewcomerHarness => {
    const { newcomers: some } = harness();
    if (some === undefined) throw new Error("the harness of a connector with counterparts makes newcomers");
    return some;
  };
  const named = (address: string): Newcomer["properties"] => ({
    ...newcomers().required,
    [newcomers().email]: address,
  });
  const create = async (some: readonly Newcomer[]): Promise<readonly Receipt[]> =>
    orThrow(await harness().connector.createLeads?.(some));
  const known = async (leads: readonly LeadRef[]): Promise<ReadonlyMap<string, LeadRef>> =>
    orThrow(await harness().connector.counterpartsOf?.(leads));

  test("a newcomer becomes one lead however often it is asked for, with its owner, and is known again", async () => {
    const one = newcomer({ ownerId: harness().owners.one });
    const [first] = await create([one]);
    expect(first).toMatchObject({ key: one.key, outcome: "applied" });
    expect(first).not.toHaveProperty("isFound");
    expect(await create([one])).toEqual([{ ...first, isFound: true }]);
    const id = idOf(first);
    expect(await known([one.counterpart, stranger()])).toEqual(
      new Map([[one.counterpart.id, { crm: harness().connector.crm, id }]]),
    );
    const wanted = { properties: [], history: [], deals: false, lists: false };
    const [record] = await harness().connector.read([{ crm: harness().connector.crm, id }], wanted);
    expect(record).toMatchObject({ counterpart: one.counterpart.id, ownerId: harness().owners.one });
  });

  test("a newcomer whose address one lead has becomes that lead, which keeps what it says", async () => {
    const address = email();
    const lead = await newLead({ email: address });
    await harness().giveTo(lead, harness().owners.other);
    const one = newcomer({ properties: named(address.toUpperCase()), ownerId: harness().owners.one });
    expect(await create([one])).toMatchObject([{ outcome: "applied", id: lead.id, isFound: true }]);
    expect(harness().holds(lead).ownerId).toBe(harness().owners.other);
    expect(await known([one.counterpart])).toEqual(new Map([[one.counterpart.id, lead]]));
  });

  test("a newcomer whose address two leads have is refused with the reason, and costs the others nothing", async () => {
    const address = email();
    for (let times = 0; times < 2; times += 1) await newLead({ email: address });
    const [unclear, clear] = [newcomer({ properties: named(address) }), newcomer()];
    const receipts = await create([unclear, clear]);
    expect(receipts).toMatchObject([
      { key: unclear.key, outcome: "refused", code: "crm.conflict" },
      { key: clear.key, outcome: "applied" },
    ]);
    expect(await known([unclear.counterpart])).toEqual(new Map());
  });

  test("a lead that is somebody else's counterpart already is not taken over", async () => {
    const properties = named(email());
    const [first, second] = [newcomer({ properties }), newcomer({ properties })];
    const [receipt] = await create([first]);
    expect(receipt).toMatchObject({ outcome: "applied" });
    expect(await create([second])).toMatchObject([{ outcome: "refused", code: "crm.conflict" }]);
    expect(await known([first.counterpart])).toEqual(
      new Map([[first.counterpart.id, { crm: harness().connector.crm, id: idOf(receipt) }]]),
    );
  });

  test("a newcomer whose answer was lost is not made twice", async () => {
    const address = email();
    const one = newcomer({ properties: named(address) });
    newcomers().trouble("lost-after");
    expect(await create([one])).toMatchObject([{ outcome: "unknown" }]);
    const [receipt] = await create([one]);
    expect(receipt).toMatchObject({ outcome: "applied" });
    expect(await known([one.counterpart])).toMatchObject(
      new Map([[one.counterpart.id, { id: idOf(receipt) }]]),
    );
    expect(newcomers().count(address)).toBe(1);
  });

  test("nobody asked is nobody made", async () => {
    expect(await create([])).toEqual([]);
    expect(await known([])).toEqual(new Map());
  });
}

function orThrow<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error("a connector with counterparts makes leads and knows them again");
  return answer;
}

function idOf(receipt: object | undefined): string {
  return receipt && "id" in receipt && typeof receipt.id === "string" ? receipt.id : "";
}
