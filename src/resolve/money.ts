/** An amount of money as a number, where its text can mean only one. */

/** Digits with a point at most, as CRMs keep amounts. */
const PLAIN = /^-?\d{1,15}(\.\d{1,9})?$/;
/** Thousands apart, cents behind the other sign: `1,200.50`, `1.200,50`, `1 200,50`, `1'200.50`, `1,200,000`. */
const GROUPED: readonly (readonly [pattern: RegExp, point: string])[] = [
  [/^-?\d{1,3}(,\d{3})+\.\d{1,2}$/, "."],
  [/^-?\d{1,3}(\.\d{3})+,\d{1,2}$/, ","],
  [/^-?\d{1,3}([ '’]\d{3})+(\.\d{1,2})?$/, "."],
  [/^-?\d{1,3}([ '’]\d{3})+,\d{1,2}$/, ","],
  [/^-?\d{1,3}(,\d{3}){2,}$/, "."],
  [/^-?\d{1,3}(\.\d{3}){2,}$/, ","],
];

/**
 * Reads an amount. A fact is a bare number, so an amount in another currency would be compared as if it were in this one:
 * with `currency`, its code or sign may stand before or behind the number, and no other; without it, none may.
 *
 * @returns undefined for what several numbers could be (`1,200`), for another currency, and for what is no amount.
 */
export function readMoney(text: string, currency: string | undefined): number | undefined {
  const bare = currency === undefined ? text : withoutSign(text, currency);
  const digits = bare.replaceAll(/[\u00a0\u202f]/g, " ");
  if (PLAIN.test(digits)) return Number(digits);
  const point = GROUPED.find(([pattern]) => pattern.test(digits))?.[1];
  if (point === undefined) return undefined;
  return Number(digits.replaceAll(point === "." ? /[,' ’]/g : /[.' ’]/g, "").replace(",", "."));
}

/** The text without the currency's code or sign, once, at either end. */
function withoutSign(text: string, currency: string): string {
  const sign = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "narrowSymbol" })
    .formatToParts(0)
    .find(({ type }) => type === "currency")?.value;
  const found = [currency, sign].find(
    (one) => one !== undefined && (text.toUpperCase().startsWith(one) || text.toUpperCase().endsWith(one)),
  );
  if (found === undefined) return text;
  const rest = text.toUpperCase().startsWith(found) ? text.slice(found.length) : text.slice(0, -found.length);
  return rest.trim();
}
