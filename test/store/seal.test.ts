import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { keyedDigests, seal, sealedAnew, sealMark, unseal } from "../../src/store/seal.ts";

const OLD = randomBytes(32);
const NEW = randomBytes(32);

test("what one key sealed opens while the key is listed, and says which is missing when it is not", () => {
  const sealed = seal([OLD], "connections/a", "secret");
  expect(unseal([NEW, OLD], "connections/a", sealed)).toBe("secret");
  expect(sealed.startsWith(sealMark([NEW, OLD]))).toBe(false);
  expect(sealed.startsWith(sealMark([OLD, NEW]))).toBe(true);
  const anew = sealedAnew([NEW, OLD], "connections/a", sealed) ?? "";
  expect(unseal([NEW], "connections/a", anew)).toBe("secret");
  expect(sealedAnew([NEW], "connections/a", sealed)).toBeUndefined();
  expect(() => unseal([NEW], "connections/a", sealed)).toThrow(/BATON_SECRET_KEYS/);
});

test("a sealed value moved to another row, or altered, does not open", () => {
  const sealed = seal([OLD], "connections/a", "secret");
  expect(() => unseal([OLD], "connections/b", sealed)).toThrow(/altered/);
  const flipped = sealed.slice(0, -2) + (sealed.endsWith("AA") ? "BB" : "AA");
  expect(() => unseal([OLD], "connections/a", flipped)).toThrow(/altered/);
});

test("sealing the same text twice looks different, and never shows the text", () => {
  const [a, b] = [seal([OLD], "x", "secret"), seal([OLD], "x", "secret")];
  expect(a).not.toBe(b);
  expect(Buffer.from(a.split(".")[1] ?? "", "base64url").toString("latin1")).not.toContain("secret");
});

test("a digest made before a key rotation is still found after it", () => {
  const [before] = keyedDigests([OLD], "ana@example.com");
  expect(keyedDigests([NEW, OLD], "ana@example.com")).toContain(before);
  expect(keyedDigests([NEW], "ana@example.com")).not.toContain(before);
});
