import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Assignment } from "../../src/model/decision.ts";
import type { Roster } from "../../src/model/rep.ts";
import { credit, formRoster, passOn } from "../../src/route/index.ts";
import { aLedger, anOwner, aPlaybook, aStanding, OWNERS, rosterAfter, SATURDAY, TUESDAY } from "./acme.ts";
import { aStory } from "../track/kit.ts";

const playbook = aPlaybook();
const EMEA = ["lena", "tomas", "amelie"];
const roster: Roster = formRoster(playbook.team, OWNERS, new Map(), TUESDAY);
const RULE = "EMEA";

function handed(ownerId: string, ...formerOwners: readonly string[]) {
  return { ownerId, story: aStory({ rule: RULE, formerOwners }) };
}
const { rule: _rule, ...unruled } = aStory();
const ownerOf = (assignment: Assignment | undefined) =>
  assignment?.outcome === "assigned" ? assignment.ownerId : undefined;

describe("a lead that passes on", () => {
  test("goes to the next in turn of the same pool, by the rule that gave it out", () => {
    const standings = aLedger({ "tomas@acme.example": aStanding({ credits: 9 }) });
    const assignment = passOn(handed("lena"), playbook, { ...roster, standings }, TUESDAY);
    expect(assignment).toMatchObject({
      outcome: "assigned",
      rule: RULE,
      ownerId: "amelie",
      ownerName: "Amelie",
      rep: "amelie@acme.example",
      pool: "emea-sdr",
      counts: true,
      because: "passed on; Amelie has the largest shortfall of the others in emea-sdr",
    });
    expect(assignment?.candidates.map(({ rep }) => rep)).not.toContain("lena@acme.example");
  });

  test("is a turn of whoever gets it", () => {
    const assignment = passOn(handed("lena"), playbook, roster, TUESDAY);
    if (assignment === undefined) throw new Error("somebody else can take it");
    const rep = assignment.outcome === "assigned" ? (assignment.rep ?? "") : "";
    expect(credit(roster, assignment, TUESDAY).get(rep)).toMatchObject({ credits: 1, open: 1, today: 1 });
  });

  test("goes round the pool once, and never back to somebody who had it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...EMEA),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 }),
        (first, credits) => {
          const had = [first];
          let now: Roster = {
            ...roster,
            standings: aLedger(
              Object.fromEntries(
                EMEA.map((id, index) => [`${id}@acme.example`, aStanding({ credits: credits[index] ?? 0 })]),
              ),
            ),
          };
          for (;;) {
            const assignment = passOn(handed(had.at(-1) ?? "", ...had.slice(0, -1)), playbook, now, TUESDAY);
            const owner = ownerOf(assignment);
            if (assignment === undefined || owner === undefined) break;
            expect(had).not.toContain(owner);
            had.push(owner);
            now = rosterAfter(now, assignment, TUESDAY);
          }
          expect(had.toSorted()).toEqual(EMEA.toSorted());
        },
      ),
    );
  });

  test.each([
    ["a person gave it back to somebody who had lost it", handed("lena", "lena", "tomas")],
    ["the rule that gave it out is gone", { ownerId: "lena", story: aStory({ rule: "Gone" }) }],
    ["no rule is known", { ownerId: "lena", story: unruled }],
    ["nobody has it", { story: aStory({ rule: RULE }) }],
    ["its story is not known", { ownerId: "lena" }],
    ["a rule named its owner", { ownerId: "lena", story: aStory({ rule: "Keep the account's owner" }) }],
    ["everybody had it", handed("amelie", "lena", "tomas")],
  ])("goes to nobody where %s", (_, handoff) => {
    expect(passOn(handoff, playbook, roster, TUESDAY)).toBeUndefined();
  });

  test("goes to nobody while none of the others can take leads", () => {
    const away = { fromAt: TUESDAY - 1, toAt: SATURDAY };
    const absent = formRoster(
      playbook.team,
      OWNERS.map((owner) => (owner.id === "lena" ? owner : { ...owner, away: [away] })),
      new Map(),
      TUESDAY,
    );
    expect(passOn(handed("lena"), playbook, absent, TUESDAY)).toBeUndefined();
  });

  test("passes over a rep who has left the CRM", () => {
    const left = OWNERS.filter(({ id }) => id !== "tomas");
    const without = formRoster(playbook.team, [...left, anOwner("new@acme.example")], new Map(), TUESDAY);
    expect(ownerOf(passOn(handed("lena"), playbook, without, TUESDAY))).toBe("amelie");
    expect(passOn(handed("amelie", "lena"), playbook, without, TUESDAY)).toBeUndefined();
  });

  test("may go on from an owner whom a person chose, and who is of no pool", () => {
    expect(EMEA).toContain(ownerOf(passOn(handed("stranger"), playbook, roster, TUESDAY)));
  });
});
