import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/model/instant.ts";
import { pollSubmissions } from "../../src/lanes/polls.ts";
import { eraseLead, findErased } from "../../src/store/erase.ts";
import { endPending, releaseEvent, settleEvents, waitingEvents } from "../../src/store/events.ts";
import type { Db } from "../../src/store/schema.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { addReadyLead, raiseHand } from "../support/leads.ts";
import { openStandstill, type Standstill } from "./kit.ts";

onEveryDatabase("somebody who is no lead", ({ url }) => {
  let at: Standstill;
  let [number, id] = [9_000, ""];
  beforeAll(async () => {
    at = await openStandstill(url());
    id = at.lane.installation.id;
  });
  beforeEach(async () => await at.emptyInbox());
  afterEach(() => at.stage.sandbox.faults.clear());
  afterAll(async () => await at.close());

  const workFor = async (ms: number): Promise<void> => {
    const until = at.clock.now() + ms;
    for (; at.clock.now() < until; at.clock.moveTo(at.clock.now() + 5 * MINUTE_MS))
      await at.work().catch(() => undefined);
  };
  const naming = async (email: string) =>
    (await at.db.selectFrom("events").select(["key", "body"]).execute()).filter(({ body }) =>
      body.toLowerCase().includes(email),
    );
  const submissionOf = (email: string) => ({
    id: `of-${email}`,
    form: "Pricing",
    submittedAt: at.clock.now(),
    email,
    answers: [{ question: "Who are you?", answer: `I am ${email}` }],
  });
  const submitted = async (email: string): Promise<string> => {
    const submission = submissionOf(email);
    await at.tell({ kind: "form-submitted", submission }, `submission:${submission.id}`);
    return `submission:${submission.id}`;
  };
  const stateOf = async (key: string) =>
    await at.db
      .selectFrom("events")
      .select(["state", "outcome", "body"])
      .where("key", "=", key)
      .executeTakeFirst();

  test("leaves nothing but the event's key when nobody looks for them any more", async () => {
    const form = await submitted("nobody@fabrikam.example");
    await at.tell({ kind: "signal-received", email: "nothing@fabrikam.example" }, "signal:nothing");
    await at.work();
    expect(await naming("nobody@fabrikam.example")).toHaveLength(1);
    await workFor(2 * HOUR_MS);
    const over = { state: "done", outcome: "no lead with this e-mail address", body: "{}" };
    expect([await stateOf(form), await stateOf("signal:nothing")]).toEqual([over, over]);
    await submitted("nobody@fabrikam.example");
    expect(await stateOf(form)).toEqual(over);
  });

  test("is gone as well who was erased before Baton knew whose the form was", async () => {
    const lead = await addReadyLead(at.stage.portal, (number += 1));
    await at.emptyInbox();
    await raiseHand(at.stage.portal, lead.email);
    await at.emptyInbox();
    const unreadable = { do: "answer", status: 503, body: {} } as const;
    at.stage.sandbox.faults.add({ path: "/crm/objects/*/contacts/batch/read", times: 9, fault: unreadable });
    at.clock.moveTo(at.clock.now() + MINUTE_MS + SECOND_MS);
    await at.work().catch(() => undefined);
    expect(await naming(lead.email)).toHaveLength(1);
    at.stage.sandbox.faults.clear();
    await at.stage.portal.act({ do: "forget", who: lead.id });
    await at.stage.sandbox.drained();
    await workFor(2 * HOUR_MS);
    expect(await naming(lead.email)).toEqual([]);
  });

  test("keeps what they said while a person may have it tried again, and not when that person drops it", async () => {
    const form = await submitted("parked@fabrikam.example");
    const [{ seq } = { seq: 0 }] = await waitingEvents(at.db, id, at.clock.now(), 10);
    await settleEvents(at.db, [seq], "parked", "crm.invalid");
    expect(await naming("parked@fabrikam.example")).toHaveLength(1);
    expect(await releaseEvent(at.db, id, seq, "done", at.clock.now())).toBe(1);
    expect(await stateOf(form)).toEqual({ state: "done", outcome: "dropped by a person", body: "{}" });
  });

  test("is not kept by an installation whose leads are another one's from now on", async () => {
    await submitted("waiting@fabrikam.example");
    await at.tell({ kind: "lead-created", lead: { crm: "hubspot", id: "4711" } }, "known");
    await endPending(at.db, id, "overtaken");
    expect(await naming("waiting@fabrikam.example")).toEqual([]);
    expect((await stateOf("known"))?.body).toContain("4711");
  });

  test("is forgotten under every address the CRM has told of", async () => {
    const lead = { crm: "hubspot", id: "47110" } as const;
    const change = { kind: "lead-changed", lead, property: "email" } as const;
    await at.tell({ ...change, field: "email", value: "Told@Fabrikam.example" });
    await at.tell({ ...change, field: "other", property: "referrer", value: "friend@fabrikam.example" });
    await submitted("told@fabrikam.example");
    await submitted("friend@fabrikam.example");
    await at.tell({ kind: "lead-erased", lead });
    await at.work();
    expect(await naming("told@fabrikam.example")).toEqual([]);
    expect(await naming("friend@fabrikam.example")).toHaveLength(1);
    const subjects = ["told@fabrikam.example", "friend@fabrikam.example"];
    expect(await findErased(at.db, at.lane.keys, id, subjects)).toEqual(new Set([subjects[0]]));
  });

  test("does not come back by a form that was being read while they were erased", async () => {
    const email = "erased@fabrikam.example";
    let isErased = false;
    const erase = async (): Promise<void> => {
      if (isErased) return;
      isErased = true;
      await at.db
        .transaction()
        .execute((tx) => eraseLead(tx, at.lane.keys, id, "47111", [email], at.clock.now()));
    };
    /** Somebody else's erasure, just before the lane stores what it has read. */
    const db = new Proxy(at.db, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== "transaction") return typeof value === "function" ? value.bind(target) : value;
        return () => ({
          execute: async (work: Parameters<ReturnType<Db["transaction"]>["execute"]>[0]) => {
            await erase();
            return await target.transaction().execute(work);
          },
        });
      },
    });
    const lane = {
      ...at.lane,
      store: { ...at.lane.store, db },
      connector: { ...at.lane.connector, submissions: () => Promise.resolve([submissionOf(email)]) },
    };
    expect(await pollSubmissions(lane)).toEqual([]);
    expect(isErased).toBe(true);
    expect(await naming(email)).toEqual([]);
  });
});
