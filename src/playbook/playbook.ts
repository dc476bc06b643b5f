/** The playbook as the stages use it: six files, parsed, checked and compiled once per version. */
import type { Agreement } from "./agreement.ts";
import type { BriefTemplates } from "./brief.ts";
import type { AccountWatch } from "./compiled.ts";
import type { Definition } from "./definition.ts";
import type { Fields } from "./fields.ts";
import type { Routing } from "./routing.ts";
import type { Team } from "./team.ts";

/** One version of the handoff agreement. Plain frozen data and compiled conditions. */
export interface Playbook {
  /** First 12 hex digits of the SHA-256 over the six texts. */
  readonly version: string;
  readonly fields: Fields;
  readonly definition: Definition;
  readonly team: Team;
  readonly routing: Routing;
  readonly agreement: Agreement;
  readonly brief: BriefTemplates;
  /** Ids of the CRM's lists that some condition asks for, in the order they are first named. */
  readonly lists: readonly string[];
  /** Deeds that some condition counts over all people of an account: these are remembered of colleagues. */
  readonly watches: readonly AccountWatch[];
}
