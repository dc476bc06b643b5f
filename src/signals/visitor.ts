/** Whom a message is about, and which visitors it says are one person. */
import { createHash } from "node:crypto";
import type { Visitor, VisitorLink } from "../model/visitor.ts";
import type { Message } from "./message.ts";

/** Nobody has a longer address. Source: RFC 5321, 4.5.3.1.3. */
const MOST_EMAIL_CHARACTERS = 254;
const DIGEST_CHARACTERS = 22;

/**
 * Who it was, by the best name the message gives: an e-mail address (a `userId` that is one, or the `email` of `identify`'s
 * traits or of `context.traits`), else `userId`, else `anonymousId`. A known `userId` without an address is not looked for
 * under the `anonymousId` beside it: two people share a browser more often than a sender forgets who is signed in.
 *
 * The traits of `group` describe a company: no address is taken from them. Throws nothing.
 */
export function visitorOf(message: Message): {
  readonly visitor: Visitor;
  readonly links: readonly VisitorLink[];
} {
  const email = addressIn(message);
  const user = message.userId === undefined ? undefined : userNamed(message.userId);
  const anonymous: Visitor | undefined =
    message.anonymousId === undefined ? undefined : `anonymous:${digestOf(message.anonymousId)}`;
  const named: readonly Visitor[] = [anonymous, user, email].filter((one) => one !== undefined);
  const visitor = named.at(-1) ?? `anonymous:${digestOf("")}`;
  const links = named.flatMap((one, index) => {
    const is = named[index + 1];
    return is === undefined || is === one ? [] : [{ visitor: one, is }];
  });
  return { visitor, links };
}

/** An identity as a digest of 132 bits: compared, never shown. Throws nothing. */
export function digestOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url").slice(0, DIGEST_CHARACTERS);
}

function addressIn({ type, userId, traits, context }: Message): Visitor | undefined {
  return (
    emailNamed(userId) ??
    (type === "identify" ? emailNamed(traits.email) : undefined) ??
    emailNamed(context.traits?.email)
  );
}

function userNamed(id: string): Visitor {
  return emailNamed(id) ?? `user:${digestOf(id)}`;
}

function emailNamed(text: string | undefined): Visitor | undefined {
  const isEmail =
    text !== undefined &&
    text.length <= MOST_EMAIL_CHARACTERS &&
    /^[^\s@,;<>()"]+@[^\s@,;<>()"]+\.[^\s@,;<>()"]+$/.test(text);
  return isEmail ? `email:${text.toLowerCase()}` : undefined;
}
