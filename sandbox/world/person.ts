/** The shapes a world is planned in, before it is laid out in a portal. All instants are epoch milliseconds. */

/** A company of the world. `owner` and deals name owners by address. */
export interface CompanyPlan {
  readonly domain: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly owner?: string;
  readonly openDeal?: { readonly name: string; readonly amount: string; readonly owner: string };
}

/** What a person did before the world begins. */
interface PastVisit {
  readonly url: string;
  readonly at: number;
}

/** A contact of the world, with its past. */
export interface PersonPlan {
  readonly email: string;
  readonly createdAt: number;
  readonly properties: Readonly<Record<string, string>>;
  /** Values that only HubSpot itself sets: sources and the like. */
  readonly origin: Readonly<Record<string, string>>;
  readonly visits: readonly PastVisit[];
  readonly submissions: readonly { readonly form: string; readonly at: number; readonly page: string }[];
  readonly repliedAt?: number;
  readonly optedOut?: boolean;
}

/** A whole world as data. */
export interface WorldPlan {
  readonly companies: readonly CompanyPlan[];
  readonly people: readonly PersonPlan[];
}

/** A minute in milliseconds. */
export const minute = 60_000;
/** An hour in milliseconds. */
export const hour = 60 * minute;
/** A day in milliseconds. */
export const day = 24 * hour;

/** Midnight UTC of the day the demo plays: Tuesday 17 November 2026. */
export const demoMidnight = Date.UTC(2026, 10, 17);
