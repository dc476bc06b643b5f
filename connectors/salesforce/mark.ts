/** Baton's mark in the plain text of tasks and the titles of notes: by it, what was made is found again. */
import { markOf } from "../http/mark.ts";
import { cutText, plainText } from "./plain-text.ts";

/** Longest description of a task and body of a note, in characters. Source: describe of Task and Note, v67. */
const TEXT_LENGTH = 32_000;
/** Longest title of a note. */
const TITLE_LENGTH = 80;

/** A text with its mark in a last line of its own, never longer than Salesforce takes. Throws nothing. */
export function markedText(html: string, key: string): string {
  const line = `\n\nBaton ref ${markOf(key)}`;
  return plainText(html, TEXT_LENGTH - line.length) + line;
}

/** A note's title with its mark: the first line of the note, as much of it as has room. Throws nothing. */
export function markedTitle(html: string, key: string): string {
  const mark = `Baton ref ${markOf(key)}`;
  const [first = ""] = plainText(html, TEXT_LENGTH).split("\n");
  const room = TITLE_LENGTH - mark.length - SEPARATOR.length;
  const title = first.length > room ? `${cutText(first, room - 1).trimEnd()}…` : first;
  return title === "" ? mark : `${title}${SEPARATOR}${mark}`;
}
const SEPARATOR = " · ";

/** A note's text, as long as Salesforce takes it. Throws nothing. */
export function noteText(html: string): string {
  return plainText(html, TEXT_LENGTH);
}
