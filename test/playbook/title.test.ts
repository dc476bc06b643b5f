import { expect, test } from "vitest";
import { functionOf, seniorityOf } from "../../src/playbook/title.ts";

test.each([
  ["VP Marketing", "vp", "marketing"],
  ["Vice President of Sales Operations", "vp", "revenue-operations"],
  ["SVP, Finance", "vp", "finance"],
  ["Chief Revenue Officer", "c-level", "sales"],
  ["Chief Information Security Officer", "c-level", "security"],
  ["CEO & Co-Founder", "c-level", undefined],
  ["President", "c-level", undefined],
  ["Geschäftsführer", "c-level", undefined],
  ["Owner", "c-level", undefined],
  ["Chief of Staff", "director", undefined],
  ["Director of Revenue Operations", "director", "revenue-operations"],
  ["Head of Growth", "director", "marketing"],
  ["Head, People & Talent", "director", "people"],
  ["Leiterin Vertrieb", "director", "sales"],
  ["Marketing Manager", "manager", "marketing"],
  ["Product Owner", "individual", "product"],
  ["Assistant to the CEO", "individual", undefined],
  ["Account Executive", "individual", "sales"],
  ["Sales Operations Analyst", "individual", "revenue-operations"],
  ["Security Engineer", "individual", "security"],
  ["Senior Software Engineer", "individual", "engineering"],
  ["Student", "intern", "education"],
  ["Werkstudentin Marketing", "intern", "marketing"],
  ["Marketing", undefined, "marketing"],
  ["Wizard of Light Bulb Moments", undefined, undefined],
  ["Headhunter", undefined, undefined],
  ["", undefined, undefined],
])("%s: %s, %s", (title, seniority, role) => {
  expect(seniorityOf(title)).toBe(seniority);
  expect(functionOf(title)).toBe(role);
});
