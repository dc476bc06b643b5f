/** A person as far as telling people and companies apart needs them: taken from the facts of a lead. */
import type { Facts } from "../model/lead.ts";
import { companyDomainOf } from "./company-domain.ts";
import { type CompanyName, companyNameOf } from "./company-name.ts";
import { isRoleAddress, mailboxOf } from "./mailbox.ts";
import { personNameOf, type PersonName } from "./person-name.ts";

/** What is not known is absent. Of a desk (`info@`) the mailbox is absent too: it is nobody's. */
export interface Person {
  readonly lead: string;
  readonly mailbox?: string;
  readonly name?: PersonName;
  /** In E.164. */
  readonly phone?: string;
  /** The account the CRM links them to. */
  readonly accountId?: string;
  /** The registered domain of their employer's e-mail address. */
  readonly domain?: string;
  /** The domain they or the CRM say is their company's, where it is another than that of the address. */
  readonly saidDomain?: string;
  readonly company?: CompanyName;
}

/** The person a lead's facts speak of. Throws nothing. */
export function personOf(lead: string, facts: Facts, accountId?: string): Person {
  const email = textOf(facts, "lead.email");
  const mailbox = email === undefined || isRoleAddress(email) ? undefined : mailboxOf(email);
  const domain = email === undefined ? undefined : companyDomainOf(email);
  const said = companyDomainOf(textOf(facts, "account.domain") ?? "");
  const phone = textOf(facts, "lead.phone");
  const name = personNameOf(textOf(facts, "lead.name") ?? "");
  const company = companyNameOf(textOf(facts, "account.name") ?? "");
  return {
    lead,
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(name === undefined ? {} : { name }),
    ...(phone?.startsWith("+") === true ? { phone } : {}),
    ...(accountId === undefined ? {} : { accountId }),
    ...(domain === undefined ? {} : { domain }),
    ...(said === undefined || said === domain ? {} : { saidDomain: said }),
    ...(company === undefined ? {} : { company }),
  };
}

function textOf(facts: Facts, name: string): string | undefined {
  const value = facts[name]?.value;
  return typeof value === "string" ? value : undefined;
}
