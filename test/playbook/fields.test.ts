import { describe, expect, test } from "vitest";
import { stageNamed, wanted } from "../../src/playbook/fields.ts";
import { aPlaybook, shippedFiles } from "./kit.ts";

const { fields } = aPlaybook();

describe("what is asked of the CRM", () => {
  test("is every property read, told of signals, and the company's domain, each once", () => {
    const { properties } = wanted(fields);
    expect(properties).toEqual([...new Set(properties)]);
    expect(properties).toEqual(
      expect.arrayContaining([
        "contact.email",
        "contact.firstname",
        "contact.jobtitle",
        "contact.recent_conversion_event_name",
        "contact.recent_conversion_date",
        "contact.hs_analytics_last_url",
        "contact.hs_sales_email_last_replied",
        "company.domain",
        "company.numberofemployees",
      ]),
    );
  });

  test("history only where every former value is a deed or an answer", () => {
    expect(wanted(fields).history).toEqual([
      "contact.hs_analytics_last_url",
      "contact.recent_conversion_event_name",
      "contact.recent_conversion_date",
      "contact.baton_owner_disposition",
      "contact.baton_disposition_reason",
      "contact.hs_lead_status",
    ]);
  });

  test("lists where they are asked for, and not by themselves", () => {
    expect([wanted(fields).lists, wanted(fields, true).lists]).toEqual([false, true]);
  });

  test("deals unless the file says no; then no condition may speak of them", () => {
    expect(wanted(fields).deals).toBe(true);
    const text = (shippedFiles()["fields.yaml"] ?? "").replace("deals: true", "deals: false");
    expect(() => aPlaybook({ "fields.yaml": text })).toThrow('"account.open_deal" is not a fact');
  });
});

describe("stages", () => {
  test("translate both ways and keep their order", () => {
    expect(stageNamed(fields, "164392217")).toBe("sales-accepted");
    expect(stageNamed(fields, "marketingqualifiedlead")).toBe("marketing-qualified");
    expect(stageNamed(fields, "998877")).toBeUndefined();
    expect(fields.stages.slice(0, 3)).toEqual([
      { name: "subscriber", value: "subscriber" },
      { name: "lead", value: "lead" },
      { name: "marketing-qualified", value: "marketingqualifiedlead" },
    ]);
  });
});

test("what Baton writes is listed property by property", () => {
  expect(fields.writes).toContainEqual({ property: "contact.baton_why_now", value: "brief.why_now" });
  expect(fields.writes).toHaveLength(6);
});

test("what says in which country something is, is a country or a fact", () => {
  const text = shippedFiles()["fields.yaml"] ?? "";
  const withRegion = (region: string) =>
    aPlaybook({ "fields.yaml": text.replace("region: lead.country", `region: ${region}`) });
  for (const region of ["DE", "lead.country", "lead.source"]) expect(() => withRegion(region)).not.toThrow();
  for (const region of ["Germany", "lead.contry"])
    expect(() => withRegion(region)).toThrow(
      `"${region}" is neither the code of a country nor a fact that is read`,
    );
});

test.each([
  [
    "a value of the CRM's",
    "      map:\n",
    "      map:\n        SomeWhere: a\n        somewhere: b\n",
    "somewhere",
    "SomeWhere",
  ],
  [
    "a title",
    "  titles:\n    seniority:\n",
    "  titles:\n    seniority:\n      Head of Growth: director\n      head of growth: vp\n",
    "head of growth",
    "Head of Growth",
  ],
])(
  "%s that stands twice, in other letters, is told: one of the two would not count",
  (_, before, after, again, first) => {
    const text = shippedFiles()["fields.yaml"] ?? "";
    expect(text).toContain(before);
    const written = text.replace(before, after);
    const line = written.split("\n").findIndex((one) => one.includes(`${first}:`)) + 1;
    expect(() => aPlaybook({ "fields.yaml": written })).toThrow(
      `"${again}" stands here already in other letters: "${first}" (line ${line}); keep one of them`,
    );
  },
);

test("a title that stands twice, in other letters, with the same word is no mistake", () => {
  const text = shippedFiles()["fields.yaml"] ?? "";
  const line = '      "*growth hacker*": marketing\n';
  expect(text).toContain(line);
  const written = text.replace(line, `${line}      "*Growth Hacker*": marketing\n`);
  expect(() => aPlaybook({ "fields.yaml": written })).not.toThrow();
});
