/**
 * Matching a lead with one of many accounts: by keys, as a lane does it, and by looking at every account, in one run on the same
 * stored rows. Names, domains and slips are drawn from a seed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountMatch } from "../src/model/account.ts";
import type { CrmAccount } from "../src/model/record.ts";
import { accountKeys, companyKeys } from "../src/resolve/keys.ts";
import { matchAccount } from "../src/resolve/match-account.ts";
import { type Person, personOf } from "../src/resolve/person.ts";
import { loadAccounts, saveAccounts } from "../src/store/accounts.ts";
import { findByKeys } from "../src/store/match-keys.ts";
import { openStore, type Store } from "../src/store/open.ts";
import { median, percentile, shown } from "./figures.ts";
import type { Report } from "./table.ts";

export interface MatchOptions {
  readonly seed: number;
  readonly accounts: number;
  /** Leads matched by keys. */
  readonly leads: number;
}

/** How long leads took, one figure a lead, in milliseconds. */
interface Took {
  readonly way: string;
  readonly ms: readonly number[];
}

/** What came of it beside the time. */
interface Told {
  readonly found: readonly string[];
  readonly differing: number;
  readonly matchedOtherwise: number;
  readonly filledMs: number;
}

const INSTALLATION = "bench";
/** The size of a lane's turn. */
const TURN = 100;
/** Looking at every account takes so long that few leads tell. */
const SCANNED = 12;
const NO_AGENCIES: ReadonlySet<string> = new Set();
const BEGINNINGS =
  "al ber cor dan el fer gra hol in jas kel lor mer nor ol pel quin ros ste tar ul ver wes xan yor zel".split(
    " ",
  );
const ENDINGS =
  "ana ba con den est far gate hill ia jar kon land mark nova ora pex quay rin sun tel ux vale wick yard".split(
    " ",
  );
const WORDS =
  "Logistics Software Systems Energy Foods Media Partners Robotics Health Capital Tools Networks".split(" ");
const FORMS = ["GmbH", "Ltd", "Inc.", "S.A.", "B.V.", "AB", "LLC", ""];

/** Throws what opening a database throws. */
export async function match({ seed, accounts: count, leads }: MatchOptions): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-match-"));
  const store = await openStore(`sqlite:${join(folder, "baton.sqlite")}`);
  try {
    const draw = drawing(seed);
    const accounts = Array.from({ length: count }, (_, index) => anAccount(index, draw));
    const began = performance.now();
    await fill(store, accounts);
    const filledMs = performance.now() - began;
    const people = Array.from({ length: leads }, (_, index) => aPerson(index, accounts, draw));
    await byKeys(store, people.slice(0, TURN));
    const alone = await byKeysAlone(store, people);
    const turns = await byKeysTogether(store, people);
    const scanned = people.slice(0, SCANNED);
    const scan = await byScan(store, scanned);
    const differing = scan.matches.filter((one, index) => !isSame(one, alone.matches[index])).length;
    const matchedOtherwise = scan.matches.filter(
      (one, index) =>
        [one, alone.matches[index]].some((either) => either?.outcome === "match") &&
        !isSame(one, alone.matches[index]),
    ).length;
    const found = alone.matches.map(({ outcome }) => outcome);
    return reportOf({ seed, accounts: count, leads }, [alone.took, turns, scan.took], {
      found,
      differing,
      matchedOtherwise,
      filledMs,
    });
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function isSame(a: AccountMatch, b: AccountMatch | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function fill(store: Store, accounts: readonly CrmAccount[]): Promise<void> {
  for (let from = 0; from < accounts.length; from += 1_000) {
    const page = accounts
      .slice(from, from + 1_000)
      .map((account) => ({ account, keys: accountKeys(account) }));
    await store.db.transaction().execute((tx) => saveAccounts(tx, INSTALLATION, page, 1));
  }
}

/** As a lane does it: keys of all, one look-up, the accounts found, and then each lead with its own. */
async function byKeys(store: Store, people: readonly Person[]): Promise<readonly AccountMatch[]> {
  const keys = people.map((person) => companyKeys(person));
  const found = await findByKeys(store.db, INSTALLATION, "account_keys", keys.flat());
  const accounts = await loadAccounts(store.db, INSTALLATION, [...found.values()].flat());
  return people.map((person, index) => {
    const ids = new Set((keys[index] ?? []).flatMap((key) => found.get(key) ?? []));
    return matchAccount(
      person,
      [...ids].flatMap((id) => accounts.get(id) ?? []),
      NO_AGENCIES,
    );
  });
}

async function byKeysAlone(
  store: Store,
  people: readonly Person[],
): Promise<{ readonly took: Took; readonly matches: readonly AccountMatch[] }> {
  const ms: number[] = [];
  const matches: AccountMatch[] = [];
  for (const person of people) {
    const began = performance.now();
    matches.push(...(await byKeys(store, [person])));
    ms.push(performance.now() - began);
  }
  return { took: { way: "by keys, one lead a turn", ms }, matches };
}

async function byKeysTogether(store: Store, people: readonly Person[]): Promise<Took> {
  const ms: number[] = [];
  for (let from = 0; from + TURN <= people.length; from += TURN) {
    const began = performance.now();
    await byKeys(store, people.slice(from, from + TURN));
    ms.push((performance.now() - began) / TURN);
  }
  return { way: `by keys, ${TURN} leads a turn`, ms };
}

/** The kindest of scans: every account is in memory already, parsed. */
async function byScan(
  store: Store,
  people: readonly Person[],
): Promise<{ readonly took: Took; readonly matches: readonly AccountMatch[] }> {
  const ms: number[] = [];
  const matches: AccountMatch[] = [];
  const rows = await store.db.selectFrom("accounts").select("account").execute();
  const ids = rows.map(({ account }) => account);
  const all = [...(await loadAccounts(store.db, INSTALLATION, ids)).values()];
  for (const person of people) {
    const began = performance.now();
    matches.push(matchAccount(person, all, NO_AGENCIES));
    ms.push(performance.now() - began);
  }
  return { took: { way: "every account, in memory", ms }, matches };
}

function reportOf(
  { seed, accounts, leads }: MatchOptions,
  took: readonly Took[],
  { found, differing, matchedOtherwise, filledMs }: Told,
): Report {
  const tally = ["match", "review", "none"].map(
    (outcome) => `${found.filter((one) => one === outcome).length} ${outcome}`,
  );
  return {
    bench: "match",
    tried: { seed, accounts, leads, scanned: SCANNED },
    head: ["way", "leads or turns", "p50 ms / lead", "p99 ms / lead", "of the scan"],
    rows: took.map(({ way, ms }) => [
      way,
      shown(ms.length, 0),
      shown(median(ms), 3),
      shown(percentile(ms, 0.99), 3),
      `1 / ${shown(median(took.at(-1)?.ms ?? []) / median(ms), 0)}`,
    ]),
    notes: [
      `target: under 1 ms a lead against 100,000 accounts, by index`,
      `outcomes by keys: ${tally.join(", ")}`,
      `when every account was looked at, ${matchedOtherwise} of ${SCANNED} leads matched otherwise, and ${differing} had another list of candidates`,
      `storing the accounts with their keys took ${shown(filledMs / 1_000, 1)} s`,
    ],
    figures: { took, found, differing, matchedOtherwise, filledMs },
  };
}

/** Numbers from 0 up to `below`, the same for the same seed (mulberry32). */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function anAccount(index: number, draw: (below: number) => number): CrmAccount {
  const pick = (words: readonly string[]): string => words[draw(words.length)] ?? "";
  const brand = `${pick(BEGINNINGS)}${pick(ENDINGS)}${draw(3) === 0 ? pick(ENDINGS) : ""}`;
  const name = `${brand} ${pick(WORDS)} ${pick(FORMS)}`.trim();
  return {
    id: String(10_000 + index),
    name,
    // One in ten has none, as in a CRM that people filled in.
    ...(draw(10) === 0 ? {} : { domain: `${brand}-${index % 997}.example` }),
    phone: `+49301${String(100_000 + index)}`,
    values: { "company.name": name, "company.industry": "COMPUTER_SOFTWARE" },
  };
}

/** A lead of one of the accounts: by address, by address and name, by name with a slip, or of none. */
function aPerson(index: number, accounts: readonly CrmAccount[], draw: (below: number) => number): Person {
  const account = accounts[draw(accounts.length)];
  const name = account?.name ?? "";
  const slip = `${name.slice(0, 2)}${name.slice(3)}`;
  const kinds: readonly (readonly [string, string])[] = [
    [`a@eu.${account?.domain ?? "nobody.example"}`, ""],
    [`a@${account?.domain ?? "nobody.example"}`, name],
    ["a@gmail.com", slip],
    [`a@nobody-${index}.example`, name],
  ];
  const [email, company] = kinds[index % kinds.length] ?? ["", ""];
  const fact = (value: string) => ({ value, from: "bench" });
  return personOf(String(index), {
    "lead.email": fact(email),
    "lead.phone": fact(`+49301${String(100_000 + draw(accounts.length))}`),
    ...(company === "" ? {} : { "account.name": fact(company) }),
  });
}
