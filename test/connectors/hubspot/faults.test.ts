/** Random faults on every call: a receipt is never wrong about what HubSpot kept, and nothing is ever made twice. */
import { expect, test } from "vitest";
import type { Fault } from "../../../sandbox/faults.ts";
import type { Write } from "../../../src/model/effect.ts";
import { addContact, aNote, anUpdate, aTask, EVERYTHING, MARKERS, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

const FAULTS: readonly Fault[] = [
  { do: "rate-limited", policy: "TEN_SECONDLY_ROLLING", retryAfterSeconds: 0 },
  { do: "locked" },
  { do: "unauthorized" },
  { do: "server-error", status: 503 },
  { do: "server-error", status: 502, commit: true },
  { do: "reset", early: true },
  { do: "reset", early: true, commit: true },
  { do: "reset", commit: true },
  { do: "truncated-json" },
  { do: "empty-body" },
  { do: "html", status: 502, commit: true },
  { do: "partial", items: [0, 2] },
  { do: "answer", status: 400, body: { category: "VALIDATION_ERROR", message: "no" } },
];
/** A share of calls that meets each fault: about every third call goes wrong. */
const SHARE = 0.03;
const ROUNDS = 18;
const LEADS = 6;

test.each([
  ["unique keys", EVERYTHING, true],
  ["marks", MARKERS, false],
])("with %s", async (_name, capabilities, unique) => {
  const stand = await startStand({ capabilities, rules: { uniqueActivityProperties: unique } });
  const owner = stand.portal.addOwner({ email: "lena@acme.example" }).id;
  const ids = await Promise.all(Array.from({ length: LEADS * ROUNDS }, () => addContact(stand)));
  for (const fault of FAULTS) stand.sandbox.faults.add({ path: "/crm/**", share: SHARE, fault });

  const seen = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    let waiting = ids
      .slice(round * LEADS, (round + 1) * LEADS)
      .flatMap((id): Write[] => [
        anUpdate(id, { owner: { to: owner }, properties: { "contact.baton_reason": `r-${id}` } }),
        aTask(id, owner),
        aNote(id),
      ]);
    // The ledger's loop in small: again what was not applied, look for what is unknown, until nothing is left.
    for (let attempt = 0; waiting.length > 0 && attempt < 40; attempt += 1) {
      const receipts = await stand.connector.apply(waiting);
      expect(receipts.map((receipt) => receipt.key)).toEqual(waiting.map((write) => write.key));
      for (const [index, receipt] of receipts.entries()) {
        seen.set(receipt.outcome, (seen.get(receipt.outcome) ?? 0) + 1);
        const made = count(stand, waiting[index]);
        expect({ key: receipt.key, made }).toEqual({
          key: receipt.key,
          made: expected(receipt.outcome, made),
        });
      }
      const unknown = waiting.filter((_, index) => receipts[index]?.outcome === "unknown");
      const again = waiting.filter((_, index) => receipts[index]?.outcome === "not-applied");
      waiting = [...again, ...(await unseen(stand, unknown))];
    }
    expect(waiting).toEqual([]);
  }
  const outcomes = [...seen.keys()].toSorted();
  expect(outcomes).toEqual(["applied", "not-applied", "refused", "unknown"]);
  await stand.close();
});

/** Looks until each is certain; gives those that are not there. */
async function unseen(stand: Stand, writes: readonly Write[]): Promise<Write[]> {
  let unsure = [...writes];
  const missing: Write[] = [];
  for (let attempt = 0; unsure.length > 0 && attempt < 20; attempt += 1) {
    const sightings = await stand.connector.look(unsure);
    missing.push(...unsure.filter((_, index) => sightings[index]?.seen === "no"));
    unsure = unsure.filter((_, index) => sightings[index]?.seen === "unsure");
  }
  expect(unsure).toEqual([]);
  return missing;
}

/** How often HubSpot holds what a write wants. */
function count({ portal }: Stand, write: Write | undefined): number {
  if (write === undefined) return -1;
  const { id } = write.lead;
  if (write.kind === "create-task") return portal.linked("contact", id, "task").length;
  if (write.kind === "create-note") return portal.linked("contact", id, "note").length;
  return portal.find("contact", id)?.properties["baton_reason"] === `r-${id}` ? 1 : 0;
}

/** What may be there after an outcome; an unknown one may or may not be, but never twice. */
function expected(outcome: string, made: number): number {
  if (outcome === "applied") return 1;
  return outcome === "unknown" ? Math.min(made, 1) : 0;
}
