import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { rawRequest, startServer, type TestServer } from "./kit.ts";

const PERSON = "ana.ruiz@northwind.example";
const SECRET = "s3cret-4711-do-not-log";
const LEAK = /ana\.ruiz|northwind|s3cret|4711/i;

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(async () => {
  await server.app.close();
});

const marked = `${encodeURIComponent(PERSON)}-${SECRET}`;
const headers = {
  authorization: `Bearer ${SECRET}`,
  cookie: `baton-install=${SECRET}; who=${PERSON}`,
  "user-agent": PERSON,
  "content-type": `application/json; who="${PERSON}"`,
  "x-tiny-signature": SECRET,
  referer: `https://x.example/?${SECRET}`,
  "x-forwarded-for": PERSON,
};
const body = JSON.stringify([{ email: PERSON, token: SECRET }]);

test.for([
  ["a webhook with a wrong signature", "POST", `/tiny/webhooks?token=${marked}`],
  ["a callback that cannot be believed", "GET", `/oauth/hubspot/callback?code=${marked}&state=${marked}`],
  ["a callback that says no", "GET", `/oauth/hubspot/callback?error=${marked}&state=${"A".repeat(43)}`],
  ["an installation", "GET", `/oauth/hubspot/install?${marked}`],
  ["a handoff page", "GET", `/h/${marked}`],
  ["a page that is not there", "GET", `/${marked}?${marked}`],
  ["a wrong method", "PATCH", `/tiny/webhooks?${marked}`],
  ["a broken escape", "GET", `/h/%E0%A4%A${marked}`],
  ["an address too long for a page", "GET", `/h/${marked.repeat(20)}`],
  ["metrics", "GET", `/metrics?${marked}`],
  ["a whole address", "GET", `http://${SECRET}.example/${marked}`],
] as const)("neither the log nor the answer repeats what came with %s", async ([, method, path]) => {
  const given = { method, path, headers, ...(method === "GET" ? {} : { body }) };
  const answer = await rawRequest(server, given);
  expect(server.logged()).toContain('"msg":"request"');
  expect(server.logged()).not.toMatch(LEAK);
  expect(answer.body + JSON.stringify(answer.headers)).not.toMatch(LEAK);
});

test("neither repeats a body that is no HTTP", async () => {
  const text = await new Promise<string>((resolve) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(`${PERSON} ${SECRET}\r\n\r\n`));
    let answer = "";
    socket.on("data", (data) => (answer += data.toString()));
    socket.on("close", () => resolve(answer));
  });
  expect(text).toContain("400");
  expect(text + server.logged()).not.toMatch(LEAK);
});

test("neither repeats what a failing store or CRM says", async () => {
  server.memory.beforeStore = async () => {
    throw new BatonError("store.unavailable", "no answer", {
      cause: new Error(`insert '${PERSON}' with ${SECRET}`),
    });
  };
  const answer = await server.post(JSON.stringify([{ tenant: "62515", id: "e-1" }]));
  expect(answer.status).toBe(503);
  expect((await answer.text()) + server.logged()).not.toMatch(LEAK);
  expect(server.logged()).toContain("receive.not-stored");
  expect(server.logged()).toContain("store.unavailable");
});

test("the log names requests by id and route template", async () => {
  const answer = await rawRequest(server, { path: "/h/h7Jk2mNp4QrS6tUv8wXy0z?utm=1" });
  expect(answer.status).toBe(404);
  expect(server.logged()).toMatch(/"reqId":"[0-9a-f-]{36}".*"route":"\/h\/:id","status":404,"ms":\d+/);
});
