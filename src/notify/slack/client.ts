/**
 * Slack's own client, with everything it would do by itself switched off: no retries, no waiting for limits, no log (its lines quote
 * requests), no other address than the channel's. It speaks through Baton's door, which bounds time and size.
 */
import type { FetchFunction, WebClient } from "@slack/web-api";
import type { ChannelSettings } from "../../store/channels.ts";
import type { Answer, Door } from "../door.ts";

type SlackSettings = Extract<ChannelSettings, { kind: "slack" }>;

const nothing = (): void => undefined;
const SILENT = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
};

/** Opens the client. The library is loaded when the first channel needs it. Throws nothing. */
export async function slackClient({ token, apiUrl }: SlackSettings, door: Door): Promise<WebClient> {
  const { WebClient: Client, LogLevel } = await import("@slack/web-api");
  return new Client(token, {
    slackApiUrl: apiUrl,
    allowAbsoluteUrls: false,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: { ...SILENT, getLevel: () => LogLevel.ERROR },
    fetch: fetchThrough(door),
  });
}

function fetchThrough(door: Door): FetchFunction {
  return async (url, init) => {
    const { headers = {}, body } = init ?? {};
    const answer = await door.post(String(url), headers, typeof body === "string" ? body : "");
    return responseOf(String(url), answer);
  };
}

function responseOf(url: string, { status, headers, text }: Answer): Awaited<ReturnType<FetchFunction>> {
  return {
    ok: status >= 200 && status < 300,
    status,
    statusText: "",
    url,
    headers: new Headers(headers),
    arrayBuffer: () => Promise.resolve(new TextEncoder().encode(text).buffer),
    json: () => Promise.resolve(JSON.parse(text) as unknown),
    text: () => Promise.resolve(text),
  };
}
