import { expect, test } from "vitest";
import type { Fault } from "../../sandbox/faults.ts";
import type { Answered, Opened } from "./portal-client.ts";
import { field, open } from "./portal-client.ts";

const contacts = "/crm/objects/2026-03/contacts";
const create = (opened: Opened): Promise<Answered> =>
  opened.api("POST", contacts, { properties: { firstname: "Ana" } });

test.each<[string, Fault, number, Readonly<Record<string, unknown>>]>([
  [
    "429 of ten seconds",
    { do: "rate-limited", policy: "TEN_SECONDLY_ROLLING" },
    429,
    { policyName: "TEN_SECONDLY_ROLLING" },
  ],
  ["429 of the day", { do: "rate-limited", policy: "DAILY" }, 429, { policyName: "DAILY" }],
  ["503", { do: "server-error", status: 503 }, 503, { category: "INTERNAL_ERROR" }],
  ["401", { do: "unauthorized" }, 401, { category: "EXPIRED_AUTHENTICATION" }],
  ["423", { do: "locked" }, 423, { category: "LOCKED" }],
  ["409", { do: "conflict" }, 409, { category: "CONFLICT" }],
  ["477", { do: "migrating", retryAfterSeconds: 60 }, 477, { category: "MIGRATION_IN_PROGRESS" }],
  [
    "an answer of one's own",
    { do: "answer", status: 418, body: { status: "teapot" } },
    418,
    { status: "teapot" },
  ],
])("%s strikes before the write", async (_name, fault, status, body) => {
  const opened = await open();
  opened.sandbox.faults.add({ method: "POST", path: "/crm/**", fault });
  const answer = await create(opened);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject(body);
  expect(opened.portal.all("contact")).toEqual([]);
  expect(opened.sandbox.ledger.calls.at(-1)).toMatchObject({ status, fault: fault.do });
});

test("Retry-After comes with a migration", async () => {
  const opened = await open();
  opened.sandbox.faults.add({ fault: { do: "migrating", retryAfterSeconds: 60 } });
  expect((await create(opened)).headers.get("retry-after")).toBe("60");
});

test.each<[string, boolean, number]>([
  ["before the write keeps nothing", false, 0],
  ["after the write keeps it", true, 1],
])("a 502 %s", async (_name, commit, kept) => {
  const opened = await open();
  opened.sandbox.faults.add({ times: 1, fault: { do: "server-error", status: 502, commit } });
  expect((await create(opened)).status).toBe(502);
  expect(opened.sandbox.ledger.find({ kind: "contact.create" })).toHaveLength(kept);
});

test.each<[string, Fault, number]>([
  ["half-way, nothing kept", { do: "reset" }, 0],
  ["half-way, the write kept", { do: "reset", commit: true }, 1],
  ["before the first byte, the write kept", { do: "reset", early: true, commit: true }, 1],
  ["after hanging, the write kept", { do: "hang", ms: 20, commit: true }, 1],
])("a connection cut %s", async (_name, fault, kept) => {
  const opened = await open();
  opened.sandbox.faults.add({ times: 1, fault });
  await expect(create(opened)).rejects.toThrow(TypeError);
  expect(opened.portal.all("contact")).toHaveLength(kept);
  expect(opened.sandbox.ledger.calls.at(-1)).toMatchObject({ status: 0 });
});

test("a hanging call lets the sandbox close", async () => {
  const opened = await open();
  opened.sandbox.faults.add({ times: 1, fault: { do: "hang" } });
  const outcome = create(opened).catch((error: unknown) => error);
  await expect.poll(() => opened.sandbox.ledger.calls.length).toBe(1);
  await opened.sandbox.close();
  expect(await outcome).toBeInstanceOf(TypeError);
});

test("a truncated body is no JSON, an empty one is nothing, and both were written", async () => {
  const opened = await open();
  opened.sandbox.faults.add({ nth: [1], fault: { do: "truncated-json" } });
  opened.sandbox.faults.add({ nth: [2], fault: { do: "empty-body" } });
  const [half, none] = [await create(opened), await create(opened)];
  expect(half).toMatchObject({ status: 201, body: expect.stringMatching(/^\{"id":/) });
  expect(none).toMatchObject({ status: 201, body: "" });
  expect(opened.portal.all("contact")).toHaveLength(2);
});

test("HTML, a redirect, a big body and a slow one are sent as such", async () => {
  const opened = await open();
  const faults: Fault[] = [
    { do: "html", status: 503 },
    { do: "redirect", to: "https://elsewhere.example/" },
    { do: "big-body", bytes: 100_000 },
    { do: "slow-body", ms: 40 },
  ];
  for (const [index, fault] of faults.entries()) opened.sandbox.faults.add({ nth: [index + 1], fault });
  const [html, redirect, big, slow] = [
    await create(opened),
    await create(opened),
    await create(opened),
    await create(opened),
  ];
  expect(html.headers.get("content-type")).toContain("text/html");
  expect(redirect).toMatchObject({ status: 307 });
  expect(redirect.headers.get("location")).toBe("https://elsewhere.example/");
  expect(JSON.stringify(big.body).length).toBeGreaterThan(100_000);
  expect(slow).toMatchObject({ status: 201, body: { properties: { firstname: "Ana" } } });
});

test("chosen items of a batch fail and the others are written", async () => {
  const opened = await open();
  opened.sandbox.faults.add({ path: "/crm/**/batch/create", fault: { do: "partial", items: [1] } });
  const inputs = ["a", "b", "c"].map((objectWriteTraceId) => ({
    objectWriteTraceId,
    properties: { firstname: objectWriteTraceId },
  }));
  const { status, body } = await opened.api("POST", `${contacts}/batch/create`, { inputs });
  expect(status).toBe(207);
  expect(body).toMatchObject({ numErrors: 1, errors: [{ context: { objectWriteTraceId: ["b"] } }] });
  expect(opened.portal.all("contact").map((each) => each.properties["firstname"])).toEqual(["a", "c"]);
});

test("a rule for one input refuses that one, once, wherever it stands in the batch", async () => {
  const opened = await open();
  const [one, other] = [await opened.contact({}), await opened.contact({})];
  opened.sandbox.faults.add({ input: other, times: 1, fault: { do: "partial", items: [] } });
  const update = (...ids: readonly string[]): Promise<Answered> =>
    opened.api("POST", `${contacts}/batch/update`, {
      inputs: ids.map((id) => ({ id, objectWriteTraceId: id, properties: { firstname: "Ana" } })),
    });
  expect((await update(one)).status).toBe(200);
  expect((await update(one, other)).body).toMatchObject({
    numErrors: 1,
    errors: [{ context: { objectWriteTraceId: [other] } }],
  });
  expect((await update(other, one)).status).toBe(200);
});

test.each([
  ["denied", "OBJECT_NOT_FOUND"],
  ["failed", "INTERNAL_ERROR"],
  ["left-out", undefined],
] as const)("a record that is %s is there the next time", async (into, category) => {
  const opened = await open();
  const [one, other] = [await opened.contact({}), await opened.contact({})];
  opened.sandbox.faults.add({ input: one, times: 1, fault: { do: "mangled-record", id: one, into } });
  const read = async (...ids: string[]) => {
    const inputs = ids.map((id) => ({ id }));
    const { status, body } = await opened.api("POST", `${contacts}/batch/read`, { inputs, properties: [] });
    return { status, results: field(body, "results"), errors: field(body, "errors") };
  };
  expect(await read(other)).toMatchObject({ status: 200, results: [{ id: other }] });
  const errors = [{ category, context: { ids: [one] } }];
  expect(await read(one, other)).toMatchObject({
    results: [{ id: other }],
    ...(category === undefined ? { status: 200, errors: undefined } : { status: 207, errors }),
  });
  expect(await read(one, other)).toMatchObject({ status: 200, results: [{ id: one }, { id: other }] });
});

test("a rule meets its path, portal and number, and can be taken away", async () => {
  const opened = await open();
  const fault: Fault = { do: "locked" };
  opened.sandbox.faults.add({ path: "/crm/objects/*/companies", fault });
  opened.sandbox.faults.add({ portalId: 1, fault });
  const remove = opened.sandbox.faults.add({ nth: [2, 3], fault });
  expect([(await create(opened)).status, (await create(opened)).status]).toEqual([201, 423]);
  remove();
  expect((await create(opened)).status).toBe(201);
  expect(opened.sandbox.faults.applied.get("locked")).toBe(1);
});

test("a share of calls is the same for the same seed", async () => {
  const statuses = async (seed: number): Promise<number[]> => {
    const opened = await open({ seed });
    opened.sandbox.faults.add({ share: 0.5, fault: { do: "locked" } });
    const seen: number[] = [];
    for (let call = 0; call < 12; call += 1) seen.push((await create(opened)).status);
    return seen;
  };
  const first = await statuses(3);
  expect(new Set(first)).toEqual(new Set([201, 423]));
  expect(await statuses(3)).toEqual(first);
});
