/** A lead that is ready, and what is planned for it: the common ground of the tests in this folder. */
import type { Assignment, Plan, Verdict } from "../../src/model/decision.ts";
import type { WriteBody, WriteKind } from "../../src/model/effect.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { FactValue, Snapshot } from "../../src/model/lead.ts";
import type { Signal } from "../../src/model/signal.ts";
import { plan } from "../../src/plan/index.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { formRoster } from "../../src/route/index.ts";
import { aLead, aPlaybook, OWNERS, TUESDAY } from "../route/acme.ts";

export const playbook = aPlaybook();

/** What Ana did, newest first. */
export const DEEDS: readonly Signal[] = [
  {
    key: "form-1",
    kind: "form-submitted",
    at: TUESDAY - 12 * MINUTE_MS,
    form: "demo-request",
    page: "/demo",
    answers: [
      { question: "What are you trying to solve?", answer: "Leads wait until somebody remembers them." },
      { question: "E-mail", answer: "ana@example.com" },
      { question: "First name", answer: "Ana" },
      { question: "Comment", answer: " " },
    ],
  },
  { key: "page-3", kind: "page-viewed", at: TUESDAY - 30 * MINUTE_MS, page: "/pricing" },
  { key: "page-2", kind: "page-viewed", at: TUESDAY - 3_000 * MINUTE_MS, page: "/pricing" },
  { key: "page-1", kind: "page-viewed", at: TUESDAY - 4_000 * MINUTE_MS, page: "/security" },
  {
    key: "webinar-1",
    kind: "webinar-attended",
    at: TUESDAY - 9_000 * MINUTE_MS,
    campaign: "Routing in practice",
    engagement: "strong",
  },
];

const ANA: Readonly<Record<string, FactValue>> = {
  "lead.name": "Ana Ruiz",
  "lead.email": "ana@example.com",
  "lead.role": "VP Marketing",
  "lead.country": "DE",
  "lead.phone": "+49 30 5550 100",
  "lead.stage": "lead",
  "lead.stage_value": "lead",
  "account.name": "Fern & Sons",
  "account.employees": 200,
  "account.industry": "software",
  "campaign.first": "autumn-launch",
  "campaign.last": "webinar-series",
};

export function ana(facts: Readonly<Record<string, FactValue>> = {}, more: Partial<Snapshot> = {}): Snapshot {
  return aLead({ ...ANA, ...facts }, { accountId: "77", signals: DEEDS, ...more });
}

export const READY: Extract<Verdict, { outcome: "ready" }> = {
  outcome: "ready",
  type: "hand-raiser",
  reason: "form demo-request within 24h",
  findings: [],
};

const HEAD = {
  rule: "EMEA",
  because: "Lena has the largest shortfall of 3 in emea-sdr",
  candidates: [],
  findings: [],
};
export const TO_LENA: Extract<Assignment, { outcome: "assigned" }> = {
  ...HEAD,
  outcome: "assigned",
  ownerId: "lena",
  ownerName: "Lena Vogt",
  rep: "lena@acme.example",
  pool: "emea-sdr",
  counts: true,
};
export const TO_PARTNER: Assignment = {
  ...HEAD,
  rule: "Partner leads",
  because: "lead.partner is Northwind",
  outcome: "partner",
  partner: "Northwind",
  share: ["lead.name", "account.name", "lead.legal_name", "brief.why_now"],
};
export const TO_QUEUE: Assignment = {
  ...HEAD,
  rule: "otherwise",
  because: "nobody can take it now",
  outcome: "queued",
  queue: "unrouted",
  retryAt: TUESDAY + 30 * MINUTE_MS,
};

/** The plan for Ana, who asked for a demo and goes to Lena, unless said otherwise. */
export function planned(
  options: {
    snapshot?: Snapshot;
    verdict?: Verdict;
    assignment?: Assignment;
    playbook?: Playbook;
    now?: number;
  } = {},
): Plan {
  const { snapshot = ana(), verdict = READY, assignment = TO_LENA, now = TUESDAY } = options;
  const agreed = options.playbook ?? playbook;
  const roster = formRoster(agreed.team, OWNERS, new Map(), now);
  const ready = verdict.outcome === "ready" ? { assignment } : {};
  return plan({ snapshot, verdict, ...ready, roster, now, publicUrl: "https://baton.example/" }, agreed);
}

/** The one write of a kind; fails the test when there is none or more. */
export function writeOf<K extends WriteKind>(of: Plan, kind: K): Extract<WriteBody, { kind: K }> {
  const found = of.writes.filter((write): write is Extract<WriteBody, { kind: K }> => write.kind === kind);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} writes of kind ${kind}`);
  return only;
}

export function kindsOf(of: Plan): readonly WriteKind[] {
  return of.writes.map((write) => write.kind);
}
