import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { Signal } from "../../src/model/signal.ts";
import { wanted } from "../../src/playbook/fields.ts";
import { aPlaybook, NOW, shippedFiles } from "../playbook/kit.ts";
import { aRecord, resolved } from "./kit.ts";

const URL = "contact.hs_analytics_last_url";
const FORM = "contact.recent_conversion_event_name";
const DATE = "contact.recent_conversion_date";
const iso = (at: number): string => new Date(at).toISOString();

function submission(at: number, more: Partial<Signal> = {}): Signal {
  return {
    key: `submission:${at}`,
    kind: "form-submitted",
    at,
    form: "demo-request",
    answers: [{ question: "What are you trying to solve?", answer: "Leads wait." }],
    ...more,
  };
}

describe("signals from properties", () => {
  test("every page a history holds is one view, newest first, as a path", () => {
    const history = {
      [URL]: [
        { value: "https://www.acme.example/pricing?utm=1#top", at: NOW - 2 * HOUR_MS },
        { value: "acme.example/security", at: NOW - HOUR_MS },
        { value: "https://www.acme.example", at: NOW - 3 * HOUR_MS },
        { value: "", at: NOW },
      ],
    };
    expect(resolved(aRecord({}, { history })).signals).toEqual([
      { key: `${URL}@${NOW - HOUR_MS}`, kind: "page-viewed", at: NOW - HOUR_MS, page: "/security" },
      { key: `${URL}@${NOW - 2 * HOUR_MS}`, kind: "page-viewed", at: NOW - 2 * HOUR_MS, page: "/pricing" },
      { key: `${URL}@${NOW - 3 * HOUR_MS}`, kind: "page-viewed", at: NOW - 3 * HOUR_MS, page: "/" },
    ]);
  });

  test("a form's name is what follows the last colon", () => {
    const history = { [FORM]: [{ value: "Talk: to us: Contact sales", at: NOW }] };
    expect(resolved(aRecord({}, { history })).signals).toEqual([
      { key: `${FORM}@${NOW}`, kind: "form-submitted", at: NOW, form: "contact-sales" },
    ]);
  });

  test("a form sent again later changes only its date, and is a signal all the same", () => {
    const first = NOW - 3 * DAY_MS;
    const record = aRecord(
      { [FORM]: "Demo: Demo request", [DATE]: iso(NOW) },
      {
        history: {
          [FORM]: [{ value: "Demo: Demo request", at: first + 200 }],
          [DATE]: [
            { value: iso(first), at: first + 200 },
            { value: iso(NOW), at: NOW + 200 },
          ],
        },
      },
    );
    expect(resolved(record).signals.map(({ form, at }) => [form, at])).toEqual([
      ["demo-request", NOW],
      ["demo-request", first],
    ]);
  });

  test("without history, the latest form is known by its name and date", () => {
    const record = aRecord({ [FORM]: "Demo: Demo request", [DATE]: iso(NOW) });
    expect(resolved(record).signals).toEqual([
      { key: `${FORM}@${NOW}`, kind: "form-submitted", at: NOW, form: "demo-request" },
    ]);
  });

  test("a property that holds an instant is the latest signal of its kind", () => {
    const record = aRecord({
      "contact.hs_sales_email_last_replied": iso(NOW - DAY_MS),
      "contact.engagements_last_meeting_booked": "soon",
    });
    expect(resolved(record).signals.map(({ kind, at }) => [kind, at])).toEqual([
      ["email-replied", NOW - DAY_MS],
    ]);
  });

  test("some forms are more than a form", () => {
    const history = {
      [FORM]: [
        { value: "Webinar: Webinar registration", at: NOW - HOUR_MS },
        { value: "Security: Security whitepaper", at: NOW },
      ],
    };
    expect(resolved(aRecord({}, { history })).signals).toMatchObject([
      { kind: "content-downloaded", form: "security-whitepaper", asset: "security-whitepaper" },
      { kind: "webinar-registered", form: "webinar-registration" },
    ]);
  });
});

describe("how much somebody took part", () => {
  const WEBINAR = "contact.last_webinar";
  const HOW = "contact.webinar_engagement";
  const text = shippedFiles()["fields.yaml"] ?? "";
  const telling = (entry: string) =>
    aPlaybook({ "fields.yaml": text.replace("  signals:\n", `  signals:\n    - { ${entry} }\n`) });
  const each = `signal: webinar-attended, each: ${WEBINAR}, as: campaign`;
  const twice = {
    history: {
      [WEBINAR]: [
        { value: "Autumn", at: NOW - DAY_MS },
        { value: "Winter", at: NOW },
      ],
      [HOW]: [
        { value: "Weak", at: NOW - DAY_MS + 200 },
        { value: "Very strong", at: NOW + 200 },
      ],
    },
  };

  test("is what the property said at the time", () => {
    const playbook = telling(`${each}, engagement: { from: ${HOW} }`);
    expect(resolved(aRecord({}, twice), [], playbook).signals).toMatchObject([
      { kind: "webinar-attended", campaign: "Winter", engagement: "very-strong" },
      { kind: "webinar-attended", campaign: "Autumn", engagement: "weak" },
    ]);
    expect(wanted(playbook.fields).history).toContain(HOW);
    expect(wanted(playbook.fields).properties).toContain(HOW);
  });

  test("without history, what it says now; without a value, nothing", () => {
    const playbook = telling(`signal: webinar-attended, at: ${WEBINAR}, engagement: { from: ${HOW} }`);
    const at = { [WEBINAR]: iso(NOW) };
    const [known] = resolved(aRecord({ ...at, [HOW]: "Strong" }), [], playbook).signals;
    expect(known).toEqual({
      key: `${WEBINAR}@${NOW}`,
      kind: "webinar-attended",
      at: NOW,
      engagement: "strong",
    });
    const [unknown] = resolved(aRecord(at), [], playbook).signals;
    expect(unknown).toEqual({ key: `${WEBINAR}@${NOW}`, kind: "webinar-attended", at: NOW });
  });

  test("may be a fixed word, or the value itself", () => {
    const fixed = resolved(aRecord({}, twice), [], telling(`${each}, engagement: strong`)).signals;
    expect(fixed.map(({ engagement }) => engagement)).toEqual(["strong", "strong"]);
    const own = telling(`signal: webinar-attended, each: ${HOW}, as: engagement`);
    expect(resolved(aRecord({}, twice), [], own).signals.map(({ engagement }) => engagement)).toEqual([
      "very-strong",
      "weak",
    ]);
  });

  test("a campaign joined is told by a property", () => {
    const playbook = telling("signal: campaign-joined, each: contact.campaigns, as: campaign");
    const history = { "contact.campaigns": [{ value: "autumn-launch", at: NOW }] };
    expect(resolved(aRecord({}, { history }), [], playbook).signals).toMatchObject([
      { kind: "campaign-joined", campaign: "autumn-launch" },
    ]);
  });
});

describe("events that were sent in", () => {
  const sent = (event: string, more: Partial<Signal> = {}): Signal => ({
    key: `message:${event}`,
    kind: "product",
    at: NOW,
    event,
    ...more,
  });

  test.each<[string, Signal, Partial<Signal>]>([
    ["by name", sent("Added To Campaign"), { kind: "campaign-joined", event: "Added To Campaign" }],
    ["letters in either case", sent("ADDED to  campaign"), { kind: "campaign-joined" }],
    [
      "with the words of fields.yaml before the sender's",
      sent("Webinar Attended Live", { engagement: "unknown" }),
      { kind: "webinar-attended", engagement: "strong" },
    ],
    [
      "a download's title is its asset",
      sent("Asset Opened", { title: "checklist" }),
      { kind: "content-downloaded", asset: "checklist" },
    ],
    [
      "a download's asset comes before its title",
      sent("Content Downloaded", { kind: "content-downloaded", asset: "guide", title: "The guide" }),
      { kind: "content-downloaded", asset: "guide" },
    ],
  ])("are what fields.yaml says: %s", (_, signal, meant) => {
    expect(resolved(aRecord(), [signal]).signals).toEqual([expect.objectContaining({ ...signal, ...meant })]);
  });

  test("that fields.yaml does not name stay what they were taken for", () => {
    const signals = [
      sent("Webinar Attended", { kind: "webinar-attended" }),
      sent("Workspace Activated", { title: "the-workspace" }),
    ];
    expect(resolved(aRecord(), signals).signals).toEqual(signals);
  });

  test("a form that is sent in is the form HubSpot tells of", () => {
    const text = shippedFiles()["fields.yaml"] ?? "";
    const playbook = aPlaybook({
      "fields.yaml": text.replace(
        "\nevents:\n",
        '\nevents:\n  "Demo Wanted": { signal: form-submitted, form: demo-request }\n',
      ),
    });
    const told = submission(NOW);
    expect(resolved(aRecord(), [told, sent("Demo Wanted")], playbook).signals).toEqual([told]);
  });
});

describe("one deed told twice is one signal", () => {
  const told = (at: number) => ({ history: { [FORM]: [{ value: "Demo: Demo request", at }] } });

  test.each([
    ["the submission first", NOW - 9 * MINUTE_MS, NOW],
    ["the property first", NOW, NOW - 9 * MINUTE_MS],
    ["at once", NOW, NOW],
    ["exactly ten minutes apart", NOW - 10 * MINUTE_MS, NOW],
  ])("%s: the telling with answers stays", (_, submittedAt, propertyAt) => {
    const stored = submission(submittedAt);
    expect(resolved(aRecord({}, told(propertyAt)), [stored]).signals).toEqual([stored]);
  });

  test("further apart they are two", () => {
    const stored = submission(NOW - 10 * MINUTE_MS - 1);
    expect(resolved(aRecord({}, told(NOW)), [stored]).signals).toHaveLength(2);
  });

  test("another form is another deed", () => {
    const stored = submission(NOW, { form: "pricing" });
    expect(resolved(aRecord({}, told(NOW)), [stored]).signals).toHaveLength(2);
  });

  test("the same key is the same deed", () => {
    const stored = submission(NOW, { form: "pricing" });
    expect(resolved(aRecord(), [stored, stored]).signals).toEqual([stored]);
  });

  test("a stored submission of a form that is more than a form says so, too", () => {
    const stored = submission(NOW, { form: "webinar-registration" });
    expect(resolved(aRecord(), [stored]).signals).toEqual([{ ...stored, kind: "webinar-registered" }]);
  });
});

test("the order does not depend on how signals came", () => {
  const stored = [submission(NOW, { form: "a" }), submission(NOW, { form: "b", key: "x" }), submission(0)];
  const forwards = resolved(aRecord(), stored).signals;
  expect(resolved(aRecord(), stored.toReversed()).signals).toEqual(forwards);
  expect(forwards.map(({ at }) => at)).toEqual([NOW, NOW, 0]);
});

test("ten thousand page views are the newest thousand", () => {
  const history = {
    [URL]: Array.from({ length: 10_000 }, (_, index) => ({ value: `/p${index}`, at: NOW - index * 1000 })),
  };
  const { signals } = resolved(aRecord({}, { history }));
  expect(signals).toHaveLength(1_000);
  expect(signals[0]?.page).toBe("/p0");
});
