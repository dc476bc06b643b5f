/** Figures for other programs. */
import { sayDay } from "./days.ts";
import type { Figures } from "./figures.ts";
import type { Report } from "./report.ts";

/** A report as JSON: days as dates, both included; spans in milliseconds, amounts in hundredths. */
export function figuresJson({ span, asOf, by, total, groups, seams }: Report): object {
  return {
    from: sayDay(span.fromDay),
    to: sayDay(span.toDay - 1),
    asOf,
    by,
    seams: seams.map(({ name, answers }) => ({ name, answers })),
    total: plain(total),
    groups: groups.map(plain),
  };
}

function plain({ spans, ...figures }: Figures): object {
  return { ...figures, spans: Object.fromEntries(spans) };
}
