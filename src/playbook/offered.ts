/** What sales may answer, and the reasons it may give, as the CRM's pick lists offer it. */

/** The part of an agreement that says it: compiled or as it stands in the file. */
interface Answering {
  readonly dispositions: {
    readonly accepted: { readonly reasons: readonly string[] };
    readonly rejected: { readonly reasons: readonly string[] };
    readonly recycled: { readonly reasons: readonly string[] };
    readonly outcomes: readonly string[];
  };
}

/** @returns Each word once, in the agreement's order. Throws nothing. */
export function offeredAnswers({ dispositions }: Answering): {
  readonly answers: readonly string[];
  readonly reasons: readonly string[];
} {
  const { accepted, rejected, recycled, outcomes } = dispositions;
  return {
    answers: [...new Set(["accepted", "rejected", "recycled", ...outcomes])],
    reasons: [...new Set([accepted, rejected, recycled].flatMap(({ reasons }) => reasons))],
  };
}
