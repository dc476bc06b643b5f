/** The country a phone number tells: a fact that follows where nobody wrote the country down. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { isCountryCode } from "../playbook/country.ts";

/**
 * @param text  As written. Only a valid number with its country's prefix tells one; a local number, or one of no country
 *              (`+800…`), is undefined.
 * @returns     ISO 3166-1 alpha-2; numbers that share a prefix are told apart (`+1 416…` is CA). Throws nothing.
 */
export function countryOfPhone(text: string): string | undefined {
  const phone = parsePhoneNumberFromString(text);
  const country = phone?.isValid() === true ? phone.country : undefined;
  return country !== undefined && isCountryCode(country) ? country : undefined;
}
