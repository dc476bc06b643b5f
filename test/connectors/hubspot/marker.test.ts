import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markedBody } from "../../../connectors/hubspot/marker.ts";
import { isMarked } from "../../../connectors/http/mark.ts";

const MOST = 65_536;

test("the mark is found in the body again, however HubSpot dresses it", () => {
  const body = markedBody("<p>Hello</p>", "k1");
  expect(isMarked(body, "k1")).toBe(true);
  expect(isMarked(body.replaceAll(/<[^>]+>/g, " "), "k1")).toBe(true);
  expect(isMarked(body, "k2")).toBe(false);
});

describe("a body that is too long", () => {
  test("a body that fits is left as it is", () => {
    expect(markedBody("<p>Hello</p>", "k")).toMatch(/^<p>Hello<\/p><p [^>]+>Baton ref BTN-.{10}<\/p>$/);
  });

  test.each([
    ["in the middle of a tag", `${"x".repeat(65_430)}<a href="https://acme.example/${"y".repeat(300)}">`],
    ["in the middle of an entity", "&amp;".repeat(20_000)],
    ["in the middle of a character", "🙂".repeat(40_000)],
    ["inside nested elements", `<div><ul>${"<li>one</li>".repeat(9_000)}</ul></div>`],
    ["between void elements", "<br>a<hr/>".repeat(9_000)],
    ["deep down", "<div>".repeat(20_000)],
  ])("is cut cleanly %s", (_name, html) => {
    const body = markedBody(html, "k");
    expect(body.length).toBeLessThanOrEqual(MOST);
    expect(isMarked(body, "k")).toBe(true);
    const text = body.slice(0, body.lastIndexOf("<p style"));
    expect(text.lastIndexOf("<")).toBeLessThanOrEqual(text.lastIndexOf(">"));
    expect(text).not.toMatch(/&[a-z]*$/);
    expect(text.isWellFormed()).toBe(true);
    expect(openElements(text)).toBe(0);
  });

  test("any length stays within the limit and closes what it opens", () => {
    const piece = fc.constantFrom(
      "<p>",
      "</p>",
      "<b>x</b>",
      "<br>",
      "&lt;",
      "word ",
      "🙂",
      '<a href="/x">y</a>',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1_500, max: 6_000 }),
        (pieces, times) => {
          const body = markedBody(pieces.join("").repeat(times), "k");
          expect(body.length).toBeLessThanOrEqual(MOST);
          expect(isMarked(body, "k")).toBe(true);
          expect(body.isWellFormed()).toBe(true);
        },
      ),
      { numRuns: 40, seed: 7 },
    );
  });
});

function openElements(html: string): number {
  let open = 0;
  for (const [tag] of html.matchAll(/<[^>]+>/g)) {
    if (tag.startsWith("<br") || tag.startsWith("<hr")) continue;
    open += tag.startsWith("</") ? -1 : 1;
  }
  return open;
}
