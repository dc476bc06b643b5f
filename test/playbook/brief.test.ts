import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { briefSchema, compileBrief } from "../../src/playbook/brief.ts";
import { compileTemplate, templateProblem } from "../../src/playbook/template.ts";
import { aPlaybook, compile, problemsIn } from "../route/acme.ts";

const shipped = readFileSync("mappings/default/brief.yaml", "utf8");

describe("a template", () => {
  test("escapes every value in HTML, and none in plain text", () => {
    const values = { who: `<script>"O'Neil" & co</script>` };
    expect(compileTemplate("<p>{{ who }}</p>", "html").render(values)).toBe(
      "<p>&lt;script&gt;&#34;O&#39;Neil&#34; &amp; co&lt;/script&gt;</p>",
    );
    expect(compileTemplate("{{ who }}", "text").render(values)).toBe(values.who);
  });

  test("prints nothing for what is known to be unknown, and fails on what was never given", () => {
    expect(compileTemplate("[{{ lead.role }}]", "text").render({ lead: { role: null } })).toBe("[]");
    expect(() => compileTemplate("{{ lead.role }}", "text").render({ lead: {} })).toThrow(
      /undefined variable/,
    );
  });

  test("reads only own properties", () => {
    expect(() => compileTemplate("{{ lead.constructor.name }}", "text").render({ lead: {} })).toThrow(
      /undefined/,
    );
  });

  test.each([
    ["{{ who | raw }}", /"raw" is no filter/],
    ["{{ 'now' | date: '%s' }}", /"date" is no filter/],
    ["{{ list | sample }}", /"sample" is no filter/],
    ["{% include 'secret.txt' %}", /"include" is no tag/],
    ["{% render 'secret.txt' %}", /"render" is no tag/],
    ["{% layout 'secret.txt' %}", /"layout" is no tag/],
    ["{% echo who %}", /"echo" is no tag/],
    ["{% liquid echo who %}", /"liquid" is no tag/],
    ["{% raw %}{{ who }}{% endraw %}", /"raw" is no tag/],
    ["{{ who ", /are closed/],
    ["{% if who %}", /closed by its own end/],
    ["x".repeat(20_001), /at most 20000 characters/],
    ["{{ }}", /a value is expected/],
    ["{{ who | append 'x' }}", /a colon before its values/],
    ["{% endif %}", /ends what was never begun/],
    ["{% for who %}{% endfor %}", /a tag is written as/],
  ])("%s is refused", (text, message) => {
    expect(templateProblem(text.slice(0, 30_000), "text")?.message).toMatch(message);
  });

  test("that cannot be read is told by the piece that is wrong, and its line", () => {
    expect(templateProblem("Hello {{ who }}\nand {{ who | raw }}!\n", "text")).toEqual({
      message: expect.stringMatching(/^"raw" is no filter: .* \(line 2 of the text\)$/),
      found: "{{ who | raw }}",
    });
    expect(templateProblem("Hello {{ }}", "text")?.found).toBe("{{ }}");
    expect(templateProblem("Hello {{ who", "text")?.found).toBe("{{ who");
  });

  test("that builds too much is stopped", () => {
    const bomb = compileTemplate(
      "{% assign a = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}",
      "text",
    );
    expect(() => bomb.render({})).toThrow(/limit/);
    const long = compileTemplate("{% for i in (1..100000000) %}x{% endfor %}", "text");
    expect(() => long.render({})).toThrow(/limit/);
  });
});

describe("HTML of a note", () => {
  test.each([
    "<h3>{{ who }}</h3><p>a<br>b<br/></p><ul><li><strong>x</strong> <em>y</em></li></ul>",
    '<a href="{{ link.lead }}">x</a> <a href="{{link.handoff}}">y</a>',
    '<a href="https://acme.example/?q={{ lead.email }}">x</a> <a href="mailto:{{ lead.email }}">y</a>',
    "{% if account.employees < 50 %}<p>small</p>{% endif %}",
  ])("%s is kept", (text) => {
    expect(templateProblem(text, "html")).toBeUndefined();
  });

  test.each([
    ["<script>alert(1)</script>", /^<script> the CRM does not keep this/],
    ["<table><tr></tr></table>", /^<table> the CRM does not keep this/],
    ['<p onclick="x()">x</p>', /the only attribute/],
    ['<p style="color:red">x</p>', /the only attribute/],
    ['<a href="javascript:alert(1)">x</a>', /the only attribute/],
    ['<a href="{{ account.website }}">x</a>', /the only attribute/],
    ['<a href="{{ link.lead }}" onclick="x()">x</a>', /the only attribute/],
    ["<{{ lead.name }}>", /does not keep/],
    ["<img src=x>", /does not keep/],
    ["<!-- x -->", /does not keep/],
    ["a < b", /does not keep/],
  ])("%s is refused", (text, message) => {
    const problem = templateProblem(text, "html");
    expect(`${problem?.found} ${problem?.message}`).toMatch(message);
  });
});

describe("brief.yaml", () => {
  test("the shipped one speaks of facts and words only", () => {
    const problems: string[] = [];
    const brief = compile("brief", shipped, briefSchema, compileBrief, {
      onProblem: (message) => problems.push(message),
    });
    expect(problems).toEqual([]);
    expect(brief.facts).toContain("lead.role");
    expect(brief.plays.get("hand-raiser")?.task).toEqual({
      action: "call",
      priority: "high",
      remindBeforeMs: 300_000,
    });
  });

  test.each([
    ["a misspelt word", "{{ why_now }}", "{{ whynow }}", /"whynow" is not known here/],
    [
      "a partner's note that would tell a fact",
      "Passed to {{ partner }}",
      "Passed to {{ lead.phone }}",
      /"lead\.phone" is not known here/,
    ],
    [
      "a deed that would tell a fact",
      "booked a meeting",
      "booked by {{ lead.name }}",
      /"lead\.name" is not known here/,
    ],
  ])("%s is told", (_what, from, to, message) => {
    const problems: string[] = [];
    const text = shipped.replace(from, to);
    expect(text).not.toBe(shipped);
    compile("brief", text, briefSchema, compileBrief, { onProblem: (problem) => problems.push(problem) });
    expect(problems.join("\n")).toMatch(message);
  });

  test.each([
    ["a kind of signal without words", /\n {2}meeting-booked: .*/, "", /meeting-booked/],
    [
      "a template that is none",
      "{{ why_now }}",
      "{{ why_now",
      /note: braces, brackets and quotes are closed.*\(line 2 of the text\), found "\{\{ why_now/,
    ],
    ["markup no CRM keeps", "<h3>", "<h3 class='x'>", /the only attribute/],
    ["a type without a task", /\n {4}task: \{ action: call.*/, "", /types\.hand-raiser\.task/],
  ])("%s is refused", (_what, from, to, message) => {
    const text = shipped.replace(from, to);
    expect(text).not.toBe(shipped);
    expect(problemsIn(text, briefSchema).join("\n")).toMatch(message);
  });

  test("types and facts it names are told", () => {
    const heard = new Set<string>();
    compile("brief", shipped, briefSchema, compileBrief, {
      onName: (kind, name) => heard.add(`${kind} ${name}`),
      onFact: ({ name }) => heard.add(name),
    });
    expect([...heard]).toEqual(expect.arrayContaining(["type hand-raiser", "lead.email", "account.name"]));
    expect(heard).not.toContain("brief.why_now");
    expect(aPlaybook().brief.labels.get("brief.why_now")).toBe("Why now");
  });
});
