/** Where the cast works. */
import type { CompanyPlan } from "./person.ts";

const company = (
  domain: string,
  name: string,
  industry: string,
  employees: number,
  country: string,
): CompanyPlan => ({
  domain,
  properties: { name, industry, numberofemployees: String(employees), country, lifecyclestage: "lead" },
});

/** The companies of the cast. The student's university has no record, and neither has the incomplete lead's employer. */
export const castCompanies: readonly CompanyPlan[] = [
  company("nordlicht.example", "Nordlicht Software", "COMPUTER_SOFTWARE", 200, "Germany"),
  company("rheinbank.example", "Rheinbank Group", "FINANCIAL_SERVICES", 2_400, "Germany"),
  company("ledgerline.example", "Ledgerline Financial", "FINANCIAL_SERVICES", 1_800, "United States"),
  company("kumo-systems.example", "Kumo Systems", "COMPUTER_SOFTWARE", 1_200, "Japan"),
  {
    domain: "atelier-data.example",
    properties: {
      name: "Atelier Data",
      industry: "COMPUTER_SOFTWARE",
      numberofemployees: "340",
      country: "France",
      lifecyclestage: "customer",
    },
    owner: "nora@acme.example",
  },
  {
    ...company("brightforge.example", "Brightforge", "COMPUTER_SOFTWARE", 620, "United States"),
    openDeal: { name: "Brightforge, new business", amount: "48000", owner: "jordan@acme.example" },
  },
  company("rival.example", "Rival Inc", "COMPUTER_SOFTWARE", 900, "United States"),
  company("fontana-group.example", "Fontana Group", "FINANCIAL_SERVICES", 700, "Italy"),
  company("two-oaks.example", "Two Oaks Studio", "COMPUTER_SOFTWARE", 8, "United Kingdom"),
  company("tessera.example", "Tessera Software", "COMPUTER_SOFTWARE", 310, "Austria"),
  company("fjordtech.example", "Fjordtech", "COMPUTER_SOFTWARE", 150, "Sweden"),
  company("vltava-soft.example", "Vltava Soft", "COMPUTER_SOFTWARE", 420, "Czechia"),
  company("hanseatic-soft.example", "Hanseatic Soft", "COMPUTER_SOFTWARE", 1_500, "Germany"),
  company("cobalt-labs.example", "Cobalt Labs", "COMPUTER_SOFTWARE", 260, "United States"),
  company("weserkraft.example", "Weserkraft Financial", "FINANCIAL_SERVICES", 880, "Germany"),
];
