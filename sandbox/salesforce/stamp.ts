/** Instants and dates as the API writes them. Texts of one kind sort as their instants do. */

/** `2026-11-17T09:00:00.000+0000` of epoch milliseconds. */
export function stamp(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "+0000");
}

/** Epoch milliseconds of a datetime with a zone; undefined for anything else. */
export function parseStamp(text: string): number | undefined {
  const found = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(Z|[+-]\d{2}:?\d{2})$/i.exec(text);
  if (!found) return undefined;
  const [, when = "", zone = ""] = found;
  const ms = Date.parse(when + zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2").toUpperCase());
  return Number.isNaN(ms) ? undefined : ms;
}

/** The UTC date of epoch milliseconds: `2026-11-17`. */
export function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Whether a text is a date of the calendar. */
export function isDate(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dateOf(Date.parse(text)) === text
  );
}
