/** Invented leads for the sandbox, complete enough to be ready, and what they do. */
import type { Portal } from "../../sandbox/index.ts";
import type { Instant } from "../../src/model/instant.ts";

/** A lead who only has to raise a hand: known, complete, at a company that fits. */
export async function addReadyLead(portal: Portal, number: number): Promise<{ id: string; email: string }> {
  const email = `lead-${number}@company-${number}.example`;
  const { id: company = "" } = await portal.act({
    do: "create",
    object: "company",
    properties: {
      name: `Company ${number}`,
      domain: `company-${number}.example`,
      industry: "COMPUTER_SOFTWARE",
      numberofemployees: String(60 + number),
      country: "Germany",
    },
  });
  const { id = "" } = await portal.act({
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
    linkTo: { object: "company", who: company },
  });
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
export async function raiseHand(portal: Portal, email: string): Promise<void> {
  await portal.act({
    do: "submit-form",
    form: "Demo request",
    fields: { email, message: "Leads wait until somebody remembers them." },
    page: { url: "https://acme.example/demo", title: "Request a demo" },
  });
}

/** A complete lead whom marketing has qualified, and rightly so. @param at  When they booked a meeting. */
export async function addQualifiedLead(portal: Portal, number: number, at: Instant): Promise<string> {
  const { id } = await addReadyLead(portal, number);
  await portal.act({ do: "reply", who: id });
  await portal.act({
    do: "change",
    who: id,
    properties: {
      engagements_last_meeting_booked: new Date(at).toISOString(),
      lifecyclestage: "marketingqualifiedlead",
    },
  });
  return id;
}
