/** What a lead did, first-party only: the behaviour that intent is read from. */
import type { Instant } from "./instant.ts";
import { normalForm } from "./normal-form.ts";

/** Kinds of behaviour Baton knows. Source: docs/glossary.md, "Signal". */
export const SIGNAL_KINDS = [
  "form-submitted",
  "page-viewed",
  "content-downloaded",
  "webinar-registered",
  "webinar-attended",
  "email-replied",
  "meeting-booked",
  "campaign-joined",
  "product",
] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** A question as asked and the lead's answer in their own words. */
export interface Answer {
  readonly question: string;
  readonly answer: string;
}

/** One thing a lead did. `key` names it for ever: the same deed seen twice has the same key. */
export interface Signal {
  readonly key: string;
  readonly kind: SignalKind;
  readonly at: Instant;
  /** Path of the page viewed, or of the page a form stood on: `/pricing`. */
  readonly page?: string;
  /** A form's name as a slug, as `definition.yaml` writes it: `demo-request`. */
  readonly form?: string;
  readonly asset?: string;
  readonly campaign?: string;
  readonly engagement?: string;
  /** What a sender called it, as it was sent: `Workspace Activated`. */
  readonly event?: string;
  /** The title a sender gave what it happened to, as a slug: it names the asset, once the event turns out to be a download. */
  readonly title?: string;
  readonly answers?: readonly Answer[];
}

/** A name as `definition.yaml` writes it: `Demo request` is `demo-request`. */
export function slugOf(name: string): string {
  return normalForm(name, "NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-|-$/g, "");
}
