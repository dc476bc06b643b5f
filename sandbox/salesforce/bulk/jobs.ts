/** The Bulk jobs of an org, and what an answer tells of one. */
import { refusal } from "../refusal.ts";
import type { OrgCall } from "../route.ts";
import type { OrgState } from "../org.ts";
import { stamp } from "../stamp.ts";
import { makeId } from "../ids.ts";
import { apiVersion } from "../version.ts";

/** The states of a job, in order; `Failed` and `Aborted` are ends too. */
type JobState = "Open" | "UploadComplete" | "InProgress" | "JobComplete" | "Failed" | "Aborted";

/** A job. `pages` is what a query found or an upload came to, ready before the job says so. */
export interface BulkJob {
  readonly id: string;
  readonly kind: "query" | "ingest";
  readonly object: string;
  readonly operation: string;
  readonly userId: string;
  readonly createdAt: number;
  state: JobState;
  /** Looks at the job that still show it at work. */
  looksLeft: number;
  processedCount: number;
  failedCount: number;
  errorMessage: string | undefined;
}

/** The jobs of one org and how they behave. */
export interface BulkJobs {
  readonly jobs: Map<string, BulkJob>;
  /** How often a job that was begun is seen at work before it is complete. */
  readonly rules: { looks: number };
}

const jobsOf = new WeakMap<OrgState, BulkJobs>();

/** The jobs of an org. */
export function bulkOf(org: OrgState): BulkJobs {
  const held = jobsOf.get(org) ?? { jobs: new Map<string, BulkJob>(), rules: { looks: 1 } };
  jobsOf.set(org, held);
  return held;
}

const keyPrefix = "750";

/** Adds a job in its first state. */
export function addJob(
  { org, context }: Pick<OrgCall, "org" | "context">,
  given: Pick<BulkJob, "kind" | "object" | "operation" | "state">,
): BulkJob {
  const { jobs, rules } = bulkOf(org);
  const job: BulkJob = {
    ...given,
    id: makeId(keyPrefix, jobs.size + 1),
    userId: context.userId,
    createdAt: org.hooks.now(),
    looksLeft: rules.looks,
    processedCount: 0,
    failedCount: 0,
    errorMessage: undefined,
  };
  jobs.set(job.id, job);
  return job;
}

/** The job a call names. @throws Refusal 404 where there is none of this kind. */
export function jobOf({ org, params }: OrgCall, kind: BulkJob["kind"]): BulkJob {
  const job = bulkOf(org).jobs.get(params["id"] ?? "");
  if (job?.kind !== kind)
    throw refusal("NOT_FOUND", "The requested resource does not exist", { status: 404 });
  return job;
}

/** What comes of a look at a job: it moves on when it was looked at often enough. */
export function look(job: BulkJob): BulkJob {
  if (job.state !== "UploadComplete" && job.state !== "InProgress") return job;
  job.state = job.looksLeft > 0 ? "InProgress" : "JobComplete";
  job.looksLeft -= 1;
  return job;
}

/** A job as answers show it. */
export function shownJob(job: BulkJob): Readonly<Record<string, unknown>> {
  const isQuery = job.kind === "query";
  const isDone = job.state === "JobComplete" || job.state === "Failed";
  const counts = isQuery
    ? { numberRecordsProcessed: job.processedCount }
    : { numberRecordsProcessed: job.processedCount, numberRecordsFailed: job.failedCount };
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.userId,
    createdDate: stamp(job.createdAt),
    systemModstamp: stamp(job.createdAt),
    state: job.state,
    concurrencyMode: "Parallel",
    contentType: "CSV",
    apiVersion: Number(apiVersion),
    jobType: isQuery ? "V2Query" : "V2Ingest",
    lineEnding: "LF",
    columnDelimiter: "COMMA",
    retries: 0,
    ...(isDone ? { ...counts, totalProcessingTime: 0 } : {}),
    ...(job.errorMessage === undefined ? {} : { errorMessage: job.errorMessage }),
    ...(job.state === "Open"
      ? { contentUrl: `services/data/v${apiVersion}/jobs/ingest/${job.id}/batches` }
      : {}),
  };
}
