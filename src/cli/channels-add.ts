/** `baton channels add`: stores a channel's settings, sealed. */
import { accountOf } from "../model/lead.ts";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { loadConfig } from "../config.ts";
import { isLoopback } from "../config/loopback.ts";
import { BatonError } from "../errors.ts";
import { NOTICE_KINDS, type NoticeKind } from "../model/notice.ts";
import { record } from "../store/audit.ts";
import { addChannel, type ChannelSettings } from "../store/channels.ts";
import type { ChannelKind } from "../store/schema-notices.ts";
import { readChannelSettings } from "./channel-settings.ts";
import { locksmithOf } from "./crm.ts";
import { oneInstallation, withStore } from "./existing-store.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";

export interface AddOptions {
  readonly kind: ChannelKind;
  readonly from?: string;
  readonly fromEnv?: string;
  readonly only?: string;
  readonly portal?: string;
}

/** Prints the new channel's id, alone on its line. Throws `cli.usage`, `cli.not-found`, and `config.sandbox-guard` for a wrong world. */
export async function addChannelOf(shell: Shell, options: AddOptions): Promise<void> {
  const config = loadConfig(shell.env);
  const only = options.only === undefined ? undefined : kindsIn(options.only);
  const settings = readChannelSettings(options.kind, await settingsText(shell, options));
  refuseOtherWorld(settings, config.sandbox);
  await withStore(shell, async (store) => {
    const chosen = await oneInstallation(store, options.portal);
    const { id: installation } = chosen;
    const id = await store.db.transaction().execute(async (tx) => {
      const fresh = { settings, ...(only === undefined ? {} : { only }) };
      const made = await addChannel(tx, locksmithOf(config), installation, fresh, shell.now());
      const detail = `${settings.kind} ${made}`;
      await record(tx, { installation, actor: "cli", action: "channel-added", detail }, shell.now());
      return made;
    });
    await printLines(shell.err, [
      `Channel ${id} (${settings.kind}) of ${accountOf(chosen)} is added. Try it: baton channels test ${id} --to you@example.com`,
      ...(settings.kind === "slack"
        ? [`Slack's Interactivity Request URL: ${config.publicUrl}/slack/interactions/${id}`]
        : []),
    ]);
    await printLines(shell.out, [id]);
  });
}

function kindsIn(list: string): readonly NoticeKind[] {
  const names = list.split(",").map((name) => name.trim());
  const kinds = names.flatMap((name) => NOTICE_KINDS.find((kind) => kind === name) ?? []);
  if (kinds.length === names.length) return kinds;
  throw new BatonError("cli.usage", `--only takes kinds of notices: ${NOTICE_KINDS.join(", ")}.`);
}

async function settingsText(shell: Shell, { from, fromEnv }: AddOptions): Promise<string> {
  if (fromEnv !== undefined) {
    const value = shell.env[fromEnv];
    if (value !== undefined && value !== "") return value;
    throw new BatonError("cli.usage", `The environment variable ${fromEnv} is not set.`);
  }
  if (from === "-") return await text(process.stdin);
  if (from === undefined) {
    throw new BatonError(
      "cli.usage",
      "Say where the settings are: --from <file>, --from - or --from-env <name>.",
    );
  }
  try {
    return await readFile(from, "utf8");
  } catch (cause) {
    throw new BatonError("cli.usage", `The file ${from} cannot be read.`, { cause });
  }
}

/** What a sandbox tells, it tells on this machine; and a real secret is never shown to a stand-in. */
function refuseOtherWorld(settings: ChannelSettings, isSandbox: boolean): void {
  const url = settings.kind === "slack" ? settings.apiUrl : settings.url;
  const isHere = isLoopback(URL.parse(url)?.hostname ?? "");
  if (isSandbox && !isHere) {
    throw new BatonError(
      "config.sandbox-guard",
      "BATON_SANDBOX=1, and the channel is not on this machine: nobody outside hears of invented leads.",
    );
  }
  if (!isSandbox && isHere && settings.kind !== "mail") {
    throw new BatonError(
      "config.sandbox-guard",
      "The channel is on this machine, which only a sandbox's is. Give its https:// address, or set BATON_SANDBOX=1.",
    );
  }
}
