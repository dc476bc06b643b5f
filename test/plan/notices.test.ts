import { describe, expect, test } from "vitest";
import type { Instant } from "../../src/model/instant.ts";
import type { Owner } from "../../src/model/rep.ts";
import { linksOf, leadName, offered, toPeople, type Told } from "../../src/plan/notices.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { formRoster } from "../../src/route/index.ts";
import { anOwner, aPlaybook, OWNERS, SATURDAY, TUESDAY } from "../route/acme.ts";
import { ana, planned, READY, TO_QUEUE } from "./ready.ts";

const playbook = aPlaybook();
const { agreement } = playbook;
const TOLD: Told = { kind: "escalation", subject: "Late", lines: ["It is late."], links: [] };
/** Monday after, 09:00 in Berlin. */
const MONDAY = Date.UTC(2026, 10, 23, 8);

function told(
  people: readonly string[],
  {
    now = TUESDAY,
    ownerId = "lena",
    owners = OWNERS,
    agreed = playbook,
    say = TOLD,
  }: { now?: Instant; ownerId?: string; owners?: readonly Owner[]; agreed?: Playbook; say?: Told } = {},
) {
  const roster = formRoster(agreed.team, owners, new Map(), now);
  const input = { snapshot: ana(), verdict: READY, roster, now, publicUrl: "https://baton.example" };
  return toPeople(say, people, { ownerId, input, playbook: agreed });
}

describe("who is told", () => {
  test("the owner, their manager, and whoever is named", () => {
    expect(told(["owner", "manager", "revops@acme.example"]).map(({ to, as }) => [to, as])).toEqual([
      ["lena@acme.example", "owner"],
      ["sdr-lead@acme.example", "manager"],
      ["revops@acme.example", "named"],
    ]);
  });

  test("each address once, as whom it was named first", () => {
    expect(
      told(["owner", "lena@acme.example", "manager", "sdr-lead@acme.example", "owner"]).map(({ as }) => as),
    ).toEqual(["owner", "manager"]);
  });

  test("nobody for an owner without an address, or without a manager", () => {
    const { email: _email, ...lena } = anOwner("lena@acme.example");
    const nameless = [...OWNERS.filter(({ id }) => id !== "lena"), lena];
    expect(told(["owner"], { owners: nameless })).toEqual([]);
    expect(told(["owner", "manager"], { ownerId: "stranger" })).toEqual([]);
  });
});

describe("when they are told", () => {
  test("at once in their hours, and at the next opening outside them", () => {
    expect(told(["owner", "manager"]).map(({ notBefore }) => notBefore)).toEqual([TUESDAY, TUESDAY]);
    expect(told(["owner"], { now: SATURDAY })[0]?.notBefore).toBe(MONDAY);
  });

  test("the owner in their own hours, and the manager in the team's", () => {
    // Midnight in Berlin.
    const night = Date.UTC(2026, 10, 17, 23);
    const [owner, manager] = told(["owner", "manager"], { now: night });
    expect(owner?.notBefore).toBe(Date.UTC(2026, 10, 18, 8));
    expect(manager?.notBefore).toBeGreaterThan(night);
  });

  test("an owner outside team.yaml in the hours the CRM knows", () => {
    const hours = [{ weekday: 3 as const, fromMinute: 600, toMinute: 700 }];
    const owners = [...OWNERS, anOwner("ae@acme.example", { zone: "UTC", hours })];
    const [notice] = told(["owner"], { ownerId: "ae", owners });
    expect(notice?.notBefore).toBe(Date.UTC(2026, 10, 18, 10));
  });

  test("at once where every hour counts", () => {
    const agreed: Playbook = {
      ...playbook,
      agreement: { ...agreement, sales: { ...agreement.sales, clock: "always" } },
    };
    expect(told(["owner", "manager"], { now: SATURDAY, agreed }).map(({ notBefore }) => notBefore)).toEqual([
      SATURDAY,
      SATURDAY,
    ]);
  });
});

describe("what they are told", () => {
  test("is on one line each, however it was written, and no longer than a chat shows", () => {
    const say = {
      ...TOLD,
      subject: `Ana\r\nBcc: all@example.com ${"x".repeat(500)}`,
      lines: [`a\u0000b\n${"y".repeat(5_000)}`],
    };
    const [notice] = told(["owner"], { say });
    expect(notice?.subject).not.toMatch(/[\r\n]/);
    expect(notice?.subject.length).toBeLessThanOrEqual(150);
    expect(notice?.lines[0]).toMatch(/^a ?b y+/);
    expect(notice?.lines[0]?.length).toBeLessThanOrEqual(500);
  });

  test("names the lead by what is known", () => {
    const named = (facts: Parameters<typeof ana>[0]) =>
      leadName({
        snapshot: ana(facts),
        verdict: READY,
        roster: { reps: [], owners: [], standings: new Map() },
        now: TUESDAY,
        publicUrl: "",
      });
    expect(named({})).toBe("Ana Ruiz at Fern & Sons");
  });

  test("leads to the CRM and to Baton, and offers what may be answered", () => {
    const input = {
      snapshot: ana(),
      verdict: READY,
      roster: { reps: [], owners: [], standings: new Map() },
      now: TUESDAY,
      publicUrl: "",
    };
    expect(linksOf(input, "https://baton.example/h/1").map(({ url }) => url)).toEqual([
      "https://crm.example/contact/101",
      "https://baton.example/h/1",
    ]);
    expect(offered(agreement).map(({ answer, reasons }) => [answer, reasons.length])).toEqual([
      ["accepted", 0],
      ["rejected", 8],
      ["recycled", 3],
    ]);
  });

  test("of a new lead is why now, and until when", () => {
    const [notice] = planned().notices;
    expect(notice).toMatchObject({
      kind: "handoff",
      to: "lena@acme.example",
      subject: "New lead: Ana Ruiz at Fern & Sons",
      notBefore: TUESDAY,
    });
    expect(notice?.lines[1]).toMatch(/^First attempt by Tue 17 Nov,? 09:15/);
  });

  test("of a lead nobody can take is said once, to whom the queue names", () => {
    const queued = { ...TO_QUEUE, notify: "revops@acme.example" };
    const first = planned({ assignment: queued }).notices;
    expect(first.map(({ kind, to }) => [kind, to])).toEqual([["queued", "revops@acme.example"]]);
    const waiting = ana(
      {},
      { handoff: { id: "h-1", state: "queued", type: "hand-raiser", startedAt: TUESDAY } },
    );
    expect(planned({ assignment: queued, snapshot: waiting }).notices).toEqual([]);
    expect(planned({ assignment: TO_QUEUE }).notices).toEqual([]);
  });
});
