/** Ids of rows that were changed or deleted in a span of time. */
import type { Answer } from "../../answer.ts";
import { refusal } from "../refusal.ts";
import { isBinned } from "../table.ts";
import type { OrgCall, OrgRoute } from "../route.ts";
import { parseStamp, stamp } from "../stamp.ts";
import type { Row } from "../table.ts";
import { restBase } from "../version.ts";
import { objectOf } from "./rows.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** How far back the recycle bin and the list of changes reach. */
const binDays = 15;
const updatedDays = 30;

/** Their routes. */
export const changeRoutes: readonly OrgRoute[] = [
  { method: "GET", path: `${restBase}/sobjects/:type/updated`, handle: updated },
  { method: "GET", path: `${restBase}/sobjects/:type/deleted`, handle: deleted },
];

function updated(call: OrgCall): Answer {
  const { start, end } = spanIn(call, updatedDays);
  const rows = rowsWithin(call, start, end).filter((row) => !isBinned(row));
  return { status: 200, body: { ids: rows.map(({ id }) => id), latestDateCovered: covered(call, end) } };
}

function deleted(call: OrgCall): Answer {
  const { start, end } = spanIn(call, binDays);
  const rows = rowsWithin(call, start, end).filter(isBinned);
  return {
    status: 200,
    body: {
      deletedRecords: rows.map(({ id, values }) => ({ id, deletedDate: values["SystemModstamp"] })),
      earliestDateAvailable: stamp(call.org.hooks.now() - binDays * dayMs),
      latestDateCovered: covered(call, end),
    },
  };
}

function spanIn(call: OrgCall, days: number): { readonly start: number; readonly end: number } {
  const [start, end] = ["start", "end"].map((name) =>
    parseStamp((call.query.get(name) ?? "").replace(" ", "+")),
  );
  if (start === undefined || end === undefined)
    throw refusal("INVALID_REPLICATION_DATE", "start and end must be given in ISO 8601 with a zone");
  if (end - start <= minuteMs)
    throw refusal("INVALID_REPLICATION_DATE", "startDate must be before endDate by more than one minute");
  if (start < call.org.hooks.now() - days * dayMs)
    throw refusal("INVALID_REPLICATION_DATE", `startDate cannot be more than ${days} days ago`);
  return { start, end };
}

function rowsWithin(call: OrgCall, start: number, end: number): readonly Row[] {
  const object = objectOf(call);
  const [from, to] = [stamp(start), stamp(end)];
  return [...call.org.table(object.name).rows.values()].filter(({ values }) => {
    const at = String(values["SystemModstamp"]);
    return at >= from && at <= to;
  });
}

/** The end of what is certain: not later than now. */
function covered(call: OrgCall, end: number): string {
  return stamp(Math.floor(Math.min(end, call.org.hooks.now()) / minuteMs) * minuteMs);
}
