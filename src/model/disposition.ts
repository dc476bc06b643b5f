/** What sales made of a lead. Source: docs/glossary.md, "Disposition". */
import type { Instant } from "./instant.ts";

/** Where an answer was given. */
export type AnswerPlace = "crm" | "slack" | "command";

/** `accepted`, `rejected`, `recycled`, or one of the agreement's outcomes (`working`, `meeting`, `opportunity`…). */
export interface GivenAnswer {
  readonly answer: string;
  /** One of the agreement's reasons, where the answer needs one. */
  readonly reason?: string;
  readonly via: AnswerPlace;
  /** Who gave it, as far as the place knows: an e-mail address or an owner's id. */
  readonly by?: string;
}

/** What sales may answer in the CRM, and the reasons it may give: the words of `agreement.yaml`. */
export interface OfferedAnswers {
  readonly answers: readonly string[];
  readonly reasons: readonly string[];
}

/** An answer on a handoff. Answers are only added: a changed mind is a later answer. */
export interface Disposition extends GivenAnswer {
  /** Names the giving of it: the same click or change read twice is one answer. */
  readonly key: string;
  readonly at: Instant;
}
