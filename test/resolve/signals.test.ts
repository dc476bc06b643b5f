import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { Signal } from "../../src/model/signal.ts";
import { NOW } from "../playbook/kit.ts";
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
