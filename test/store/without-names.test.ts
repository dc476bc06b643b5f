import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeHtml } from "../../src/model/html.ts";
import { clean } from "../../src/plan/sentence.ts";
import { withoutNames } from "../../src/store/without-names.ts";

const GONE = "somebody who was erased";
const clear = (name: string, text: string, as?: "html"): string => withoutNames([name])(text, as);

describe("a name goes where it is a word of its own", () => {
  test.each([
    ["Li", "Clients like Li's line; li, Li.", `Clients like ${GONE}'s line; ${GONE}, ${GONE}.`],
    ["Ann", "Anna, Annä, Ann-Lena and Ann1", `Anna, Annä, ${GONE}-Lena and Ann1`],
    ["Anna Ek", "Anna Ekberg met Anna Ek", `Anna Ekberg met ${GONE}`],
    ["Gros", "Groß and Gros", `Groß and ${GONE}`],
    ["山田太郎", "山田太郎様から", `${GONE}様から`],
    ["김민수", "김민수님과 김민", `${GONE}님과 김민`],
    ["สมชาย ใจดี", "คุณสมชาย ใจดีโทร", `คุณ${GONE}โทร`],
    ["vera@x.example", "Write to Vera@X.example.", `Write to ${GONE}.`],
    ["R&D Bot", "R&amp;D Bot and R&D Bot", `${GONE} and ${GONE}`],
  ])("%s", (name, text, after) => {
    expect(clear(name, text)).toBe(after);
  });

  test.each(["a", "李", "", " ", "--", "…", "?!"])(
    "one sign, or none that names anybody, stays: %j",
    (name) => {
      const text = `a 李 -- … ?! ${name}`;
      expect(clear(name, text)).toBe(text);
    },
  );

  test("the longer of two names takes the shorter with it", () => {
    expect(withoutNames(["Vera", "Vera Lang"])("Vera Lang, Vera")).toBe(`${GONE}, ${GONE}`);
  });
});

describe("a name goes as it was written", () => {
  test.each(["Hana  Onez", "Hana\u00A0Onez", "Ha\u200Bna Onez", "Hana\tOnez\u0007", " Hana\nOnez "])(
    "with its blanks and controls folded: %j",
    (name) => {
      expect(clear(name, `Yesterday ${clean(name, 500)} came.`)).toBe(`Yesterday ${GONE} came.`);
    },
  );

  test("in part, where the text was cut", () => {
    expect(clear("Hana Maria Onez", clean("Prices were looked at by Hana Maria Onez", 38))).toBe(
      `Prices were looked at by ${GONE}…`,
    );
    expect(clear("Hana Onez", "Hana..., Han… and ha…")).toBe(`${GONE}..., ${GONE}… and ha…`);
    const long = "x".repeat(2_000);
    expect(clear(long, clean(long, 500))).toBe(`${GONE}…`);
    expect(clear(`${"y ".repeat(400)}z`, clean(`${"y ".repeat(400)}z`, 500))).toBe(`${GONE}…`);
  });

  test("whatever it is made of, on one line of plain text and in HTML", () => {
    const word = fc
      .string({ unit: "grapheme", minLength: 2, maxLength: 12 })
      .filter((text) => /\p{L}{2}/u.test(text));
    fc.assert(
      fc.property(word, word, (first, last) => {
        const name = `${first} ${last}`;
        const written = clean(name, 500);
        // Signs around a name may stay: they are nobody's. An apostrophe may be a letter to Unicode.
        expect(clear(name, `: ${written} :`)).toMatch(/^: [\P{L}ʼ]*somebody who was erased[\P{L}ʼ]* :$/u);
        expect(clear(name, `<li>${escapeHtml(written)}: 3</li>`, "html")).toMatch(
          /^<li>[\P{L}ʼ]*somebody who was erased[\P{L}ʼ]*: 3<\/li>$/u,
        );
      }),
    );
  });
});

describe("HTML stays what it is", () => {
  const NOTE =
    '<h4>Who</h4>\n<p>A li &amp; a P &lt;amp&gt; <strong>li</strong> <a href="https://x.example/li?li">Why this lead</a></p><ul><li>li: 3</li></ul>';
  const tagsOf = (html: string): readonly string[] =>
    [...html.matchAll(/<[^>]*>|&[^;]*;/g)].map(([tag]) => tag);

  test.each(["li", "p", "strong", "amp", "lt", "a href", "href", "https", "ul><li", "h4", "x.example"])(
    "where somebody is called %s",
    (name) => {
      expect(tagsOf(clear(name, NOTE, "html"))).toEqual(tagsOf(NOTE));
    },
  );

  test("and a link keeps no name that a template put into it", () => {
    const link = '<a href="https://search.example/?q=Hana Onez">Find Hana Onez</a>';
    expect(clear("Hana Onez", link, "html")).toBe(
      `<a href="https://search.example/?q=${GONE}">Find ${GONE}</a>`,
    );
  });
});

test("a text that is long and means harm is cleared in one go", () => {
  for (const piece of ["王", "a...", "Li ", "ﷺ", "\u0316\u0301", "<", "&amp;", "…"])
    for (const name of ["王".repeat(600), "Li Li", piece.repeat(500), "aaa.aaa"])
      expect(typeof clear(name, piece.repeat(64_000 / piece.length), "html")).toBe("string");
});
