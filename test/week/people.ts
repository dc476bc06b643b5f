/** Invented people at invented companies who ask for a demo. */
import type { Random } from "../../sandbox/random.ts";

const PLACES = [
  { country: "Germany", zone: "de" },
  { country: "Spain", zone: "es" },
  { country: "France", zone: "fr" },
  { country: "United States", zone: "us" },
  { country: "Canada", zone: "ca" },
  { country: "Japan", zone: "jp" },
  { country: "India", zone: "in" },
] as const;
const FIRST = ["Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gia", "Hugo"];
const LAST = ["Abel", "Brandt", "Costa", "Diaz", "Egli", "Fischer", "Gomez", "Haas"];
const ROLES = ["VP Sales", "Director of Marketing", "CRO", "Head of Revenue Operations"];

/** The fields of `count` forms. Everybody has an address and a company of their own. */
export function drawPeople(random: Random, count: number): readonly Readonly<Record<string, string>>[] {
  return Array.from({ length: count }, (_, index) => {
    const { country } = random.pick(PLACES);
    return {
      email: `person${index}@week${index}.example`,
      firstname: random.pick(FIRST),
      lastname: random.pick(LAST),
      jobtitle: random.pick(ROLES),
      company: `Week ${index}`,
      country,
    };
  });
}
