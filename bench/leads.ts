/** Invented leads who are ready the moment they raise a hand, each at a company of their own. */
import type { Portal } from "../sandbox/index.ts";

/** Creates the lead and the company; nothing about them makes them ready yet. @returns The contact's id and address. */
export async function addLead(portal: Portal, number: number): Promise<{ id: string; email: string }> {
  const domain = `company-${number}.example`;
  const email = `lead-${number}@${domain}`;
  const company = await portal.act({
    do: "create",
    object: "company",
    properties: {
      name: `Company ${number}`,
      domain,
      industry: "COMPUTER_SOFTWARE",
      numberofemployees: String(60 + (number % 800)),
      country: "Germany",
    },
  });
  const contact = await portal.act({
    do: "create",
    object: "contact",
    properties: {
      email,
      firstname: "Lead",
      lastname: `Number ${number}`,
      jobtitle: "VP Marketing",
      country: "Germany",
      phone: "+49 30 5550 100",
      lifecyclestage: "lead",
    },
    linkTo: { object: "company", who: company.id ?? "" },
  });
  const id = contact.id ?? "";
  await portal.act({
    do: "change",
    who: id,
    properties: {
      hs_analytics_source: "PAID_SEARCH",
      hs_analytics_source_data_2: "autumn-launch",
      hs_latest_source_data_2: "autumn-launch",
    },
    by: "workflow",
  });
  return { id, email };
}

/** The lead asks for a demo. */
export async function askForDemo(portal: Portal, email: string): Promise<void> {
  await portal.act({
    do: "submit-form",
    form: "Demo request",
    fields: { email, message: "Leads wait until somebody remembers them." },
    page: { url: "https://acme.example/demo", title: "Request a demo" },
  });
}

/** How often the app gave each lead an owner, a task and a note: the least and the most over all leads and kinds. */
export function writesPerLead(
  portal: Portal,
  owners: readonly { readonly objectId: string; readonly properties: Readonly<Record<string, string>> }[],
  leads: readonly string[],
): { readonly least: number; readonly most: number } {
  const owned = new Map<string, number>();
  for (const { objectId, properties } of owners) {
    if (properties["hubspot_owner_id"]) owned.set(objectId, (owned.get(objectId) ?? 0) + 1);
  }
  const counts = leads.flatMap((lead) => [
    owned.get(lead) ?? 0,
    portal.linked("contact", lead, "task").length,
    portal.linked("contact", lead, "note").length,
  ]);
  return { least: Math.min(...counts), most: Math.max(...counts) };
}
