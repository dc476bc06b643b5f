/** Opens channels by their kind; libraries are loaded when the first channel needs them. */
import { BatonError } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import type { ChannelSettings } from "../store/channels.ts";
import type { Door } from "./door.ts";
import type { Sender } from "./sender.ts";

/** What every channel gets. */
export interface Surroundings {
  readonly door: Door;
  readonly sandbox: boolean;
  readonly now: () => Instant;
}

/** Slack's API, and that of its cloud for governments. A real token is never shown to anybody else. */
const SLACK_API = /^https:\/\/slack(?:-gov)?\.com\/api\/$/;

/** Throws `notify.forbidden-address` for a channel that belongs to the other world: a real one, or a sandbox's. */
export async function openSender(
  settings: ChannelSettings,
  { door, sandbox, now }: Surroundings,
): Promise<Sender> {
  switch (settings.kind) {
    case "slack": {
      if (!sandbox && !SLACK_API.test(settings.apiUrl)) {
        throw new BatonError(
          "notify.forbidden-address",
          "The channel's api_url is not Slack's. Remove the channel and add it without one.",
        );
      }
      return await (await import("./slack/index.ts")).openSlack(settings, door, now);
    }
    case "mail":
      return await (await import("./mail.ts")).openMail(settings, sandbox);
    case "teams":
      return (await import("./teams.ts")).openTeams(settings, door, now);
    case "webhook":
      return (await import("./webhook.ts")).openWebhook(settings, door, now);
  }
}
