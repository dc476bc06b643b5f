import { expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { createLog, errorAsFacts, withoutPersons } from "../../src/log.ts";

function logged(...args: readonly [object, string?]): string {
  const lines: string[] = [];
  createLog({ level: "trace", destination: { write: (line) => void lines.push(line) } }).info(...args);
  return lines.join("");
}

test.for([
  "token",
  "access",
  "refresh",
  "clientSecret",
  "authorization",
  "cookie",
  "password",
  "email",
  "body",
  "headers",
])("the key %s is redacted at the top, one and two levels down", (key) => {
  const value = "abcdef";
  const line = logged({ [key]: value, one: { [key]: value, two: { [key]: value } } });
  expect(line).not.toContain(value);
  expect(JSON.parse(line)).toMatchObject({ [key]: "[redacted]", one: { [key]: "[redacted]" } });
});

test.for([
  ["plain", "for ana.ruiz+x@northwind.example now", "for [email] now"],
  [
    "in an address, taking too much rather than too little",
    "/x?e=ana%40northwind.example&y=1",
    "[email]&y=1",
  ],
  ["with letters of other alphabets", "für jürgen@müller.example", "für [email]"],
  ["with a bearer token", "sent Bearer abc.def-ghi", "sent Bearer [redacted]"],
  ["without any", "baton@1, 12:30 @ noon, a@b", "baton@1, 12:30 @ noon, a@b"],
] as const)("a text %s", ([, text, expected]) => {
  expect(withoutPersons(text)).toBe(expected);
});

test("a message that slipped through is caught in the finished line", () => {
  expect(logged({ lead: "42" }, "lead ana@example.com assigned")).toContain("lead [email] assigned");
});

test("a foreign error is logged by name, code and place, its message never", () => {
  const error = Object.assign(new TypeError("bad ana at x (/tmp/secret-name.ts:1:2)\nanother ana line"), {
    code: "E_BAD",
  });
  const facts = errorAsFacts(error);
  expect(facts).toMatchObject({ name: "TypeError", code: "E_BAD" });
  expect(facts.at?.length).toBeGreaterThan(0);
  expect(JSON.stringify(facts)).not.toMatch(/bad ana|another ana/);
});

test("our own error is logged with its message, and its causes by name", () => {
  const error = new BatonError("store.unavailable", "The database does not answer.", {
    cause: new Error("ana"),
  });
  expect(errorAsFacts(error)).toMatchObject({
    code: "store.unavailable",
    message: "The database does not answer.",
    cause: { name: "Error" },
  });
  expect(JSON.stringify(errorAsFacts(error))).not.toContain('"ana"');
});

test("a code that is a sentence is no code, and a circle of causes ends", () => {
  const error: Error & { code?: string } = Object.assign(new Error("x"), { code: "ana ruiz was here" });
  error.cause = error;
  expect(errorAsFacts(error).code).toBeUndefined();
  expect(JSON.stringify(errorAsFacts(error)).length).toBeLessThan(5_000);
});
