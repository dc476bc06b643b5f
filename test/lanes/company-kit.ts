/** Companies of the sandbox's portal whose people look at prices. */
import { openHandoffs, type Standstill } from "./kit.ts";

export interface Companies {
  /** How many there are. */
  readonly count: () => number;
  /**
   * Makes a company that fits, with people who know how to decide; each looks at prices so many times.
   * @param called  What they are called; left out, `Person Number1x0`.
   * @returns       Their ids.
   */
  add(looks: readonly number[], called?: readonly string[]): Promise<readonly string[]>;
  /** Those of these people who have an open handoff. */
  handed(people: readonly string[]): Promise<readonly string[]>;
}

/** @param at  Asked for when it is used, because it is opened later. */
export function companies(at: () => Standstill): Companies {
  let count = 0;

  async function addPerson(domain: string, owner: string, index: number, called?: string): Promise<string> {
    const { id = "" } = await at().stage.portal.act({
      do: "create",
      object: "contact",
      properties: {
        email: `person-${index}@${domain}`,
        ...(called === undefined
          ? { firstname: "Person", lastname: `Number${count}x${index}` }
          : { firstname: called }),
        jobtitle: "VP Operations",
        country: "Germany",
        lead_source_detail: "website",
      },
      linkTo: { object: "company", who: owner },
    });
    return id;
  }

  return {
    count: () => count,
    async add(looks, called) {
      count += 1;
      const { clock, stage } = at();
      const domain = `surge-${count}.example`;
      const { id: owner = "" } = await stage.portal.act({
        do: "create",
        object: "company",
        properties: {
          name: `Surge ${count}`,
          domain,
          industry: "COMPUTER_SOFTWARE",
          numberofemployees: "700",
        },
      });
      const people: string[] = [];
      for (const index of looks.keys()) people.push(await addPerson(domain, owner, index, called?.[index]));
      for (const [index, times] of looks.entries()) {
        for (let look = 0; look < times; look += 1) {
          const who = people[index] ?? "";
          await stage.portal.act({ do: "view-page", who, url: `https://acme.example/pricing?${look}` });
          clock.moveTo(clock.now() + 1_000);
        }
      }
      await stage.sandbox.drained();
      // Page views gather for a minute.
      clock.moveTo(clock.now() + 61_000);
      return people;
    },
    async handed(people) {
      const open = await openHandoffs(at().db);
      return people.filter((lead) => open.has(lead));
    },
  };
}
