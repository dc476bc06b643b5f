/** What a message tells that somebody did. */
import type { Instant } from "../model/instant.ts";
import { type Signal, SIGNAL_KINDS, slugOf } from "../model/signal.ts";
import type { Message } from "./message.ts";

/**
 * `page` is a page view. `track` is the kind of signal its event is named after (`Webinar Attended` is webinar-attended), and
 * otherwise `product`, with the event's name as it was sent. The others only say who somebody is. Throws nothing.
 */
export function signalOf(message: Message, key: string, at: Instant): Signal | undefined {
  if (message.type === "page") return { key, kind: "page-viewed", at, ...pageOf(message) };
  if (message.type !== "track" || message.event === undefined) return undefined;
  const slug = slugOf(message.event);
  const kind = SIGNAL_KINDS.find((one) => one === slug) ?? "product";
  return {
    key,
    kind,
    at,
    ...(kind === "product" ? { event: message.event } : {}),
    ...pageOf(message),
    ...detailsOf(message),
  };
}

function pageOf({ properties, context }: Message): Pick<Signal, "page"> {
  const { page = {} } = context;
  const address = properties.path ?? properties.url ?? page.path ?? page.url;
  return address === undefined ? {} : { page: pathOf(address) };
}

/** Names as `definition.yaml` writes them. */
function detailsOf({ type, event, properties, context }: Message): Partial<Signal> {
  const form = properties.form ?? properties.form_name ?? properties.formName;
  const isDownload = type === "track" && slugOf(event ?? "") === "content-downloaded";
  const asset = properties.asset ?? (isDownload ? properties.title : undefined);
  const campaign = properties.campaign ?? context.campaign?.name;
  const { engagement } = properties;
  return {
    ...(form === undefined ? {} : { form: slugOf(form) }),
    ...(asset === undefined ? {} : { asset: slugOf(asset) }),
    ...(engagement === undefined ? {} : { engagement: slugOf(engagement) }),
    ...(campaign === undefined ? {} : { campaign }),
  };
}

/** `https://www.acme.example/pricing?utm=1#top` to `/pricing`: queries may hold who somebody is. */
function pathOf(address: string): string {
  const path = address.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/, "");
  return path.startsWith("/") ? path : `/${path}`;
}
