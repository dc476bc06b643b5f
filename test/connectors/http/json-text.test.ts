import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJsonText } from "../../../connectors/http/json-text.ts";

test("texts no database can keep are made into some that all can", () => {
  const text = String.raw`{"a":"x\u0000y","b":["\ud800","ok \uDFFF."],"c":"\ud83c\udf89 🎉","d":1,"e":"\\u0000"}`;
  expect(parseJsonText(text)).toEqual({
    a: "x y",
    b: ["\uFFFD", "ok \uFFFD."],
    c: "🎉 🎉",
    d: 1,
    e: String.raw`\u0000`,
  });
});

test("a key that means something to JavaScript is a key", () => {
  const parsed = parseJsonText(String.raw`{"__proto__":{"polluted":"\u0000"}}`);
  expect(Object.keys(Object(parsed))).toEqual(["__proto__"]);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test("all other JSON is what JSON.parse makes of it", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value).replaceAll(String.raw`\u0000`, "");
      expect(parseJsonText(text)).toEqual(JSON.parse(text));
    }),
  );
  expect(() => parseJsonText('{"a":"\\u0000"')).toThrow(SyntaxError);
});
