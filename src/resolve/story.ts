/** The story of a handoff with what has just been read: touches and answers, each once. */
import type { Disposition } from "../model/disposition.ts";
import type { FormerHandoff, OpenHandoff } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import type { Facts } from "../model/lead.ts";
import type { Touch } from "../model/touch.ts";
import { sayDate } from "../sla/words.ts";

/** What has been read or heard of a handoff since its story was stored. */
export interface News {
  readonly touches: readonly Touch[];
  readonly answers: readonly Disposition[];
}

/**
 * The handoff with its news. Of one touch read twice the later reading counts: a call that was planned has been made. An answer
 * that says what the one before it said is the same answer, seen where Baton wrote it; of another owner it is another. Throws
 * nothing.
 */
export function withNews(handoff: OpenHandoff, { touches, answers }: News): OpenHandoff {
  const { story } = handoff;
  if (story === undefined) return handoff;
  const byKey = new Map([...story.touches, ...touches].map((touch) => [touch.key, touch]));
  return {
    ...handoff,
    story: {
      ...story,
      touches: [...byKey.values()],
      answers: eachOnce([...story.answers, ...answers], story.ownedAt),
    },
  };
}

function eachOnce(answers: readonly Disposition[], ownedAt: Instant): readonly Disposition[] {
  const byKey = new Map(answers.map((answer) => [answer.key, answer]));
  const inOrder = [...byKey.values()].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  return inOrder.filter((given, index) => {
    const before = inOrder[index - 1];
    if (before === undefined || (before.at <= ownedAt && given.at > ownedAt)) return true;
    return before.answer !== given.answer || before.reason !== given.reason;
  });
}

/** What conditions, rules and briefs may ask of the handoff before. Nobody is sent a lead they said was not theirs. */
export function formerFacts(former: FormerHandoff | undefined, now: Instant): Facts {
  if (former === undefined) return {};
  const { id, answer, reason, ownerId, ownerName = "sales", wakeAt, startedAt, endedAt } = former;
  const from = `handoff ${id}`;
  const because = reason === undefined ? "" : ` (${reason})`;
  const known: readonly [string, string | boolean | undefined][] = [
    ["former.owner", reason === "wrong-owner" ? undefined : ownerId],
    ["former.answer", answer],
    ["former.reason", reason],
    ["former.awake", wakeAt !== undefined && now >= wakeAt],
    [
      "former.story",
      `${ownerName} had it from ${sayDate(startedAt, "UTC")}; ${answer ?? "ended"}${because} on ${sayDate(endedAt, "UTC")}`,
    ],
  ];
  return Object.fromEntries(
    known.flatMap(([name, value]) => (value === undefined ? [] : [[name, { value, from }] as const])),
  );
}
