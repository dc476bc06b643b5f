import { describe, expect, test } from "vitest";
import { formRoster } from "../../src/route/index.ts";
import { repById, repByOwner, repsOfTeam } from "../../src/route/reps.ts";
import { anOwner, aPlaybook, TUESDAY } from "./acme.ts";

const TEAM = `
reps:
  ana@acme.example: { team: crew, hours: always }
  ben@acme.example: { team: others, hours: always }
  cat@acme.example: { team: crew, hours: always }
teams: { crew: {}, others: {} }`;
const owners = [anOwner("ana@acme.example"), anOwner("cat@acme.example")];
const { reps } = formRoster(aPlaybook({ team: TEAM }).team, owners, new Map(), TUESDAY);

describe("a rep is found", () => {
  test("by team, in the roster's order", () => {
    expect(repsOfTeam(reps, "crew").map(({ id }) => id)).toEqual(["ana@acme.example", "cat@acme.example"]);
    expect(repsOfTeam(reps, "nobody")).toEqual([]);
  });

  test("by address, and by the owner they are in the CRM", () => {
    expect(repById(reps, "ben@acme.example")).toBe(reps[1]);
    expect(repById(reps, "constructor")).toBeUndefined();
    expect(repByOwner(reps, "cat")).toBe(reps[2]);
    expect(repByOwner(reps, "ben")).toBeUndefined();
  });

  test("as the first of several that are the same owner", () => {
    const twice = reps.map((rep) => ({ ...rep, ownerId: "shared" }));
    expect(repByOwner(twice, "shared")).toBe(twice[0]);
  });
});
