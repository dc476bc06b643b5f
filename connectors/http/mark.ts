/**
 * How a record Baton made is known again after its answer was lost: by the key of its write where the CRM keeps one, else by a
 * short visible mark in its text. The same in every CRM, so that a mark read aloud says the same everywhere.
 */
import { createHash } from "node:crypto";

/** Crockford's alphabet: no letter is mistaken for a digit when somebody reads the mark aloud. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Ten characters are 50 bits: two writes on one lead never share a mark. */
const MARK_LENGTH = 10;
/** Keys of writes are a decision's id and the write's short name. `later-`: it goes on with a handoff that was begun before. */
const KEY = /^[^.]+\.(later-)?(?:task|note)$/;
/** Behind the mark of what goes on with a handoff. Without it a mark is one of those that have been written from the first day on. */
const LATER = "-L";

/** The mark of a write: `BTN-`, ten characters that depend on its key alone, and whether it begins a handoff. Throws nothing. */
export function markOf(key: string): string {
  const digest = createHash("sha256").update(key).digest();
  const letters = Array.from(digest.subarray(0, MARK_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]);
  return `BTN-${letters.join("")}${isLater(key) ? LATER : ""}`;
}

/** Whether a text, as the CRM gives it back, carries the mark of this write. Throws nothing. */
export function isMarked(text: string | undefined, key: string): boolean {
  return text?.includes(markOf(key)) ?? false;
}

/** Whether a text carries the mark of any write of Baton's. Throws nothing. */
export function hasMark(text: string | undefined): boolean {
  return ANY_MARK.test(text ?? "");
}
const ANY_MARK = new RegExp(`Baton ref BTN-[${ALPHABET}]{${MARK_LENGTH}}`);
const FIRST_MARK = new RegExp(`${ANY_MARK.source}(?!${LATER})`);

/** Whether this is the key of a task or note of Baton's. Throws nothing. */
export function isOwnKey(key: string | undefined): boolean {
  return KEY.test(key ?? "");
}

/**
 * Whether a task or note, by its key or else by its text, is one with which Baton began a handoff; one that a promise running out or
 * another owner was written down with is not. Throws nothing. Source: docs/decisions/0021-restore.md.
 */
export function beganHandoff(key: string | undefined, text: string | undefined): boolean {
  return isOwnKey(key) ? !isLater(key) : FIRST_MARK.test(text ?? "");
}

function isLater(key: string | undefined): boolean {
  return KEY.exec(key ?? "")?.[1] !== undefined;
}
