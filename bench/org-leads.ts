/** Invented leads of an org, as those of a portal (leads.ts), and what became of them there. */
import type { Org } from "../sandbox/index.ts";

/** People by their addresses, in the org where sales works. */
export interface InOrg {
  readonly org: Org;
  readonly emails: readonly string[];
}

/** Creates the Lead in the website's queue; nothing about it makes it ready yet. @returns Its address. */
export async function addOrgLead(org: Org, number: number): Promise<string> {
  const domain = `company-${number}.example`;
  const queue = org.all("Group").find(({ values }) => values["Name"] === "Inbound");
  await org.act({
    do: "create",
    object: "Lead",
    values: {
      FirstName: "Lead",
      LastName: `Number ${number}`,
      Email: `lead-${number}@${domain}`,
      Title: "VP Marketing",
      Phone: "+49 30 5550 100",
      Country: "Germany",
      Company: `Company ${number}`,
      Website: domain,
      Industry: "Technology",
      NumberOfEmployees: 60 + (number % 800),
      LeadSource: "Paid Search",
      ...(queue === undefined ? {} : { OwnerId: queue.id }),
    },
  });
  return `lead-${number}@${domain}`;
}

/** The lead asks for a demo. */
export async function answerForm(org: Org, email: string): Promise<void> {
  await org.act({
    do: "answer-form",
    form: "Demo request",
    answers: { email, message: "Leads wait until somebody remembers them." },
  });
}

/** How many of them have a person as owner, one task and one note. */
export function handedOff({ org, emails }: InOrg): number {
  const count = (object: string, field: string): ReadonlyMap<unknown, number> => {
    const counts = new Map<unknown, number>();
    for (const { values } of org.all(object)) counts.set(values[field], (counts.get(values[field]) ?? 0) + 1);
    return counts;
  };
  const [tasks, notes] = [count("Task", "WhoId"), count("Note", "ParentId")];
  const leads = new Map(org.all("Lead").map((lead) => [lead.values["Email"], lead]));
  return emails.filter((email) => {
    const lead = leads.get(email);
    const isOwned = String(lead?.values["OwnerId"]).startsWith("005");
    return isOwned && tasks.get(lead?.id) === 1 && notes.get(lead?.id) === 1;
  }).length;
}
