/** What people read, the same on every channel: one notice in full, or the worst of many. Plain text: each channel escapes it. */
import type { NoticeBody } from "../model/notice.ts";
import { EVERYBODY } from "../store/notices.ts";
import type { Outgoing } from "./sender.ts";

/** One thing told. */
interface Item {
  readonly title?: string;
  readonly lines: readonly string[];
  readonly links: NoticeBody["links"];
}

export interface Letter {
  readonly subject: string;
  readonly items: readonly Item[];
  readonly closing?: string;
}

/** In characters: beyond it nobody reads, and channels refuse. */
const LONGEST = { subject: 140, line: 600 };
const MOST_LINES = 30;
const MOST_LINKS = 5;

/** Writes the letter. Where a channel is one place for all, it says whom each notice is for. Throws nothing. */
export function writeLetter({ count, notices, to }: Outgoing): Letter {
  const forWhom = (notice: NoticeBody): readonly string[] => (to === EVERYBODY ? [`For ${notice.to}`] : []);
  const [only] = notices;
  if (count === 1 && only !== undefined) {
    const lines = [...forWhom(only), ...only.lines]
      .slice(0, MOST_LINES)
      .map((line) => tidy(line, LONGEST.line));
    return { subject: tidy(only.subject, LONGEST.subject), items: [{ lines, links: linksOf(only) }] };
  }
  const more = count - notices.length;
  return {
    subject: `${count.toLocaleString("en-GB")} notices, the most pressing first`,
    items: notices.map((notice) => ({
      title: tidy(notice.subject, LONGEST.subject),
      lines: forWhom(notice),
      links: linksOf(notice),
    })),
    ...(more > 0 ? { closing: `And ${more.toLocaleString("en-GB")} more. They are in the CRM.` } : {}),
  };
}

/** Links that lead to a web page: anything else is no link. */
function linksOf({ links }: NoticeBody): NoticeBody["links"] {
  return links
    .flatMap(({ says, url }) => {
      const parsed = URL.parse(url);
      if (parsed === null || !/^https?:$/.test(parsed.protocol)) return [];
      return [{ says: tidy(says, LONGEST.subject), url: parsed.href }];
    })
    .slice(0, MOST_LINKS);
}

/** Controls, line ends among them, and what changes direction: a text must not break a header or hide a line. */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/gu;

/** One line of at most `longest` characters. */
export function tidy(text: string, longest: number): string {
  const line = text.replaceAll(UNSEEN, " ").trim();
  if (line.length <= longest) return line;
  // Never half of a character that takes two places.
  return `${line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
