/**
 * E-mail over SMTP. The `Message-ID` follows from the message's key, so a mail that is sent again because its answer was lost is the same
 * mail, which mailboxes show once. Source: RFC 5322, section 3.6.4.
 */
import { createHash } from "node:crypto";
import type { SendMailOptions, Transporter } from "nodemailer";
import { isLoopback } from "../config/loopback.ts";
import { BatonError, type ErrorCode } from "../errors.ts";
import { type DurationMs, SECOND_MS } from "../model/instant.ts";
import { escapeHtml } from "../model/html.ts";
import type { ChannelSettings } from "../store/channels.ts";
import { type Letter, tidy, writeLetter } from "./letter.ts";
import { type Fate, FOR_PEOPLE, type Outgoing, type Sender } from "./sender.ts";

type MailSettings = Extract<ChannelSettings, { kind: "mail" }>;

const CONNECT_MS: DurationMs = 10 * SECOND_MS;
const SILENCE_MS: DurationMs = 15 * SECOND_MS;
/** An address that can stand in an envelope: no blanks, controls, brackets or lists. */
const ADDRESS = /^[^\s<>,;:"()[\]\\@]+@[^\s<>,;:"()[\]\\@]+$/;

/** Opens a mail channel; connections are made for each mail. Throws `notify.forbidden-address` for a sandbox's server elsewhere. */
export async function openMail({ url, from }: MailSettings, isSandbox: boolean): Promise<Sender> {
  const { hostname, username } = new URL(url);
  if (isSandbox && !isLoopback(hostname)) {
    throw new BatonError(
      "notify.forbidden-address",
      "The channel's mail server is not on this machine while BATON_SANDBOX=1. Baton does not call it.",
    );
  }
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    url,
    // A password is never sent in the clear over a network.
    requireTLS: username !== "" && !isLoopback(hostname),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    ...FOR_PEOPLE,
    afterLoss: "repeat",
    send: async (message) => await sendMail(transport, from, message),
    async probe() {
      try {
        await transport.verify();
      } catch (cause) {
        throw probeError(cause);
      }
      return "the mail server says hello and lets us in";
    },
    close: () => Promise.resolve(transport.close()),
  };
}

async function sendMail(transport: Transporter, from: string, message: Outgoing): Promise<Fate> {
  if (!ADDRESS.test(message.to)) return { fate: "refused", code: "notify.refused" };
  try {
    await transport.sendMail(mailOf(from, message));
    return { fate: "sent" };
  } catch (cause) {
    return fateOf(cause);
  }
}

function mailOf(from: string, message: Outgoing): SendMailOptions {
  const letter = writeLetter(message);
  return {
    from,
    to: { name: "", address: message.to },
    subject: letter.subject,
    messageId: messageId(message.key, from),
    // No out-of-office notes in return. Source: RFC 3834.
    headers: { "Auto-Submitted": "auto-generated" },
    text: inText(letter),
    html: inHtml(letter),
  };
}

/** The same for the same key, and of the sender's domain. */
function messageId(key: string, from: string): string {
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? "baton.invalid";
  return `<${createHash("sha256").update(key).digest("hex").slice(0, 40)}@${domain}>`;
}

function inText({ items, closing }: Letter): string {
  const parts = items.map(({ title, lines, links }) =>
    [
      ...(title === undefined ? [] : [title]),
      ...lines,
      ...links.map(({ says, url }) => `${says}: ${url}`),
    ].join("\n"),
  );
  return [...parts, ...(closing === undefined ? [] : [closing])].join("\n\n");
}

function inHtml({ items, closing }: Letter): string {
  const paragraph = (text: string): string => `<p>${text}</p>`;
  const parts = items.flatMap(({ title, lines, links }) => [
    ...(title === undefined ? [] : [paragraph(`<strong>${escapeHtml(title)}</strong>`)]),
    ...lines.map((line) => paragraph(escapeHtml(line))),
    ...links.map(({ says, url }) => paragraph(`<a href="${escapeHtml(url)}">${escapeHtml(says)}</a>`)),
  ]);
  return [...parts, ...(closing === undefined ? [] : [paragraph(escapeHtml(closing))])].join("\n");
}

/** What nodemailer's errors tell of the conversation: where it stood, and what the server said. Source: https://nodemailer.com/errors */
interface SmtpTrouble {
  readonly code: string;
  readonly status: number;
  readonly command: string;
}

function troubleIn(cause: unknown): SmtpTrouble {
  const has = (name: string): unknown =>
    typeof cause === "object" && cause !== null ? Reflect.get(cause, name) : undefined;
  const [status, command] = [has("responseCode"), has("command")];
  return {
    code: String(has("code")),
    status: typeof status === "number" ? status : 0,
    command: typeof command === "string" ? command : "",
  };
}

/**
 * A server that has answered has said what it did: 4xx and 5xx took nothing, and a 5xx about recipient or content is for good. A
 * connection that broke says nothing about how far it came; sending again under the same `Message-ID` does no harm.
 */
function fateOf(cause: unknown): Fate {
  const { code, status, command } = troubleIn(cause);
  if (code === "EDNS" || code === "ECONFIG")
    return { fate: "not-sent", code: "notify.unreachable", everybody: true };
  if (/AUTH/.test(code)) return { fate: "not-sent", code: "notify.unauthorized", everybody: true };
  if (status >= 400 && status < 500)
    return { fate: "not-sent", code: "notify.rate-limited", everybody: false };
  const isAboutMail = command === "RCPT TO" || command === "DATA";
  if (status >= 500 && isAboutMail) return { fate: "refused", code: "notify.refused" };
  if (status >= 500) return { fate: "not-sent", code: "notify.unauthorized", everybody: true };
  return { fate: "unknown", code: code === "ETIMEDOUT" ? "notify.timeout" : "notify.unreachable" };
}

function probeError(cause: unknown): BatonError {
  const fate = fateOf(cause);
  const code: ErrorCode = fate.fate === "sent" ? "notify.unreachable" : fate.code;
  const { code: label, status } = troubleIn(cause);
  const detail = tidy(status === 0 ? label : `SMTP ${status}`, 40);
  return new BatonError(code, `The mail server did not let us in (${detail}). Check the channel's url.`, {
    cause,
  });
}
