/** What a message tells that somebody did. */
import type { Instant } from "../model/instant.ts";
import { type Signal, SIGNAL_KINDS, slugOf } from "../model/signal.ts";
import type { Message } from "./message.ts";

/**
 * `page` is a page view. `track` is the kind of signal its event is named after (`Webinar Attended` is webinar-attended), and
 * otherwise `product`. The event's name is kept as it was sent: what it means is read from fields.yaml when the lead is looked
 * at, so that it can be said later and hold for what was sent before. The others only say who somebody is. Throws nothing.
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
    event: message.event,
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
function detailsOf({ properties, context }: Message): Partial<Signal> {
  const form = properties.form ?? properties.form_name ?? properties.formName;
  const campaign = properties.campaign ?? context.campaign?.name;
  const { asset, title, engagement } = properties;
  return {
    ...(form === undefined ? {} : { form: slugOf(form) }),
    ...(asset === undefined ? {} : { asset: slugOf(asset) }),
    ...(title === undefined ? {} : { title: slugOf(title) }),
    ...(engagement === undefined ? {} : { engagement: slugOf(engagement) }),
    ...(campaign === undefined ? {} : { campaign }),
  };
}

/** `https://www.acme.example/pricing?utm=1#top` to `/pricing`: queries may hold who somebody is. */
function pathOf(address: string): string {
  const path = address.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/, "");
  return path.startsWith("/") ? path : `/${path}`;
}
