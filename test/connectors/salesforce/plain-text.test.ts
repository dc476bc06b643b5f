import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMarked } from "../../../connectors/http/mark.ts";
import { markedText, markedTitle, noteText } from "../../../connectors/salesforce/mark.ts";
import { cutText, plainText } from "../../../connectors/salesforce/plain-text.ts";

describe("HTML as plain text", () => {
  test.each([
    ["<p>One</p><p>Two</p>", "One\nTwo"],
    ["<p>One<br>Two<br/>Three</p>", "One\nTwo\nThree"],
    ["<ul>\n  <li>One</li>\n  <li><b>Two</b></li>\n</ul>", "- One\n- Two"],
    [
      '<p>See <a class="x" href="https://x.example/?a=1&amp;b=2">why <b>now</b></a>.</p>',
      "See why now (https://x.example/?a=1&b=2).",
    ],
    ["<p>Smith &amp; Sons &lt;b&gt; &#39;quoted&#39; &#x1F642;</p>", "Smith & Sons <b> 'quoted' 🙂"],
    ["<p>&unknown; &#0; &#xD800; &#99999999;</p>", "&unknown; &#0; &#xD800; &#99999999;"],
    ["<p>  </p><p>\n</p><div>Only this</div>", "Only this"],
    ["1 < 2 and 3 > 2", "1 < 2 and 3 > 2"],
    ["", ""],
  ])("%s", (html, text) => {
    expect(plainText(html, 1_000)).toBe(text);
  });

  test("no text is longer than it may be, and none ends in half a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(60), (text, most) => {
        for (const cut of [plainText(text, most), cutText(text, most)]) {
          expect(cut.length).toBeLessThanOrEqual(most);
          expect(cut.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});

test("titles and texts carry their mark however long they are", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const html = `<p>${text.repeat(400)}</p>`;
      expect(markedTitle(html, "k1").length).toBeLessThanOrEqual(80);
      expect(isMarked(markedTitle(html, "k1"), "k1")).toBe(true);
      expect(markedText(html, "k1").length).toBeLessThanOrEqual(32_000);
      expect(isMarked(markedText(html, "k1"), "k1")).toBe(true);
      expect(noteText(html).length).toBeLessThanOrEqual(32_000);
    }),
    { numRuns: 30 },
  );
});
