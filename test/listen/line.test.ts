/** One connection kept open, with the waits a server has. */
import pino from "pino";
import { afterEach, expect, test, vi } from "vitest";
import type { Connector } from "../../src/connector.ts";
import { BatonError } from "../../src/errors.ts";
import { UNPROBED } from "../../src/install/flow.ts";
import { keepLine } from "../../src/listen/line.ts";
import { openStore } from "../../src/store/open.ts";
import { watchSignals } from "../support/listeners.ts";

afterEach(() => void vi.unstubAllGlobals());

test("waiting between connections leaves nothing behind, and ends at once when the line is closed", async () => {
  const mostListeners = watchSignals();
  const store = await openStore("sqlite::memory:");
  const found: number[] = [];
  const listen = () => {
    found.push(mostListeners());
    return Promise.reject(new BatonError("crm.timeout", "no answer"));
  };
  // Whoever listens uses nothing else.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const connector = { listen, close: () => Promise.resolve() } as unknown as Connector;
  const line = keepLine(
    {
      store,
      log: pino({ level: "silent" }),
      now: Date.now,
      connect: () => connector,
      wake: () => undefined,
      holder: "a",
    },
    { id: "i", crm: "salesforce", tenant: "o", state: "active", capabilities: UNPROBED, installedAt: 0 },
  );
  await expect.poll(() => found.length, { timeout: 5_000 }).toBe(2);
  const closedAt = performance.now();
  await line.close();
  expect(performance.now() - closedAt).toBeLessThan(1_000);
  expect(found).toEqual([0, 0]);
  expect(mostListeners()).toBe(0);
  await store.close();
});
