/** `baton review`: what Baton cannot tell by itself about who is who, and a person's word on it. */
import { BatonError } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import { loadAccounts } from "../store/accounts.ts";
import { record } from "../store/audit.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { openReviews, type OpenReview, settleReview, textOf } from "../store/reviews.ts";
import type { ReviewAnswer, ReviewKind } from "../store/schema-leads.ts";
import type { Db } from "../store/schema.ts";
import { chooseInstallations, withStore } from "./existing-store.ts";
import { printJson, printLines, tableLines, type TableShape } from "./print.ts";
import type { Shell } from "./shell.ts";
import { counted, fromNow, printable } from "./words.ts";

/** One question as it is printed. */
interface Question {
  /** What `settle` takes. */
  readonly key: string;
  readonly portal: string;
  readonly what: string;
  readonly lead: string;
  /** Id of the other record or of the account. */
  readonly other: string;
  /** Of the account. */
  readonly name?: string;
  readonly evidence: readonly string[];
  readonly since: Instant;
}

const WHAT: Readonly<Record<ReviewKind, string>> = {
  duplicate: "the same person?",
  account: "of this company?",
};

/** Prints what waits for an answer. Throws what opening the database throws, and `cli.not-found` for an unknown portal. */
export async function listReviews(
  shell: Shell,
  options: { readonly portal?: string; readonly json?: boolean },
): Promise<void> {
  const open = await withStore(shell, async (store) =>
    (await questionsIn(store, options.portal)).map(({ question }) => question),
  );
  if (options.json === true) {
    await printJson(shell.out, open);
    return;
  }
  if (open.length === 0) {
    await printLines(shell.out, ["Nothing waits for an answer."]);
    return;
  }
  await printLines(shell.out, tableLines(shell.out, tableOf(open, shell.now())));
}

/** The portal is a column only where there are several. */
function tableOf(open: readonly Question[], now: Instant): TableShape {
  const hasSeveral = new Set(open.map(({ portal }) => portal)).size > 1;
  const portal = (text: string): readonly string[] => (hasSeveral ? [text] : []);
  return {
    head: ["key", ...portal("portal"), "what", "lead", "other", "evidence", "since"],
    rows: open.map((one) => [
      one.key,
      ...portal(one.portal),
      one.what,
      one.lead,
      printable(one.name === undefined ? one.other : `${one.name} (${one.other})`),
      printable(one.evidence.join("; ")),
      fromNow(one.since, now),
    ]),
  };
}

/**
 * Notes answers, all or nothing. Throws `cli.usage` when no keys are given, `cli.not-found` when a key does not wait for an
 * answer; nothing is changed then.
 */
export async function settleReviews(
  shell: Shell,
  keys: readonly string[],
  options: { readonly as: ReviewAnswer; readonly portal?: string },
): Promise<void> {
  if (keys.length === 0)
    throw new BatonError("cli.usage", "Give the keys to settle, as baton review list prints them.");
  const count = await withStore(shell, async (store) => {
    const chosen = choose(await questionsIn(store, options.portal), keys);
    return await store.db.transaction().execute((tx) => settle(tx, chosen, options.as, shell.now()));
  });
  await printLines(shell.out, [
    `Settled ${counted(count, "question")} as ${options.as}. ${CONSEQUENCE[options.as]}`,
  ]);
}

const CONSEQUENCE: Readonly<Record<ReviewAnswer, string>> = {
  same: "From the lead's next decision on Baton takes them for one.",
  different: "From the lead's next decision on Baton takes them for two.",
  linked: "Baton leaves it to the CRM.",
};

interface Waiting {
  readonly question: Question;
  readonly review: OpenReview;
  readonly installation: Installation;
}

async function questionsIn(store: Store, portal: string | undefined): Promise<readonly Waiting[]> {
  const waiting: Waiting[] = [];
  for (const installation of await chooseInstallations(store, portal)) {
    const reviews = await openReviews(store.db, installation.id);
    const ids = reviews.flatMap(({ kind, other }) => (kind === "account" ? [other] : []));
    const accounts = await loadAccounts(store.db, installation.id, ids);
    waiting.push(
      ...reviews.map((review) => {
        const name = review.kind === "account" ? accounts.get(review.other)?.name : undefined;
        return { question: questionOf(review, installation, name), review, installation };
      }),
    );
  }
  return waiting;
}

function questionOf(review: OpenReview, { tenant }: Installation, name: string | undefined): Question {
  return {
    key: textOf(review),
    portal: tenant,
    what: WHAT[review.kind],
    lead: review.lead,
    other: review.other,
    ...(name === undefined ? {} : { name }),
    evidence: review.evidence,
    since: review.since,
  };
}

/** A key that two portals know is refused: one of them would get an answer nobody gave. */
function choose(waiting: readonly Waiting[], keys: readonly string[]): readonly Waiting[] {
  const unknown = keys.filter((key) => !waiting.some(({ question }) => question.key === key));
  if (unknown.length > 0) {
    throw new BatonError(
      "cli.not-found",
      `Nothing that waits for an answer has the key ${unknown.join(" or ")}. See: baton review list. Nothing was changed.`,
    );
  }
  const chosen = waiting.filter(({ question }) => keys.includes(question.key));
  if (chosen.length > new Set(keys).size) {
    const portals = [...new Set(chosen.map(({ question }) => question.portal))].join(" and ");
    throw new BatonError(
      "cli.usage",
      `A key is known in ${portals}. Say which with --portal. Nothing was changed.`,
    );
  }
  return chosen;
}

/** @returns How many were still open: another person may have been quicker. */
async function settle(tx: Db, chosen: readonly Waiting[], as: ReviewAnswer, now: Instant): Promise<number> {
  let count = 0;
  for (const [installation, items] of Map.groupBy(chosen, (one) => one.installation.id)) {
    let settled = 0;
    for (const { review } of items)
      settled += (await settleReview(tx, installation, review, as, now)) ? 1 : 0;
    const detail = `${counted(settled, "question")} as ${as}`;
    await record(tx, { installation, actor: "cli", action: "review-settled", detail }, now);
    count += settled;
  }
  return count;
}
