import { expect, test } from "vitest";
import { CHANNELS } from "../../../connectors/salesforce/change-event.ts";
import { orgOfToken, outboundToken } from "../../../connectors/salesforce/outbound-key.ts";
import { setupNotes } from "../../../connectors/salesforce/setup.ts";
import { ORG } from "./server.ts";

const OTHER = "00D000000000001EAA";
const SECRETS = ["newest-secret", "older-secret"];

test("an org is shown the addresses with its own key, under the newest secret", () => {
  const notes = setupNotes({ clientSecrets: SECRETS, publicUrl: "https://baton.example.com" }, ORG);
  const token = outboundToken("newest-secret", ORG);
  expect(notes.map(({ title }) => title)).toEqual([
    "An outbound message that tells of changed leads",
    "A flow that asks for a handoff",
    "Change Data Capture: every change within seconds, and nothing to build",
  ]);
  expect(notes[0]?.code).toBe(`https://baton.example.com/salesforce/outbound/${token}`);
  expect(notes[1]?.text).toContain(`https://baton.example.com/salesforce/events`);
  expect(notes[1]?.text).toContain(`Bearer ${token}`);
  expect(JSON.parse(notes[1]?.code ?? "")).toMatchObject({ v: 1, orgId: ORG, object: "Lead" });
  // The token of JSON messages belongs into a header and nowhere else.
  expect(notes[1]?.code).not.toContain(token);
});

test("without a secret there is no address to show, but what to select is", () => {
  const [note, ...others] = setupNotes({ clientSecrets: [], publicUrl: "https://baton.example.com" }, ORG);
  expect([note?.title, others]).toEqual([expect.stringContaining("Change Data Capture"), []]);
});

test("for Change Data Capture it is shown to select what Baton listens for, no more than an org may, and what is lost without", () => {
  const note = setupNotes({ clientSecrets: SECRETS, publicUrl: "https://baton.example.com" }, ORG).at(-1);
  const selected = note?.code?.split("\n") ?? [];
  expect(selected.map((object) => `/data/${object}ChangeEvent`)).toEqual(
    CHANNELS.filter((channel) => channel.startsWith("/data/")),
  );
  expect(selected.length).toBeLessThanOrEqual(5);
  expect(note?.text).toMatch(/Without it.*every ten minutes/);
});

test("a token speaks for one org, under any secret in force", () => {
  const [newest = "", older = ""] = SECRETS.map((secret) => outboundToken(secret, ORG));
  expect(newest).toMatch(/^00D[A-Za-z0-9]{15}\.[\w-]{43}$/);
  expect([newest, older, ` ${older}\n`].map((token) => orgOfToken(token, SECRETS))).toEqual([ORG, ORG, ORG]);
  expect(orgOfToken(older, ["newest-secret"])).toBeUndefined();
  // Somebody else's org, with our key; our org in other letters, and with its short id.
  const key = newest.slice(ORG.length);
  for (const id of [OTHER, ORG.toLowerCase(), ORG.slice(0, 15), `${ORG.slice(0, 15)}AAA`])
    expect(orgOfToken(id + key, SECRETS)).toBeUndefined();
  for (const nonsense of ["", ".", undefined, 7, [newest], newest.slice(1), `${newest}.x`, ORG])
    expect(orgOfToken(nonsense, SECRETS)).toBeUndefined();
});
