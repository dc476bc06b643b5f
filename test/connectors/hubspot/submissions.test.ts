import { afterEach, beforeEach, expect, test } from "vitest";
import { MINUTE_MS } from "../../../src/model/instant.ts";
import { EVERYTHING, NOW, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

const SUBMISSIONS = "/form-integrations/v1/submissions/forms/*";

let stand: Stand;
beforeEach(async () => {
  stand = await startStand();
});
afterEach(() => stand.close());

function submit(
  formId: string,
  at: number,
  values: Readonly<Record<string, string>>,
  pageUrl = "https://acme.example/demo?utm=x",
): void {
  stand.portal.state.submissions.push({
    formId,
    conversionId: `c-${formId.slice(0, 4)}-${at}-${stand.portal.state.submissions.length}`,
    submittedAt: at,
    values: Object.entries(values).map(([name, value]) => ({ name, value, objectTypeId: "0-1" })),
    pageUrl,
  });
}

test("submissions of all forms come oldest first, with the questions as asked", async () => {
  const demo = stand.portal.addForm("Demo request", [
    { name: "email", label: "E-mail" },
    { name: "firstname", label: "First name" },
    { name: "message", label: "What are you trying to solve?" },
    { name: "team_size", label: "" },
  ]);
  const pricing = stand.portal.addForm("Pricing");
  submit(demo.id, NOW, {
    email: "Ana@Example.com ",
    firstname: "Ana",
    message: "Leads get lost",
    team_size: "40",
    notes: " ",
  });
  submit(pricing.id, NOW - MINUTE_MS, { email: "ben@example.com" }, "nowhere");
  const [first, second] = await stand.connector.submissions(NOW - 2 * MINUTE_MS);
  expect(first).toMatchObject({ form: "Pricing", email: "ben@example.com", answers: [] });
  expect(first).not.toHaveProperty("page");
  expect(second).toEqual({
    id: stand.portal.state.submissions[0]?.conversionId,
    form: "Demo request",
    submittedAt: NOW,
    email: "ana@example.com",
    page: "/demo",
    answers: [
      { question: "What are you trying to solve?", answer: "Leads get lost" },
      { question: "team_size", answer: "40" },
    ],
  });
});

test("reading goes back five minutes before the last reading and no further", async () => {
  const form = stand.portal.addForm("Demo request");
  for (let index = 0; index < 300; index += 1)
    submit(form.id, NOW - index * MINUTE_MS, { email: `lead-${index}@example.com` });
  stand.sandbox.ledger.clear();
  const since = NOW - 60 * MINUTE_MS;
  const found = await stand.connector.submissions(since);
  expect(found).toHaveLength(66);
  expect(found[0]?.submittedAt).toBe(since - 5 * MINUTE_MS);
  expect(stand.sandbox.ledger.countCalls({ route: "/form-integrations" })).toBe(2);
});

test("the list of forms is kept for a quarter of an hour", async () => {
  stand.portal.addForm("Demo request");
  stand.sandbox.ledger.clear();
  for (const minutes of [0, 10, 16]) {
    stand.clock.now = NOW + minutes * MINUTE_MS;
    await stand.connector.submissions(NOW);
  }
  expect(stand.sandbox.ledger.countCalls({ route: "/marketing" })).toBe(2);
});

test("without the scope nothing is asked", async () => {
  await stand.close();
  stand = await startStand({ capabilities: { ...EVERYTHING, submissions: false } });
  stand.portal.addForm("Demo request");
  expect(await stand.connector.submissions(0)).toEqual([]);
  expect(stand.sandbox.ledger.calls).toHaveLength(0);
});

test("a submission without an id is named by what it holds; one without an address belongs to nobody", async () => {
  stand.portal.addForm("Demo request");
  const values = [
    { name: "email", value: "ana@example.com" },
    null,
    { name: "age", value: 7 },
    { name: "odd", value: {} },
    "text",
  ];
  const results = [
    { submittedAt: NOW, values },
    { submittedAt: NOW, values: [{ name: "message", value: "hi" }] },
    { submittedAt: NOW - 1, values: "none", conversionId: 5 },
  ];
  stand.sandbox.faults.add({ path: SUBMISSIONS, fault: { do: "answer", status: 200, body: { results } } });
  const first = await stand.connector.submissions(NOW);
  expect(first).toHaveLength(1);
  expect(first[0]?.id).toMatch(/^[0-9a-f]{32}$/);
  expect(await stand.connector.submissions(NOW)).toEqual(first);
});

test("a cursor that comes twice is a bad answer", async () => {
  const body = { results: [{ submittedAt: NOW + 1 }], paging: { next: { after: "x" } } };
  stand.portal.addForm("Demo request");
  stand.sandbox.faults.add({ path: SUBMISSIONS, fault: { do: "answer", status: 200, body } });
  await expect(stand.connector.submissions(NOW)).rejects.toMatchObject({ code: "crm.bad-answer" });
});

test("only the forms that conversions speak of are read", async () => {
  const names = ["Demo request", "Pricing", "Newsletter: EMEA"];
  const forms = names.map((name) => stand.portal.addForm(name, []));
  for (const form of forms) submit(form.id, NOW, { email: "ana@example.com" });
  stand.sandbox.ledger.clear();
  const found = await stand.connector.submissions(NOW, [
    "Talk to us: Pricing",
    "News: for you: Newsletter: EMEA",
  ]);
  expect(found.map(({ form }) => form).toSorted()).toEqual(["Newsletter: EMEA", "Pricing"]);
  expect(stand.sandbox.ledger.calls.filter(({ path }) => path.includes("/submissions/forms/"))).toHaveLength(
    2,
  );
});

test("a flood is not read again from its beginning with every reading", async () => {
  const { id } = stand.portal.addForm("Demo request", []);
  for (let index = 0; index < 400; index += 1)
    submit(id, NOW - index * 100, { email: `lead-${index}@example.com` });
  expect(await stand.connector.submissions(NOW - 4 * MINUTE_MS)).toHaveLength(400);
  submit(id, NOW + 1, { email: "late@example.com" });
  stand.sandbox.ledger.clear();
  const again = await stand.connector.submissions(NOW);
  expect(again.map(({ email }) => email)).toContain("late@example.com");
  expect(stand.sandbox.ledger.calls.length).toBeLessThanOrEqual(3);
});

/** How often forms were asked since the ledger was cleared. */
const pagesRead = (): number => stand.sandbox.ledger.countCalls({ route: "/form-integrations" });

test("after a flood, a reading with nothing new asks for one page", async () => {
  const { id } = stand.portal.addForm("Demo request", []);
  for (let index = 0; index < 200; index += 1)
    submit(id, NOW - index * 100, { email: `lead-${index}@example.com` });
  expect(await stand.connector.submissions(NOW - MINUTE_MS)).toHaveLength(200);
  stand.sandbox.ledger.clear();
  expect(await stand.connector.submissions(NOW)).toHaveLength(50);
  expect(pagesRead()).toBe(1);
});

test("what a reading told is read again until a later one shows that it was stored", async () => {
  const { id } = stand.portal.addForm("Demo request", []);
  for (let index = 0; index < 200; index += 1)
    submit(id, NOW - index * 100, { email: `lead-${index}@example.com` });
  const since = NOW - MINUTE_MS;
  for (const _reading of [1, 2, 3]) expect(await stand.connector.submissions(since)).toHaveLength(200);
});

test("a conversion asks for one page of its form, however many wait there, and the next reading tells all", async () => {
  const { id, name } = stand.portal.addForm("Demo request", []);
  for (let index = 0; index < 200; index += 1)
    submit(id, NOW - index * 100, { email: `lead-${index}@example.com` });
  await stand.connector.submissions(NOW - 60 * MINUTE_MS, []);
  stand.sandbox.ledger.clear();
  const found = await stand.connector.submissions(NOW - MINUTE_MS, [`Talk to us: ${name}`]);
  expect(found.map(({ email }) => email)).toContain("lead-0@example.com");
  expect(found).toHaveLength(50);
  expect(pagesRead()).toBe(1);
  expect(await stand.connector.submissions(NOW - MINUTE_MS)).toHaveLength(200);
});

test("what became visible late is told in full, although a conversion was told of the newest of it", async () => {
  const { id, name } = stand.portal.addForm("Demo request", []);
  await stand.connector.submissions(NOW - 2 * MINUTE_MS);
  for (let index = 0; index < 200; index += 1)
    submit(id, NOW - MINUTE_MS - index * 100, { email: `lead-${index}@example.com` });
  expect(await stand.connector.submissions(NOW - MINUTE_MS, [`Talk to us: ${name}`])).toHaveLength(50);
  expect(await stand.connector.submissions(NOW)).toHaveLength(200);
});
