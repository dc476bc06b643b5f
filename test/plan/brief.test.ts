import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { Signal } from "../../src/model/signal.ts";
import { weightiest } from "../../src/plan/behaviours.ts";
import { clean } from "../../src/plan/sentence.ts";
import { aLead, aPlaybook, TUESDAY } from "../route/acme.ts";
import { ana, DEEDS, planned, playbook, READY, TO_PARTNER, writeOf } from "./ready.ts";

const noteOf = (...options: Parameters<typeof planned>): string =>
  writeOf(planned(...options), "create-note").html;
const shipped = readFileSync("mappings/default/brief.yaml", "utf8");

describe("the note", () => {
  test("of a lead about whom much is known", () => {
    expect(noteOf()).toMatchInlineSnapshot(`
      "<h3>Asked to talk to us: Ana Ruiz</h3>
      <p><strong>Ana Ruiz, VP Marketing at Fern &amp; Sons asked for us: filled in the form &#34;demo request&#34; on /demo 12 minutes ago.</strong></p>
      <p>
      Ana Ruiz, VP Marketing at Fern &amp; Sons
      (200 people, software)
      <br>Country: DE
      <br>Phone: +49 30 5550 100
      <br>E-mail: ana@example.com
      </p>
      <p>Last: filled in the form &#34;demo request&#34; on /demo (Tue 17 Nov, 12 minutes ago)</p>
      <h4>What they did</h4>
      <ul>
      <li>Tue 17 Nov: filled in the form &#34;demo request&#34; on /demo</li>
      <li>Wed 11 Nov: attended the webinar Routing in practice (strong engagement)</li>
      <li>Tue 17 Nov: viewed /pricing 2 times</li>
      </ul>
      <h4>In their own words</h4>
      <ul>
      <li>What are you trying to solve? <em>Leads wait until somebody remembers them.</em></li>
      </ul>
      <p>
      First campaign: autumn-launch
      <br>Latest campaign: webinar-series
      </p>
      <p>Already seen: /pricing, /security</p>
      <p>Likely problem: Leads wait until somebody remembers them.</p>
      <p>Angle: Open with what other software companies asked us first.</p>
      <p><strong>Next: Call them now</strong></p>
      <p>First attempt by Tue 17 Nov, 09:15 (Berlin). In touch by Tue 17 Nov, 13:00 (Berlin).</p>
      <ul>
      <li><strong>First hour:</strong> Call; no answer: leave a message and write.</li>
      <li><strong>First day:</strong> Try once more at another time of day. Find one colleague who shares the problem.</li>
      <li><strong>First week:</strong> Four more attempts over three days and two channels, then say plainly that you will stop.</li>
      </ul>
      <p><a href="https://baton.example/h/d-1">Why this lead came to Lena Vogt</a></p>"
    `);
  });

  test("of a lead about whom nothing is known pads nothing", () => {
    const html = noteOf({ snapshot: aLead(), verdict: { ...READY, type: "another" } });
    expect(html).toMatchInlineSnapshot(`
      "<h3>Handed to sales: this lead</h3>
      <p><strong>Somebody was handed over: form demo-request within 24h.</strong></p>
      <p><strong>Next: Read the note and make a first attempt</strong></p>
      <p>First attempt by Wed 18 Nov, 09:00 (Berlin). In touch by Fri 20 Nov, 09:00 (Berlin).</p>
      <p><a href="https://baton.example/h/d-1">Why this lead came to Lena Vogt</a></p>"
    `);
    expect(html).not.toMatch(/null|undefined|\(\)|: *</);
  });

  test("says every deadline in the owner's own time", () => {
    expect(noteOf()).toContain(
      "First attempt by Tue 17 Nov, 09:15 (Berlin). In touch by Tue 17 Nov, 13:00 (Berlin).",
    );
  });

  test("says dates among the facts in words", () => {
    const brief = shipped.replace("{{ label }}: ", "{{ lead.since }} ");
    const html = noteOf({ snapshot: ana({ "lead.since": TUESDAY }), playbook: aPlaybook({ brief }) });
    expect(html).toContain("<h3>Tue 17 Nov Ana Ruiz</h3>");
  });

  test("repeats no answer the record shows, and no question twice", () => {
    const again: Signal = {
      key: "form-0",
      kind: "form-submitted",
      at: TUESDAY - 90 * MINUTE_MS,
      form: "pricing",
      answers: [
        { question: "What are you trying to solve?", answer: "An older answer." },
        { question: "Team size", answer: "40" },
      ],
    };
    const html = noteOf({ snapshot: ana({}, { signals: [...DEEDS, again] }) });
    expect(html).toContain("<li>Team size <em>40</em></li>");
    expect(html).not.toMatch(/older answer|<em>ana@example\.com|<em>Ana<|Comment/);
  });

  test("holds no value unescaped, whatever the lead wrote", () => {
    const hostile = `"><img src=x onerror=alert(1)>{{ lead.email }}'&`;
    fc.assert(
      fc.property(fc.oneof(fc.constant(hostile), fc.string({ unit: "binary", maxLength: 200 })), (text) => {
        const signals: readonly Signal[] = [
          {
            key: "a",
            kind: "form-submitted",
            at: TUESDAY,
            form: text,
            page: text,
            answers: [{ question: text, answer: text }],
          },
          { key: "b", kind: "product", at: TUESDAY, event: text },
        ];
        const facts = { "lead.name": text, "lead.role": text, "account.name": text, "lead.phone": text };
        const plan = planned({ snapshot: ana(facts, { signals }) });
        for (const html of [writeOf(plan, "create-note").html, writeOf(plan, "create-task").html]) {
          const tags = [...html.matchAll(/<[^>]*>?/g)].map(([tag]) => tag);
          const allowed = /^<(\/?(h3|h4|p|ul|li|strong|em|a)|br|a href="https:\/\/baton\.example\/h\/d-1")>$/;
          expect(tags.filter((tag) => !allowed.test(tag))).toEqual([]);
          expect(html).not.toMatch(/&(?!amp;|lt;|gt;|#34;|#39;)/);
        }
        expect(plan.brief?.whyNow.length).toBeLessThanOrEqual(300);
        expect(plan.brief?.taskSubject).not.toMatch(/[\n\r]/);
      }),
      { numRuns: 200 },
    );
  });

  test("stays short, whatever the lead wrote", () => {
    const long = "word ".repeat(20_000);
    const signals = DEEDS.map((signal) => ({
      ...signal,
      answers: [{ question: `${signal.key} ${long}`, answer: long }],
    }));
    const snapshot = ana(Object.fromEntries(Object.keys(ana().facts).map((name) => [name, long])), {
      signals,
    });
    expect(noteOf({ snapshot }).length).toBeLessThan(16_000);
  });

  test("is written, also of somebody with the longest name who answered the most", () => {
    const signals = Array.from({ length: 1_000 }, (_, form): Signal => ({
      key: `form-${form}`,
      kind: "form-submitted",
      at: TUESDAY,
      form: "demo-request",
      answers: Array.from({ length: 100 }, (_one, field) => ({ question: `${form}.${field}`, answer: "a" })),
    }));
    const html = noteOf({ snapshot: ana({ "lead.name": "a ".repeat(32_000) }, { signals }) });
    expect(html).not.toContain("<em>a</em>");
  });
});

describe("why now", () => {
  test.each([
    [
      "hand-raiser",
      'Ana Ruiz, VP Marketing at Fern & Sons asked for us: filled in the form "demo request" on /demo 12 minutes ago.',
    ],
    [
      "marketing-qualified",
      'Ana Ruiz, VP Marketing at Fern & Sons fits and shows interest: filled in the form "demo request" on /demo; attended the webinar Routing in practice (strong engagement); viewed /pricing 2 times.',
    ],
    [
      "partner",
      'Ana Ruiz at Fern & Sons was brought by a partner and filled in the form "demo request" on /demo 12 minutes ago.',
    ],
    [
      "anything else",
      'Ana Ruiz at Fern & Sons was handed over: form demo-request within 24h; last filled in the form "demo request" on /demo 12 minutes ago.',
    ],
  ])("of %s is one plain sentence", (type, expected) => {
    expect(planned({ verdict: { ...READY, type } }).brief?.whyNow).toBe(expected);
  });

  test("is cut at a word", () => {
    const { whyNow = "" } = planned({ snapshot: ana({ "lead.role": "very ".repeat(90) }) }).brief ?? {};
    expect(whyNow.length).toBeLessThanOrEqual(300);
    expect(whyNow).toMatch(/ very…$/);
  });
});

describe("a partner's note", () => {
  test("lists what is shared and known, and nothing else", () => {
    const html = noteOf({ assignment: TO_PARTNER, verdict: { ...READY, type: "partner" } });
    expect(html).toMatchInlineSnapshot(`
      "<h3>Passed to Northwind</h3>
      <p>What the partner was given:</p>
      <ul>
      <li>Name: Ana Ruiz</li>
      <li>Company: Fern &amp; Sons</li>
      <li>Why now: Ana Ruiz at Fern &amp; Sons was brought by a partner and filled in the form &#34;demo request&#34; on /demo 12 minutes ago.</li>
      </ul>"
    `);
    expect(html).not.toMatch(/ana@example\.com|5550|VP Marketing|Leads wait/);
  });
});

describe("a template that fails on a lead", () => {
  const broken = shipped.replace(
    "<h3>{{ label }}",
    "<h3>{% for i in (1..lead.role.size) %}{{ answers[99].answer }}{% endfor %}{{ answers[99].answer }}",
  );

  test("costs its own words: the owner still gets the sentence, the link, and what failed", () => {
    const plan = planned({ playbook: aPlaybook({ brief: broken }) });
    const html = writeOf(plan, "create-note").html;
    expect(html).toContain("<strong>Ana Ruiz, VP Marketing at Fern &amp; Sons asked for us");
    expect(html).toContain('<a href="https://baton.example/h/d-1">');
    expect(html).toMatch(/brief\.yaml: undefined variable/);
    expect(writeOf(plan, "create-task").subject).toBe("Call them now: Ana Ruiz (Fern & Sons)");
  });

  test("in the sentence leaves the label and the reason", () => {
    const brief = shipped.replace("asked for us", "{{ answers[99].answer }}");
    expect(planned({ playbook: aPlaybook({ brief }) }).brief?.whyNow).toBe(
      "Asked to talk to us: form demo-request within 24h",
    );
  });

  test("in the words of a deed leaves the kind", () => {
    const brief = shipped.replace("filled in the form{%", "{{ unheard_of }}{%");
    const text = noteOf({ playbook: aPlaybook({ brief }) });
    expect(text).toContain("<li>Tue 17 Nov: form submitted</li>");
  });
});

describe("the behaviours that weigh most", () => {
  const says = (most: readonly { signal: Signal; count: number }[]): readonly string[] =>
    most.map(({ signal, count }) => `${signal.key} x${count}`);

  test("count points, and what was done again", () => {
    expect(says(weightiest(DEEDS, 3, TUESDAY, playbook.definition.points))).toEqual([
      "form-1 x1",
      "webinar-1 x1",
      "page-3 x2",
    ]);
  });

  test("are the frequent and the recent ones, without points", () => {
    expect(says(weightiest(DEEDS, 2, TUESDAY, new Map()))).toEqual(["page-3 x2", "form-1 x1"]);
  });

  test("are the same whatever the order they come in", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...DEEDS], { minLength: DEEDS.length }), (shuffled) => {
        const { points } = playbook.definition;
        expect(weightiest(shuffled, 5, TUESDAY, points)).toEqual(weightiest(DEEDS, 5, TUESDAY, points));
      }),
    );
  });
});

describe("text on one line", () => {
  test.each([
    ["a\r\n  b\tc", 20, "a b c"],
    ["zero​width‮and controls", 40, "zero width and controls"],
    ["one two three", 10, "one two…"],
    ["unbroken-word-that-is-long", 10, "unbroken-…"],
    ["🙂🙂🙂", 4, "🙂…"],
  ])("%j in %d characters is %j", (text, longest, expected) => {
    expect(clean(text, longest)).toBe(expected);
  });
});
