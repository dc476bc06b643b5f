/** A folder's texts, if they may be signed and published. */
import { BatonError } from "../../errors.ts";
import type { Instant } from "../../model/instant.ts";
import { soundPlaybook } from "../../publish/sound.ts";
import { folderTexts, type Texts } from "./texts.ts";

/** Throws `playbook.missing`, or `playbook.invalid` with every error and every failing example. */
export async function soundTexts(place: string, now: Instant): Promise<Texts> {
  const texts = await folderTexts(place);
  const sound = soundPlaybook(texts.files, now);
  if ("playbook" in sound) return texts;
  const lines = sound.errors.map((line) => `\n  ${line}`).join("");
  throw new BatonError(
    "playbook.invalid",
    `The playbook in ${place} can neither be signed nor published, because its own examples do not hold:${lines}\n` +
      `baton check ${place} says why.`,
  );
}
