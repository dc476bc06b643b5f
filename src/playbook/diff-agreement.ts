/** What a change of agreement.yaml means: which promises are others now, and who signs. */
import { about, byItem, byName, inParts, phrased, textAt } from "./diff-named.ts";
import { mapOf, show, type Tell, valueLines } from "./diff-words.ts";

const promiseLines = inParts({
  first_attempt: phrased("a first attempt in"),
  meaningful_touch: phrased("a meaningful touch in"),
  attempts: phrased("attempts:"),
});

const salesLines = inParts({
  promises: byName({
    call: (type) => `Sales promises ${type}`,
    added: promiseWords,
    removed: () => "nothing of its own any more: what holds otherwise holds for it",
    changed: promiseLines,
  }),
  otherwise: about("Sales promises every other type", promiseLines),
  clock: about("Promises are counted", phrased("in the working hours of")),
  touches: inParts({
    attempt: countLines("An attempt is"),
    meaningful: countLines("Being in touch is"),
  }),
  escalate: byItem(textAt("at"), {
    call: (at) => `Escalation at ${at} of the time`,
    renamed: (at) => `is now at ${at}`,
    added: (step) => {
      const { at: _at, ...rest } = mapOf(step);
      return `is new: ${show(rest)}`;
    },
    removed: () => "is gone",
    changed: inParts({}),
  }),
});

const marketingLines = inParts({
  complete: (who, from, to) => valueLines(who, "completes before handoff:", from, to),
  when_incomplete: about("An incomplete lead", phrased("meets")),
  volume: (_who, from, to) => valueLines("Marketing promises", "", from, to),
  quality: (_who, from, to) => valueLines("Marketing promises", "", from, to),
  when_broken: (_who, from, to) => valueLines("When marketing's promise is broken:", "", from, to),
});

/** Says how one agreement.yaml differs from another. Throws nothing. */
export const agreementLines: Tell = inParts({
  sales: about("Sales", salesLines),
  at_handoff: about(
    "A lead that goes to sales",
    inParts({
      stage: phrased("is raised to stage"),
      notify: (who, from, to) => valueLines(who, "is told at once to", from, to),
      sequence: byName({
        call: (type) => `A ${type} lead`,
        added: (id) => `starts sequence ${show(id)}`,
        removed: () => "starts no sequence any more",
        changed: phrased("starts sequence"),
      }),
    }),
  ),
  marketing: about("Marketing", marketingLines),
  dispositions: about(
    "Sales answers",
    inParts({
      accepted: answerLines("accepted"),
      rejected: answerLines("rejected"),
      recycled: answerLines("recycled"),
      outcomes: (who, from, to) => valueLines(who, "outcomes", from, to),
      closing: (_who, from, to) => valueLines("A handoff is over", "with the outcomes", from, to),
      opportunity_when: about("A deal counts as an opportunity", phrased("with")),
    }),
  ),
  seams: byName({
    call: (seam) => `Between ${seam.replace("..", " and ")}`,
    added: (team) => `${show(team)} answers now`,
    removed: () => "nobody answers any more",
    changed: phrased("answers"),
  }),
  sign_off: (_who, from, to) => [
    ...valueLines(
      "New versions are signed for marketing",
      "",
      mapOf(from)["marketing"],
      mapOf(to)["marketing"],
    ),
    ...valueLines("New versions are signed for sales", "", mapOf(from)["sales"], mapOf(to)["sales"]),
  ],
});

/** What counts as something, by kind of touch. */
function countLines(what: string): Tell {
  return (_who, from, to) => valueLines(what, "", from, to);
}

/** What follows when sales answers this way. */
function answerLines(answer: string): Tell {
  const lead = `${answer === "accepted" ? "An" : "A"} ${answer} lead`;
  return inParts({
    reasons: (_who, from, to) => valueLines("Sales answers", `${answer} reasons`, from, to),
    next: about(lead, phrased("goes to")),
    stage: about(lead, phrased("is raised to stage")),
    reroute: (_who, from, to) => valueLines(lead, "goes to another rep for", from, to),
    for_good: (_who, from, to) => valueLines(lead, "is not handed off again for", from, to),
    wake: byName({
      call: (reason) => `${lead} (${reason})`,
      added: (span) => `is looked at again after ${show(span)}`,
      removed: () => "is looked at again only when it does something new",
      changed: phrased("is looked at again after"),
    }),
  });
}

function promiseWords(promise: unknown): string {
  const { first_attempt: first, meaningful_touch: touch, attempts } = mapOf(promise);
  const more = attempts === undefined ? "" : `, attempts: ${show(attempts)}`;
  return `a first attempt in ${show(first)} and a meaningful touch in ${show(touch)}${more}`;
}
