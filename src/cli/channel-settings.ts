/** What a person writes to set up a channel: YAML, checked as a whole. No message repeats a value: any of them may be a secret. */
import { parse } from "yaml";
import { z } from "zod";
import { isLoopback } from "../config/loopback.ts";
import { BatonError } from "../errors.ts";
import type { ChannelSettings } from "../store/channels.ts";
import type { ChannelKind } from "../store/schema-notices.ts";

const LONGEST = 2_000;
const text = z
  .string({ error: "is expected to be a text" })
  .trim()
  .min(1, "is empty")
  .max(LONGEST, "is too long");
const webAddress = text.refine(
  isWebAddress,
  "is expected to be an https:// address, without user and password",
);

const slackSchema = z.strictObject({
  token: text.regex(/^xox[bp]-[\w-]{10,}$/, "is expected to be a bot's token, which begins with xoxb-"),
  signing_secret: text.min(16, "is expected to be the app's signing secret, at least 16 characters"),
  room: text.regex(/^[CG][A-Z0-9]{6,}$/, "is expected to be a channel's id, such as C0123ABCD"),
  api_url: text.refine(isWebAddress, "is expected to be a web address").default("https://slack.com/api/"),
});
const mailSchema = z.strictObject({
  url: text.refine(isMailServer, "is expected to be smtps://user:password@host:port, or smtp://"),
  from: text.regex(
    /^(?:[^<>\r\n"@]{1,100} <[^\s<>@,;:"]+@[\w.-]+>|[^\s<>@,;:"]+@[\w.-]+)$/,
    "is expected to be an address, or Name <address>",
  ),
});
const teamsSchema = z.strictObject({ url: webAddress });
const webhookSchema = z.strictObject({
  url: webAddress,
  secret: text.regex(
    /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/,
    "is expected to be whsec_ and 24 to 64 random bytes in base64",
  ),
});

/** Reads a channel's settings. Throws `cli.usage` with every problem, and without a single value. */
export function readChannelSettings(kind: ChannelKind, yaml: string): ChannelSettings {
  const found = yamlIn(yaml);
  switch (kind) {
    case "slack": {
      const { token, signing_secret: signingSecret, room, api_url: apiUrl } = checked(slackSchema, found);
      return { kind, token, signingSecret, room, apiUrl: apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/` };
    }
    case "mail":
      return { kind, ...checked(mailSchema, found) };
    case "teams":
      return { kind, ...checked(teamsSchema, found) };
    case "webhook":
      return { kind, ...checked(webhookSchema, found) };
  }
}

function yamlIn(yaml: string): unknown {
  try {
    return parse(yaml) as unknown;
  } catch {
    // The parser's own message quotes the text.
    throw new BatonError("cli.usage", "The channel's settings are no YAML: lines of name: value.");
  }
}

function checked<T extends z.ZodType>(schema: T, found: unknown): z.output<T> {
  const parsed = schema.safeParse(found);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    if (issue.code === "unrecognized_keys")
      return `  ${issue.keys.join(", ")}: not a setting of this channel`;
    const name = issue.path.join(".");
    return `  ${name === "" ? "the whole" : name}: ${issue.code === "invalid_type" ? "is missing or no text" : issue.message}`;
  });
  throw new BatonError(
    "cli.usage",
    `The channel's settings cannot be used. Nothing was stored.\n${problems.join("\n")}`,
  );
}

/** Plain http is for a sandbox on this machine. */
function isWebAddress(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.username !== "" || url.password !== "" || url.hash !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

function isMailServer(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== "" && url.search === "";
}
