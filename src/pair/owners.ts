/** One person, an owner in both CRMs: told by the e-mail address, the only name both have for people. */
import type { Connector } from "../connector.ts";
import { type DurationMs, type Instant, MINUTE_MS } from "../model/instant.ts";

/** Owners' ids of one CRM by those of the other. Somebody who is not plainly one active person in both is absent. */
export interface Colleagues {
  toMarketing(ownerId: string): Promise<string | undefined>;
  toSales(ownerId: string): Promise<string | undefined>;
}

type Maps = {
  readonly toMarketing: ReadonlyMap<string, string>;
  readonly toSales: ReadonlyMap<string, string>;
};

const KNOWN_FOR_MS: DurationMs = 10 * MINUTE_MS;

/** Asks both CRMs when it is first needed, and again every ten minutes. The functions throw `crm.*`. */
export function colleaguesOf(
  { marketing, sales }: { readonly marketing: Connector; readonly sales: Connector },
  now: () => Instant,
): Colleagues {
  let known: { readonly maps: Promise<Maps>; readonly until: Instant } | undefined;
  const maps = (): Promise<Maps> => {
    if (known === undefined || known.until <= now()) {
      const asked = ask(marketing, sales);
      known = { maps: asked, until: now() + KNOWN_FOR_MS };
      // What failed is asked again by the next one who needs it.
      asked.catch(() => (known = undefined));
    }
    return known.maps;
  };
  return {
    toMarketing: async (ownerId) => (await maps()).toMarketing.get(ownerId),
    toSales: async (ownerId) => (await maps()).toSales.get(ownerId),
  };
}

async function ask(marketing: Connector, sales: Connector): Promise<Maps> {
  const [here, there] = await Promise.all([byEmail(marketing), byEmail(sales)]);
  const both = [...here].flatMap(([email, id]) => {
    const other = there.get(email);
    return other === undefined ? [] : [[id, other] as const];
  });
  return { toSales: new Map(both), toMarketing: new Map(both.map(([id, other]) => [other, id])) };
}

/** Active people whose address nobody else has. */
async function byEmail(connector: Connector): Promise<ReadonlyMap<string, string>> {
  const people = (await connector.owners()).filter(({ active, kind }) => active && kind === "person");
  const groups = Map.groupBy(people, ({ email }) => email ?? "");
  return new Map(
    [...groups].flatMap(([email, [one, ...others]]) =>
      email === "" || one === undefined || others.length > 0 ? [] : [[email, one.id] as const],
    ),
  );
}
