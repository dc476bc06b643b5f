/** What `baton explain` was asked about, found in the store: a lead, and the decision that answers the question. */
import { BatonError } from "../../errors.ts";
import { accountOf } from "../../model/lead.ts";
import { eventStates } from "../../store/events.ts";
import { currentLead, isEmail, leadsWithEmail } from "../../store/find-lead.ts";
import { findHandoff } from "../../store/handoffs.ts";
import type { Installation } from "../../store/installations.ts";
import type { Store } from "../../store/open.ts";
import type { Db } from "../../store/schema.ts";
import { decisionsOfLead, findDecision, type StoredDecision } from "../../store/turns.ts";
import { chooseInstallations } from "../existing-store.ts";
import { counted } from "../words.ts";

/** What was found. */
export interface Found {
  readonly installation: Installation;
  readonly lead: string;
  /** The decision to explain. */
  readonly stored: StoredDecision;
  /** Set when a later look found the lead with sales already: nothing was decided anew. */
  readonly lookedAgain?: StoredDecision;
  /** Newest first. */
  readonly history: readonly StoredDecision[];
}

interface Place {
  readonly installation: Installation;
  readonly lead: string;
  /** A handoff or decision id, when one was asked about. */
  readonly about?: string;
}

/** Decisions read of one lead; older ones are counted among the exports, not here. */
const MOST_DECISIONS = 200;

/**
 * @param what    CRM id or e-mail address of a lead, or the id of a handoff or a decision.
 * @param portal  Needed only where several portals or orgs know the lead.
 * Throws `cli.not-found` with what is known of it, `cli.usage` when it may mean several leads.
 */
export async function findSubject(store: Store, what: string, portal: string | undefined): Promise<Found> {
  const installations = await chooseInstallations(store, portal);
  const places =
    (await placesById(store, what, installations)) ?? (await placesByLead(store, what, installations));
  const known: Found[] = [];
  for (const place of places) {
    const found = await subjectAt(store, place);
    if (found !== undefined) known.push(found);
  }
  const [only, ...others] = known;
  if (only === undefined) throw await notFound(store, what, places);
  if (others.length > 0) throw severalFound(what, known);
  return only;
}

async function placesById(
  store: Store,
  id: string,
  installations: readonly Installation[],
): Promise<readonly Place[] | undefined> {
  const decision = await findDecision(store.db, id);
  if (decision === undefined) return undefined;
  const installation = installations.find((one) => one.id === decision.installation);
  if (installation === undefined) return undefined;
  const lead = await currentLead(store.db, installation.id, decision.snapshot.lead.id);
  return [{ installation, lead, about: id }];
}

async function placesByLead(
  store: Store,
  what: string,
  installations: readonly Installation[],
): Promise<readonly Place[]> {
  const places: Place[] = [];
  for (const installation of installations) {
    const { id } = installation;
    const leads = isEmail(what) ? await leadsWithEmail(store.db, id, what) : [what];
    const current = new Set<string>();
    for (const lead of leads) current.add(await currentLead(store.db, id, lead));
    places.push(...[...current].map((lead) => ({ installation, lead })));
  }
  return places;
}

async function subjectAt(store: Store, place: Place): Promise<Found | undefined> {
  const { installation, lead, about } = place;
  const history = await decisionsOfLead(store.db, installation.id, lead, MOST_DECISIONS);
  const base = { installation, lead, history };
  if (about !== undefined) {
    const stored = await decisionAbout(store.db, about, history);
    return stored && { ...base, stored };
  }
  const [newest] = history;
  if (newest === undefined) return undefined;
  const { verdict } = newest.decision;
  if (verdict.outcome !== "with-sales") return { ...base, stored: newest };
  const began = history.find(
    ({ handoff, decision }) => handoff === verdict.handoffId && decision.verdict.outcome === "ready",
  );
  return began === undefined ? { ...base, stored: newest } : { ...base, stored: began, lookedAgain: newest };
}

/** A handoff's id means the decision that settled it last; any other id means that very decision. */
async function decisionAbout(
  db: Db,
  id: string,
  history: readonly StoredDecision[],
): Promise<StoredDecision | undefined> {
  const named = history.find(({ snapshot }) => snapshot.decisionId === id);
  const handoff = await findHandoff(db, id);
  if (handoff === undefined) return named;
  return history.find((one) => one.handoff === id && one.decision.verdict.outcome === "ready") ?? named;
}

function severalFound(what: string, known: readonly Found[]): BatonError {
  const places = [...new Map(known.map(({ installation }) => [installation.id, installation])).values()];
  return new BatonError(
    "cli.usage",
    places.length > 1
      ? `"${what}" is known in ${places.map(accountOf).join(" and ")}. Say which: --portal ${places[0]?.tenant}`
      : `"${what}" names ${counted(known.length, "lead")}: ${known.map(({ lead }) => lead).join(", ")}. Give one of these ids.`,
  );
}

/** Nothing was decided: perhaps because the news about the lead still waits. */
async function notFound(store: Store, what: string, places: readonly Place[]): Promise<BatonError> {
  for (const { installation, lead } of places) {
    const states = await eventStates(store.db, installation.id, lead);
    if (states.length > 0) {
      const events = states.map(({ state, count }) => `${count} ${state}`).join(", ");
      return new BatonError(
        "cli.not-found",
        `Lead ${lead} of ${accountOf(installation)} has no decision. Its events: ${events}. ` +
          "Is a server running? Are events parked (baton parked list)?",
      );
    }
  }
  return new BatonError(
    "cli.not-found",
    `Nothing is stored about "${what}". Give a lead's CRM id or e-mail address, or the id of a handoff or decision.`,
  );
}
