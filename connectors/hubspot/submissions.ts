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
import type { Gateway } from "./gateway.ts";
import { readAll, readPages } from "./pages.ts";
import { FORMS_VERSION, SUBMISSIONS_VERSION } from "./version.ts";

/** How far behind `since` is read again. */
const OVERLAP_MS: DurationMs = 5 * MINUTE_MS;
/** How long the list of forms is believed; a new form is noticed at the next reading after that. */
const FORMS_LIFE_MS: DurationMs = 15 * MINUTE_MS;
/** Most submissions a page holds. */
const PAGE_SIZE = "50";
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
  submittedAt: z.number(),
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

interface Form {
  readonly id: string;
  readonly name: string;
  /** Field name to the question as asked. */
  readonly labels: ReadonlyMap<string, string>;
}

export interface SubmissionReader {
  /**
   * Reads the submissions of all forms since then, oldest first, five minutes of overlap included. Those without an
   * e-mail address belong to nobody and are left out.
   * @throws BatonError `crm.*` when HubSpot cannot be read.
   */
  read(since: Instant): Promise<readonly FormSubmission[]>;
}

/** Makes the reader of one installation; it keeps the list of forms for a while. */
export function createSubmissionReader(gateway: Gateway, now: () => Instant): SubmissionReader {
  let known: { readonly forms: readonly Form[]; readonly readAt: Instant } | undefined;

  const currentForms = async (): Promise<readonly Form[]> => {
    const ageMs = known ? now() - known.readAt : Number.POSITIVE_INFINITY;
    if (!known || ageMs > FORMS_LIFE_MS || ageMs < 0)
      known = { forms: await readForms(gateway), readAt: now() };
    return known.forms;
  };

  return {
    async read(since) {
      const forms = await currentForms();
      // All forms at once: the gateway's limiter decides how many calls are open.
      const read = await Promise.all(forms.map((form) => readForm(gateway, form, since - OVERLAP_MS)));
      const found = new Map(read.flat().map((submission) => [submission.id, submission]));
      return [...found.values()].toSorted((a, b) => a.submittedAt - b.submittedAt);
    },
  };
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

async function readForm(gateway: Gateway, form: Form, since: Instant): Promise<FormSubmission[]> {
  const path = `/form-integrations/${SUBMISSIONS_VERSION}/submissions/forms/${encodeURIComponent(form.id)}`;
  const list = { path, query: { limit: PAGE_SIZE }, item: submissionItem, what: "form submissions" };
  const found: FormSubmission[] = [];
  for await (const item of readPages(gateway, list)) {
    if (item.submittedAt < since) break;
    const submission = describe(form, item);
    if (submission) found.push(submission);
  }
  return found;
}

function describe(form: Form, item: SubmissionItem): FormSubmission | undefined {
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
    submittedAt: item.submittedAt,
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
