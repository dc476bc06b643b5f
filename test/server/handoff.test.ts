import { createHash } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { HandoffView } from "../../src/server/handoff-view.ts";
import { NOW, rawRequest, startServer, type RawAnswer, type TestServer } from "./kit.ts";

const ID = "h7Jk2mNp4QrS6tUv8wXy0z";

const view: HandoffView = {
  type: "hand-raiser",
  state: "with-sales",
  playbookVersion: "0123456789ab",
  nearest: { says: "not ready if lead.role were known (saw VP Marketing)" },
  stamps: {
    occurred: NOW,
    received: NOW + 1_200,
    read: NOW + 1_500,
    decided: NOW + 1_500,
    written: NOW + 91_500,
  },
  decision: {
    verdict: {
      outcome: "ready",
      type: "hand-raiser",
      reason: "asked for a demo",
      findings: [
        {
          says: "all of fit",
          truth: "yes",
          parts: [
            {
              says: "lead.email domain not in donotcontact.example",
              truth: "yes",
              saw: "ana.ruiz@northwind.example",
              source: "definition.yaml:12",
            },
            { says: "lead.role is known", truth: "unknown", saw: "VP Marketing" },
          ],
        },
        { says: "routed by ops@acme.example", truth: "no" },
      ],
    },
    assignment: {
      rule: "EMEA <enterprise>",
      because: "Lena Vogt has the largest shortfall of 1 in emea-sdr",
      outcome: "assigned",
      ownerId: "501",
      ownerName: "Lena Vogt",
      rep: "lena@acme.example",
      pool: "emea-sdr",
      counts: true,
      candidates: [
        { rep: "lena@acme.example", eligible: true, because: "largest shortfall" },
        { rep: "tomas@acme.example", eligible: false, because: "5 of 5 leads today" },
        { rep: "amelie@acme.example", eligible: false, because: "5 of 5 leads today" },
      ],
      findings: [
        { says: 'rule "Kept"', truth: "no", saw: "lena@acme.example away", source: "routing.yaml:9" },
      ],
    },
  },
};

let server: TestServer | undefined;
afterEach(async () => {
  await server?.app.close();
  server = undefined;
});

async function open(
  id: string,
  asked: string[] = [],
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  server = await startServer({
    handoffs: {
      find: async (wanted) => {
        asked.push(wanted);
        return wanted === ID ? view : undefined;
      },
    },
  });
  return await rawRequest(server, { path: `/h/${id}`, headers });
}

test("the page says type, verdict, rule, reasons and seams", async () => {
  const { status, body } = await open(ID);
  expect(status).toBe(200);
  for (const words of [
    "Handoff: hand-raiser",
    "Ready for sales: asked for a demo.",
    "EMEA &lt;enterprise&gt;",
    "all of fit",
    "not known",
    "definition.yaml:12",
    "not ready if lead.role were known.",
    "2 reps: 5 of 5 leads today",
    "rule &#34;Kept&#34;",
    "<h2>Not known</h2>",
    "2026-11-17 09:30:00",
    "1.2 s",
    "1.5 min",
    "0123456789ab",
  ]) {
    expect(body).toContain(words);
  }
});

test.for(["text/html", "application/json"])(
  "the page holds no value a condition saw, no rep, and no e-mail address even from the playbook: %s",
  async (accept) => {
    const { body } = await open(ID, [], { accept });
    expect(body.replace(/<style>.*<\/style>/s, "")).not.toMatch(
      /\bana|ruiz|northwind|VP Marketing|lena|vogt|@/i,
    );
  },
);

test("whoever accepts JSON only gets the explanation as JSON", async () => {
  const { headers, body } = await open(ID, [], { accept: "application/json" });
  expect(headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(headers["cache-control"]).toBe("no-store");
  expect(JSON.parse(body)).toMatchObject({
    state: "with-sales",
    explanation: {
      outcome: "ready",
      unknown: ["lead.role is known"],
      assignment: { outcome: "assigned", rule: "EMEA <enterprise>" },
      passedOver: [{ because: "5 of 5 leads today", count: 2 }],
      nearest: { says: "not ready if lead.role were known" },
    },
  });
  await server?.app.close();
  const unknown = await open("A".repeat(22), [], { accept: "application/json" });
  expect([unknown.status, JSON.parse(unknown.body)]).toEqual([
    404,
    { error: { message: expect.any(String) } },
  ]);
});

test("the page is neither stored nor indexed nor framed, and its own style is the only thing it loads", async () => {
  const { headers, body } = await open(ID);
  expect(headers["cache-control"]).toBe("no-store");
  expect(headers["x-robots-tag"]).toBe("noindex, nofollow");
  expect(headers["x-frame-options"]).toBe("SAMEORIGIN");
  const style = /<style>(.*)<\/style>/s.exec(body)?.[1] ?? "";
  const digest = createHash("sha256").update(style).digest("base64");
  expect(String(headers["content-security-policy"])).toContain(`style-src 'sha256-${digest}'`);
  expect(body).not.toMatch(/<script|<img|<link|href=/);
});

test("the page can be read by ear: language, one heading, a captioned table with scopes", async () => {
  const { body } = await open(ID);
  expect(body).toContain('<html lang="en">');
  expect(body.match(/<h1>/g)).toHaveLength(1);
  expect(body).toContain("<caption>");
  expect(body.match(/scope="(row|col)"/g)).toHaveLength(8);
  expect(body).toContain('<time datetime="2026-11-17T09:30:00.000Z">');
});

test.for([
  "short",
  "a%20b",
  "%3Cscript%3E",
  "x".repeat(65),
  "../../../etc/passwd0",
  "h7Jk2mNp4QrS6tUv8wXy0%00",
])("an id that none can be is not looked up: %s", async (id) => {
  const asked: string[] = [];
  const { status } = await open(id, asked);
  expect([status, asked]).toEqual([404, []]);
});

test("an id nobody has is answered like one that cannot be", async () => {
  const unknown = await open("A".repeat(22));
  await server?.app.close();
  const impossible = await open("short");
  expect([unknown.status, unknown.headers["content-type"]]).toEqual([
    404,
    impossible.headers["content-type"],
  ]);
});
