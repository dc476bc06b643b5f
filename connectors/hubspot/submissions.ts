/**
 * Form submissions: HubSpot sends no webhook for them, so they are read from time to time, newest first, back to where
 * the last reading began. A submission may become visible late, hence the overlap; repeats are normal and have the same
 * id. The endpoint is old and without a successor; parts of its shape are known from client code only.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { FormSubmission } from "../../src/model/event.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import type { Answer } from "../../src/model/signal.ts";
import type { Gateway } from "../http/gateway.ts";
import { readAll, readPages } from "./pages.ts";
import { FORMS_VERSION, SUBMISSIONS_VERSION } from "./version.ts";

/** How far behind `since` is read again. */
const OVERLAP_MS: DurationMs = 5 * MINUTE_MS;
/** How long the list of forms is believed; a new form is noticed at the next reading after that. */
const FORMS_LIFE_MS: DurationMs = 15 * MINUTE_MS;
/** Most submissions a page holds. */
const PAGE_SIZE = 50;
/** Who the lead is stands on the contact; an answer is what they said. */
const IDENTITY_FIELDS: ReadonlySet<string> = new Set([
  "email",
  "firstname",
  "lastname",
  "phone",
  "mobilephone",
]);

const formItem = z.object({
  id: z.string().min(1),
  name: z.string(),
  fieldGroups: z
    .array(
      z.object({ fields: z.array(z.object({ name: z.string(), label: z.string().catch("") })).catch([]) }),
    )
    .catch([])
    .default([]),
});

const submissionItem = z.object({
  conversionId: z.string().min(1).optional().catch(undefined),
  submittedAt: z.number().transform(Math.trunc),
  pageUrl: z.string().optional().catch(undefined),
  values: z
    .array(
      z
        .object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]).transform(String) })
        .nullable()
        .catch(null),
    )
    .catch([])
    .default([]),
});
type SubmissionItem = z.infer<typeof submissionItem>;
/** One without a time cannot be placed, and must not keep the others from being read. */
const placedItem = submissionItem.nullable().catch(null);

interface Form {
  readonly id: string;
  readonly name: string;
  /** Field name to the question as asked. */
  readonly labels: ReadonlyMap<string, string>;
}

export interface SubmissionReader {
  /**
   * Reads submissions since then, oldest first, five minutes of overlap included. Those without an e-mail address belong
   * to nobody and are left out.
   * @param conversions  What contacts' `recent_conversion_event_name` said (`Page title: Form name`): then only the forms
   *                     named there are read, and of each the newest fifty. Without it, all are, from one end to the other.
   * @throws BatonError `crm.*` when HubSpot cannot be read.
   */
  read(since: Instant, conversions?: readonly string[]): Promise<readonly FormSubmission[]>;
}

/** Makes the reader of one installation; it keeps the list of forms for a while, and what it has read lately. */
export function createSubmissionReader(gateway: Gateway, now: () => Instant): SubmissionReader {
  let known: { readonly forms: readonly Form[]; readonly readAt: Instant } | undefined;
  const memory = createMemory();

  const currentForms = async (): Promise<readonly Form[]> => {
    const ageMs = known ? now() - known.readAt : Number.POSITIVE_INFINITY;
    if (!known || ageMs > FORMS_LIFE_MS || ageMs < 0)
      known = { forms: await readForms(gateway), readAt: now() };
    return known.forms;
  };

  return {
    async read(since, conversions) {
      const isGlance = conversions !== undefined;
      if (!isGlance) memory.readFrom(since);
      const forms = (await currentForms()).filter((form) => isAsked(form, conversions));
      const reach = { since, until: now(), isGlance };
      // All forms at once: the gateway's limiter decides how many calls are open.
      const read = await Promise.all(forms.map((form) => readForm(gateway, form, reach, memory)));
      const found = new Map(read.flat().map((submission) => [submission.id, submission]));
      if (!isGlance) memory.toldFrom(since, [...found.values()]);
      return [...found.values()].toSorted((a, b) => a.submittedAt - b.submittedAt);
    },
  };
}

/** What whole readings told and whoever asked has stored. Glances are left out: beneath what they tell more may wait. */
interface Memory {
  readonly isStored: (id: string) => boolean;
  /** A reading begins. Where it begins later than the one before, what that one told is stored. */
  readFrom(since: Instant): void;
  toldFrom(since: Instant, submissions: readonly FormSubmission[]): void;
}

function createMemory(): Memory {
  const stored = new Map<string, Instant>();
  let last: { readonly since: Instant; readonly submissions: readonly FormSubmission[] } | undefined;
  return {
    isStored: (id) => stored.has(id),
    readFrom(since) {
      if (last !== undefined && since > last.since)
        for (const { id, submittedAt } of last.submissions) stored.set(id, submittedAt);
      for (const [id, at] of stored) if (at < since - OVERLAP_MS) stored.delete(id);
    },
    toldFrom(since, submissions) {
      last = { since, submissions };
    },
  };
}

/** A conversion is told as page title, colon, form name; both may hold colons themselves. */
function isAsked({ name }: Form, conversions: readonly string[] | undefined): boolean {
  return conversions === undefined || conversions.some((said) => said === name || said.endsWith(`: ${name}`));
}

async function readForms(gateway: Gateway): Promise<Form[]> {
  const query = { limit: "100", formTypes: "hubspot,captured,flow,blog_comment" };
  const path = `/marketing/${FORMS_VERSION}/forms`;
  const forms = await readAll(gateway, { path, query, item: formItem, what: "forms" });
  return forms.map(({ id, name, fieldGroups }) => ({
    id,
    name,
    labels: new Map(
      fieldGroups.flatMap((group) => group.fields.map((field) => [field.name, field.label] as const)),
    ),
  }));
}

/** How far forms are read. A glance is one page, for whoever has just filled one in; what else waits is for the next reading. */
interface Reach {
  readonly since: Instant;
  readonly until: Instant;
  readonly isGlance: boolean;
}

/**
 * One form, newest first, back to where the overlap begins. In a flood the overlap holds many pages of what was read a
 * minute ago: a whole page of it in a row, and the rest is taken to be known too.
 */
async function readForm(
  gateway: Gateway,
  form: Form,
  { since, until, isGlance }: Reach,
  { isStored }: Memory,
): Promise<FormSubmission[]> {
  const path = `/form-integrations/${SUBMISSIONS_VERSION}/submissions/forms/${encodeURIComponent(form.id)}`;
  const list = { path, query: { limit: String(PAGE_SIZE) }, item: placedItem, what: "form submissions" };
  const found: FormSubmission[] = [];
  let [read, knownInARow] = [0, 0];
  for await (const item of readPages(gateway, list)) {
    read += 1;
    if (item !== null) {
      if (item.submittedAt < since - OVERLAP_MS) break;
      const submission = describe(form, item, until);
      if (submission) found.push(submission);
      knownInARow = submission !== undefined && isStored(submission.id) ? knownInARow + 1 : 0;
    }
    // Not a moment later: the next one may be on a page of its own.
    if (knownInARow >= PAGE_SIZE || (isGlance && read >= PAGE_SIZE)) break;
  }
  return found;
}

/** @param until  Now: what HubSpot says of the future, its clock being ahead, would keep later submissions from being read. */
function describe(form: Form, item: SubmissionItem, until: Instant): FormSubmission | undefined {
  const values = item.values.filter((value) => value !== null);
  const email = values
    .find((value) => value.name === "email")
    ?.value.trim()
    .toLowerCase();
  if (!email) return undefined;
  const page = pathOf(item.pageUrl);
  return {
    id: item.conversionId ?? identify(form.id, item),
    form: form.name,
    submittedAt: Math.min(item.submittedAt, until),
    email,
    ...(page === undefined ? {} : { page }),
    answers: values.flatMap(({ name, value }): Answer[] => {
      if (IDENTITY_FIELDS.has(name) || value.trim() === "") return [];
      return [{ question: form.labels.get(name) || name, answer: value }];
    }),
  };
}

/** What names a submission that has no id of its own: the same submission always gives the same text. */
function identify(formId: string, { submittedAt, values }: SubmissionItem): string {
  return createHash("sha256")
    .update(JSON.stringify([formId, submittedAt, values]))
    .digest("hex")
    .slice(0, 32);
}

function pathOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).pathname : undefined;
}
