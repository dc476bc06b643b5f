/** A small share of test/faults/tokens.ts, and what it cannot try: processes that die in the middle of a renewal. */
import { describe, expect, inject, test } from "vitest";
import { useDatabase } from "../support/databases.ts";
import { runTokens } from "./token-run.ts";

const PROCESSES = 8;

describe.skipIf("missing" in inject("postgres"))("tokens that several processes share, on PostgreSQL", () => {
  const rotating = useDatabase("postgres");
  const dying = useDatabase("postgres");

  test("each of 40 expiries is one renewal, and no old refresh token is ever used again", async () => {
    const expiries = 40;
    expect(await runTokens({ databaseUrl: rotating.url(), expiries, processes: PROCESSES })).toEqual({
      granted: expiries,
      refused: 0,
      failures: [],
      holdsNewest: true,
    });
  }, 60_000);

  test("a process that dies between HubSpot's answer and its commit costs one renewal more, and nothing else", async () => {
    const [expiries, deaths] = [5, 3];
    expect(await runTokens({ databaseUrl: dying.url(), expiries, deaths, processes: 3 })).toEqual({
      granted: expiries + deaths,
      refused: 0,
      failures: [],
      holdsNewest: true,
    });
  }, 60_000);
});
