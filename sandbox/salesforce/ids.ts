/**
 * Record ids: 15 characters that mind the case, and three more that carry the case in a form that does not. The API
 * takes both and gives 18.
 *
 * Source: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/field_types.htm
 */

const checks = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Where this sandbox's orgs live, as the fourth to ninth character of their ids tell. */
const pod = "5g0000";
/** Characters of the running number at the end of a 15-character id. */
const counterLength = 6;

/** The id with its three check characters; 18 characters are checked and put in the right case. Undefined for what is no id. */
export function longId(text: string): string | undefined {
  if (!/^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/.test(text)) return undefined;
  const short = text.slice(0, 15);
  const whole = short + checkOf(short);
  return text.length === 15 || whole.slice(15) === text.slice(15).toUpperCase() ? whole : undefined;
}

/** The id of the `number`-th row of an object, counted from 1. */
export function makeId(keyPrefix: string, number: number): string {
  let counter = "";
  for (let left = number; counter.length < counterLength; left = Math.floor(left / digits.length))
    counter = `${digits.charAt(left % digits.length)}${counter}`;
  const short = keyPrefix + pod + counter;
  return short + checkOf(short);
}

function checkOf(short: string): string {
  return [0, 5, 10]
    .map((start) => {
      const five = short.slice(start, start + 5);
      let bits = 0;
      for (let place = 0; place < five.length; place += 1)
        if (/[A-Z]/.test(five.charAt(place))) bits += 2 ** place;
      return checks.charAt(bits);
    })
    .join("");
}
