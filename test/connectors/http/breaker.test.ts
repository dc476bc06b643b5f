import { beforeEach, describe, expect, test } from "vitest";
import { createBreaker } from "../../../connectors/http/breaker.ts";
import type { Breaker, Ending } from "../../../connectors/http/breaker.ts";

const START = Date.UTC(2026, 10, 17, 9);

let now = START;
let breaker: Breaker;
beforeEach(() => {
  now = START;
  breaker = createBreaker("HubSpot", () => now);
});

function call(ending: Ending, times = 1): void {
  for (let index = 0; index < times; index += 1) breaker.note(breaker.admit(), ending);
}

describe("faults in a row", () => {
  test("nine of them change nothing; the tenth opens it", () => {
    call("fault", 9);
    expect(breaker.refusal()).toBeUndefined();
    call("fault");
    expect(breaker.refusal()).toMatchObject({ code: "crm.resting", retryAfterMs: 1_000 });
    expect(() => breaker.admit()).toThrow(/has not answered/);
  });

  test("an answer in between begins the count anew; what was never sent does not", () => {
    call("fault", 9);
    call("answered");
    call("fault", 9);
    call("unsent", 3);
    expect(breaker.refusal()).toBeUndefined();
    call("fault");
    expect(breaker.refusal()).toBeDefined();
  });

  test("calls that were under way when it opened do not open it for longer", () => {
    const passes = Array.from({ length: 14 }, () => breaker.admit());
    for (const pass of passes) breaker.note(pass, "fault");
    expect(breaker.refusal()?.retryAfterMs).toBe(1_000);
  });
});

test("what it says of itself: closed, open, half-open until the probe has ended, and resting before all", () => {
  const states = [breaker.state()];
  call("fault", 10);
  states.push(breaker.state());
  now += 1_000;
  states.push(breaker.state());
  const pass = breaker.admit();
  states.push(breaker.state());
  breaker.rest("crm.migrating", 5_000);
  states.push(breaker.state());
  breaker.note(pass, "answered");
  now += 5_000;
  states.push(breaker.state());
  expect(states).toEqual(["closed", "open", "half-open", "half-open", "resting", "closed"]);
});

describe("when its time is over", () => {
  beforeEach(() => {
    call("fault", 10);
    now += 1_000;
  });

  test("one call tries, and the others wait for what it finds", () => {
    const probe = breaker.admit();
    expect(probe.isProbe).toBe(true);
    expect(() => breaker.admit()).toThrow(expect.objectContaining({ code: "crm.resting" }));
    breaker.note(probe, "answered");
    expect(breaker.admit().isProbe).toBe(false);
  });

  test("a failed probe opens it for longer each time, at most five minutes", () => {
    const waits: unknown[] = [];
    for (let probe = 0; probe < 6; probe += 1) {
      call("fault");
      const { retryAfterMs = 0 } = breaker.refusal() ?? {};
      waits.push(retryAfterMs);
      now += retryAfterMs;
    }
    expect(waits).toEqual([5_000, 15_000, 60_000, 300_000, 300_000, 300_000]);
    call("answered");
    call("fault", 10);
    expect(breaker.refusal()?.retryAfterMs).toBe(1_000);
  });

  test("a probe that was never sent leaves its place to the next", () => {
    call("unsent");
    expect(breaker.admit().isProbe).toBe(true);
  });
});

describe("a rest HubSpot asks for", () => {
  test("refuses with its own code until it is over", () => {
    breaker.rest("crm.rate-limited", 1_800_000);
    breaker.rest("crm.migrating", 60_000);
    now += 1_000_000;
    expect(breaker.refusal()).toMatchObject({ code: "crm.rate-limited", retryAfterMs: 800_000 });
    now += 800_000;
    expect(breaker.refusal()).toBeUndefined();
  });

  test("is not prolonged by a clock that is set back", () => {
    breaker.rest("crm.migrating", 60_000);
    now -= 86_400_000;
    expect(breaker.refusal()).toBeUndefined();
  });
});
