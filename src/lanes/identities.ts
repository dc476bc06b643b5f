/**
 * Who the leads of a turn are: the accounts of those the CRM links to none, and other records of the same people, among what
 * is stored and among each other. Nothing is asked of the CRM, and nothing is merged or linked: what is not sure goes to a person.
 */
import type { AccountMatch } from "../model/account.ts";
import type { Snapshot } from "../model/lead.ts";
import type { CrmAccount } from "../model/record.ts";
import { type OtherPerson, findDuplicates } from "../resolve/duplicates.ts";
import { readFacts } from "../resolve/facts.ts";
import type { Identity } from "../resolve/identity.ts";
import { companyKeys, personKeys } from "../resolve/keys.ts";
import { matchAccount } from "../resolve/match-account.ts";
import { type Person, personOf } from "../resolve/person.ts";
import { loadAccounts } from "../store/accounts.ts";
import { giveWay } from "../store/give-way.ts";
import { loadOpenHandoffs } from "../store/handoffs.ts";
import { loadSnapshots, savePersonKeys } from "../store/identities.ts";
import { findByKeys, MOST_OF_A_KEY } from "../store/match-keys.ts";
import { loadAnswers, pairOf, type Review, saveReviews, textOf } from "../store/reviews.ts";
import type { ReviewAnswer } from "../store/schema-leads.ts";
import type { Tx } from "../store/schema.ts";
import { hasAccounts } from "./accounts.ts";
import type { Lane } from "./lane.ts";
import type { ReadLead } from "./reading.ts";

type Answers = ReadonlyMap<string, ReviewAnswer>;
type Matched = Pick<Identity, "match" | "account">;

/** Lead id to who they are; leads that were not found, and all where fields.yaml matches nothing, are absent. */
export async function recallIdentities(
  lane: Lane,
  read: readonly ReadLead[],
): Promise<ReadonlyMap<string, Identity>> {
  const { fields } = lane.playbook();
  const { db } = lane.store;
  const { id } = lane.installation;
  if (!fields.match.accounts && !fields.match.duplicates) return new Map();

  const people: Person[] = [];
  for (const { record } of read) {
    if (record.found !== true) continue;
    people.push(personOf(record.lead.id, readFacts(record, fields).facts, record.accountId));
    await giveWay();
  }
  const answers = await loadAnswers(
    db,
    id,
    people.map(({ lead }) => lead),
  );
  const matches = await matchesOf(lane, people, answers);
  // Who is matched with an account is compared as one of its people.
  const placed = people.map((person): Person => {
    const accountId = person.accountId ?? matches.get(person.lead)?.account?.id;
    return accountId === undefined ? person : { ...person, accountId };
  });
  const others = fields.match.duplicates ? await othersOf(lane, placed) : new Map<string, never>();
  return new Map(
    placed.map((person) => [
      person.lead,
      {
        ...matches.get(person.lead),
        duplicates: findDuplicates(person, others.get(person.lead) ?? []).filter(
          ({ lead }) => !isOver(answers.get(textOf(pairOf(person.lead, lead)))),
        ),
      },
    ]),
  );
}

/**
 * What the decided leads are found under from now on, and what of them a person must look at; in the turn's transaction, which
 * has made sure that nobody they are like was erased meanwhile. Throws nothing of its own.
 */
export async function noteIdentities(
  lane: Lane,
  tx: Tx,
  decided: readonly { readonly snapshot: Snapshot }[],
): Promise<void> {
  const { accounts, duplicates } = lane.playbook().fields.match;
  if (!accounts && !duplicates) return;
  const { id } = lane.installation;
  const leads = decided.map(({ snapshot }) => snapshot.lead.id);
  if (duplicates) {
    const people = decided.map(({ snapshot: { lead, facts, accountId } }) => ({
      lead: lead.id,
      keys: personKeys(personOf(lead.id, facts, accountId)),
    }));
    await savePersonKeys(tx, id, people);
  }
  const found = decided.flatMap(({ snapshot }) => reviewsOf(snapshot));
  await saveReviews(tx, id, leads, found, lane.now());
}

/** `different` and `linked` are the end of it; `same` is what Baton thought already. */
function isOver(answer: ReviewAnswer | undefined): boolean {
  return answer === "different" || answer === "linked";
}

async function matchesOf(
  lane: Lane,
  people: readonly Person[],
  answers: Answers,
): Promise<ReadonlyMap<string, Matched>> {
  const { db } = lane.store;
  const { id } = lane.installation;
  const { accounts: isOn, agencies } = lane.playbook().fields.match;
  const unlinked = people.filter(({ accountId }) => accountId === undefined);
  if (!isOn || unlinked.length === 0 || !(await hasAccounts(db, id))) return new Map();

  const keys = new Map(unlinked.map((person) => [person.lead, companyKeys(person)]));
  const found = await findByKeys(db, id, "account_keys", [...keys.values()].flat());
  const accounts = await loadAccounts(db, id, [...found.values()].flat());
  return new Map(
    unlinked.map((person) => {
      const ids = new Set((keys.get(person.lead) ?? []).flatMap((key) => found.get(key) ?? []));
      const candidates = [...ids].flatMap((account) => accounts.get(account) ?? []);
      return [person.lead, matchedWith(person, candidates, agencies, answers)];
    }),
  );
}

/** What the evidence says, unless a person has said otherwise. */
function matchedWith(
  person: Person,
  candidates: readonly CrmAccount[],
  agencies: ReadonlySet<string>,
  answers: Answers,
): Matched {
  const answerTo = ({ id }: CrmAccount): ReviewAnswer | undefined =>
    answers.get(textOf({ kind: "account", lead: person.lead, other: id }));
  const chosen = candidates.find((account) => answerTo(account) === "same");
  const match: AccountMatch =
    chosen === undefined
      ? matchAccount(
          person,
          candidates.filter((account) => !isOver(answerTo(account))),
          agencies,
        )
      : {
          outcome: "match",
          account: chosen.id,
          ...(chosen.name === undefined ? {} : { name: chosen.name }),
          evidence: ["a person said so"],
        };
  if (match.outcome !== "match") return { match };
  const account = candidates.find(({ id }) => id === match.account);
  return { match, ...(account === undefined ? {} : { account }) };
}

/** Lead id to the records that share a key with it: as decided last, and those of this turn as they are now. */
async function othersOf(
  lane: Lane,
  people: readonly Person[],
): Promise<ReadonlyMap<string, readonly OtherPerson[]>> {
  const { db } = lane.store;
  const { id } = lane.installation;
  const keys = new Map(people.map((person) => [person.lead, personKeys(person)]));
  const stored = await findByKeys(db, id, "person_keys", [...keys.values()].flat());
  const here = sharing(keys);
  const now = new Map(people.map((person) => [person.lead, person]));
  const ids = [...new Set([...stored.values(), ...here.values()].flat())];
  const snapshots = await loadSnapshots(
    db,
    id,
    ids.filter((lead) => !now.has(lead)),
  );
  const handoffs = await loadOpenHandoffs(db, id, ids);
  const others = new Map<string, OtherPerson>();
  for (const lead of ids) {
    const person = now.get(lead) ?? personIn(snapshots.get(lead));
    const ownerId = handoffs.get(lead)?.ownerId;
    if (person !== undefined) others.set(lead, { ...person, ...(ownerId === undefined ? {} : { ownerId }) });
    await giveWay();
  }
  return new Map(
    people.map(({ lead }) => {
      const found = (keys.get(lead) ?? []).flatMap((key) => [
        ...(stored.get(key) ?? []),
        ...(here.get(key) ?? []),
      ]);
      const ownOthers = [...new Set(found)].filter((other) => other !== lead);
      return [lead, ownOthers.flatMap((other) => others.get(other) ?? [])];
    }),
  );
}

/** Key to the leads of this turn that have it; one that too many have says nothing here, either. */
function sharing(keys: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const pairs = [...keys].flatMap(([lead, own]) => own.map((key) => ({ key, lead })));
  return new Map(
    [...Map.groupBy(pairs, ({ key }) => key)]
      .filter(([, own]) => own.length <= MOST_OF_A_KEY)
      .map(([key, own]) => [key, own.map(({ lead }) => lead)]),
  );
}

function personIn(snapshot: Snapshot | undefined): Person | undefined {
  return snapshot && personOf(snapshot.lead.id, snapshot.facts, snapshot.accountId);
}

function reviewsOf({ lead, match, duplicates = [] }: Snapshot): readonly Review[] {
  const accounts = match?.outcome === "review" ? match.candidates : [];
  return [
    ...duplicates.map((one): Review => ({ ...pairOf(lead.id, one.lead), evidence: one.evidence })),
    ...accounts.map(({ account, evidence }): Review => ({
      kind: "account",
      lead: lead.id,
      other: account,
      evidence,
    })),
  ];
}
