import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createShared } from "../../../connectors/hubspot/allowance.ts";
import { createAllowances } from "../../../connectors/http/allowance.ts";
import type { Allowance } from "../../../connectors/http/allowance.ts";
import { hubspotApp } from "../../../connectors/hubspot/index.ts";
import { EVERYTHING, startStand } from "./kit.ts";

function spend({ limiter }: Allowance, count: number): { begun: number } {
  const tally = { begun: 0 };
  const call = (): Promise<void> => {
    tally.begun += 1;
    return Promise.resolve();
  };
  for (let index = 0; index < count; index += 1)
    void limiter.run(call, { urgency: "live", owner: tally, admit: () => undefined });
  return tally;
}

describe("the register of a process", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  test("two connectors to one account share its window; another account has its own", async () => {
    const allowances = createAllowances(() => createShared(() => 0));
    const [lane, nightly, other] = [allowances.of("1"), allowances.of("1"), allowances.of("2")];
    const first = spend(lane, 90);
    await vi.advanceTimersByTimeAsync(1_000);
    const [second, third] = [spend(nightly, 20), spend(other, 20)];
    await vi.advanceTimersByTimeAsync(1_000);
    expect([first.begun, second.begun, third.begun]).toEqual([90, 10, 20]);
  });

  test("an account that is connected again has not forgotten what it spent", async () => {
    const allowances = createAllowances(() => createShared(() => 0));
    const before = allowances.of("1");
    spend(before, 100);
    await vi.advanceTimersByTimeAsync(100);
    before.release();
    before.release();
    const after = spend(allowances.of("1"), 1);
    await vi.advanceTimersByTimeAsync(100);
    expect(after.begun).toBe(0);
  });

  test("an account nobody has called for a minute is forgotten, a resting breaker included", async () => {
    const allowances = createAllowances(() => createShared(() => 0));
    const before = allowances.of("1");
    before.breaker.rest("crm.migrating", 1);
    before.release();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(allowances.of("1").breaker.refusal()).toBeUndefined();
  });
});

test("how the accounts in use stand is told once each, and of one nobody has a connector to no more", async () => {
  const allowances = createAllowances(() => createShared(() => 0));
  const [lane, nightly, other] = [allowances.of("1"), allowances.of("1"), allowances.of("2")];
  other.breaker.rest("crm.migrating", 60_000);
  expect(allowances.states()).toEqual(["closed", "resting"]);
  lane.release();
  other.release();
  expect(allowances.states()).toEqual(["closed"]);
  nightly.release();
  expect(allowances.states()).toEqual([]);
});

test("what one connector of the app learned of an account, the next one knows", async () => {
  const stand = await startStand({ prepared: false });
  const app = hubspotApp(stand.config);
  const connect = (tenant: string) => app.connect(tenant, stand.vault, EVERYTHING);
  const [lane, nightly, other] = [connect("1"), connect("1"), connect("2")];
  const fault = { do: "rate-limited", policy: "DAILY" } as const;
  stand.sandbox.faults.add({ path: "/**", fault, times: 3 });
  await expect(lane.owners()).rejects.toMatchObject({ code: "crm.rate-limited" });
  stand.sandbox.faults.clear();
  await expect(nightly.owners()).rejects.toMatchObject({ code: "crm.rate-limited" });
  expect(await other.owners()).toEqual([]);
  await Promise.all([lane, nightly, other].map((connector) => connector.close()));
  await stand.close();
});
