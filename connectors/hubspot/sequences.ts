/**
 * Starting sequences of e-mails and tasks in an owner's name.
 *
 * HubSpot takes one contact at a time and keeps no key, so a contact is asked for its enrolment first. One that runs is never started
 * over: the same sequence is as good as started, another one is left to whoever started it. What HubSpot tells of is the last
 * enrolment, also one that is over; whether it runs is said by the contact (`hs_sequences_is_enrolled`).
 * Source: https://developers.hubspot.com/docs/api-reference/latest/automation/sequences/guide
 */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { Receipt, Sighting } from "../../src/model/effect.ts";
import type { Gateway } from "../http/gateway.ts";
import { notDone } from "../http/outcome.ts";
import type { WriteAnswer } from "../http/outcome.ts";
import { codeOf } from "../http/outcome.ts";
import { parseAnswer } from "./answer.ts";
import { isRecordId, readBatch } from "./batch-read.ts";
import type { WriteOf } from "./compose.ts";
import { readSenders } from "./owners.ts";
import type { Sender } from "./owners.ts";
import { againAfterConflict } from "./receipts.ts";
import { SEQUENCES_VERSION } from "./version.ts";

type StartSequence = WriteOf<"start-sequence">;

const ENROLLMENTS = `/automation/sequences/${SEQUENCES_VERSION}/enrollments`;
const id = z.union([z.string().min(1), z.number()]).transform(String);
const enrollment = z.object({ id, sequenceId: id });
const started = z.object({ id });
/** HubSpot does not say what it answers for a contact that was never in one: nothing, or an answer without an id. */
const none = z
  .union([z.undefined(), z.null(), z.object({ id: z.null().optional() })])
  .transform(() => undefined);
const enrolled = z.union([enrollment, none]);
type Enrollment = z.infer<typeof enrollment>;

const NOT_GRANTED =
  "The account does not let Baton start sequences: connect it again and grant automation.sequences.read and automation.sequences.enrollments.write.";

interface Tools {
  readonly gateway: Gateway;
  readonly capabilities: Capabilities;
}

/** Starts sequences, one receipt each, in order: a read, and a write where none runs. Never throws. */
export async function startSequences(
  { gateway, capabilities }: Tools,
  writes: readonly StartSequence[],
): Promise<readonly Receipt[]> {
  if (!capabilities.sequences) return writes.map(({ key }) => refusal(key, "crm.forbidden", NOT_GRANTED));
  try {
    const [senders, running] = await Promise.all([readSenders(gateway), readRunning(gateway, writes)]);
    return await Promise.all(
      writes.map((write) => startOne(gateway, write, senders.get(write.ownerId), running.get(write.lead.id))),
    );
  } catch (error) {
    // Only reads throw: nothing was sent.
    const code = codeOf(error);
    return writes.map(({ key }) =>
      code === "crm.forbidden" ? refusal(key, code, NOT_GRANTED) : { key, outcome: "not-applied", code },
    );
  }
}

/** Looks for sequences, one sighting each, in order. @throws BatonError `crm.*` when HubSpot cannot be read. */
export async function lookForSequences(
  gateway: Gateway,
  writes: readonly StartSequence[],
): Promise<readonly Sighting[]> {
  const running = await readRunning(gateway, writes);
  return writes.map(({ key, lead, sequence }) => {
    const one = running.get(lead.id);
    return one?.sequenceId === sequence ? { key, seen: "yes", id: one.id } : { key, seen: "no" };
  });
}

async function startOne(
  gateway: Gateway,
  { key, lead, ownerId, sequence }: StartSequence,
  sender: Sender | undefined,
  running: Enrollment | undefined,
): Promise<Receipt> {
  if (running?.sequenceId === sequence) return { key, outcome: "applied", id: running.id };
  if (running !== undefined)
    return refusal(
      key,
      "crm.conflict",
      `Sequence ${running.sequenceId} is running for this contact: it was left to run.`,
    );
  if (!isRecordId(lead.id))
    return refusal(key, "crm.invalid", `Contact id "${lead.id}" is not a HubSpot id.`);
  if (sender === undefined)
    return refusal(
      key,
      "crm.invalid",
      `Owner ${ownerId} is no active user with an e-mail address, so no sequence can be sent in their name.`,
    );
  const answer = await gateway.write({
    method: "POST",
    path: ENROLLMENTS,
    query: { userId: sender.userId },
    body: { contactId: lead.id, sequenceId: sequence, senderEmail: sender.email },
  });
  // Made again, it begins with another look for what runs.
  return againAfterConflict(receiptOf(key, answer));
}

function receiptOf(key: string, answer: WriteAnswer): Receipt {
  switch (answer.outcome) {
    case "answered": {
      const { data } = started.safeParse(answer.body);
      return data === undefined
        ? { key, outcome: "unknown", code: "crm.bad-answer" }
        : { key, outcome: "applied", id: data.id };
    }
    case "refused":
      return refusal(
        key,
        answer.code,
        `${answer.reason} (The owner needs a seat for sequences and a connected inbox.)`,
      );
    case "unknown":
    case "not-applied":
      return { key, ...notDone(answer) };
  }
}

function refusal(key: string, code: string, reason: string): Receipt {
  return { key, outcome: "refused", code, reason };
}

/** The enrolments that run, by contact. Contacts that say they are in no sequence are in none, whatever they were in before. */
async function readRunning(
  gateway: Gateway,
  writes: readonly StartSequence[],
): Promise<ReadonlyMap<string, Enrollment>> {
  const contacts = [...new Set(writes.map(({ lead }) => lead.id).filter(isRecordId))];
  const found = await Promise.all(
    contacts.map(async (contact) => [contact, await readEnrollment(gateway, contact)] as const),
  );
  const last = new Map(
    found.flatMap(([contact, one]) => (one === undefined ? [] : [[contact, one] as const])),
  );
  const property = "hs_sequences_is_enrolled";
  const told = await readBatch(gateway, { type: "contacts", ids: [...last.keys()], properties: [property] });
  for (const { id: contact, properties } of told) if (properties[property] === "false") last.delete(contact);
  return last;
}

async function readEnrollment(gateway: Gateway, contact: string): Promise<Enrollment | undefined> {
  try {
    const answer = await gateway.read({ method: "GET", path: `${ENROLLMENTS}/contact/${contact}` });
    return parseAnswer(enrolled, answer, "a read of a contact's enrolment");
  } catch (error) {
    if (error instanceof BatonError && error.code === "crm.not-found") return undefined;
    throw error;
  }
}
