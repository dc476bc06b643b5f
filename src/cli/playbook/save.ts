/** Writing one file of a playbook: only a whole that is sound, and all of it at once. */
import { randomUUID } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { BatonError } from "../../errors.ts";
import type { Instant } from "../../model/instant.ts";
import type { Playbook } from "../../playbook/playbook.ts";
import { soundPlaybook } from "../../publish/sound.ts";

const PERMISSIONS = 0o7777;

/**
 * Checks the playbook with `text` in place of the file `name`, and saves it if it is sound. A reader sees the old file or the
 * new one, never a part; links, permissions and owner stay.
 *
 * @param files  The texts the folder holds now, by name.
 * @returns The playbook as saved. Throws `playbook.invalid` when it is not sound, `playbook.not-saved` when the file cannot be
 * written; nothing is changed then.
 */
export async function saveFile(
  folder: string,
  name: string,
  text: string,
  files: Readonly<Record<string, string>>,
  now: Instant,
): Promise<Playbook> {
  const sound = soundPlaybook({ ...files, [name]: text }, now);
  if (!("playbook" in sound)) {
    const lines = sound.errors.map((line) => `\n  ${line}`).join("");
    throw new BatonError(
      "playbook.invalid",
      `${join(folder, name)} was not changed: it would be wrong.${lines}`,
    );
  }
  try {
    await replaceFile(join(folder, name), text);
  } catch (cause) {
    throw new BatonError(
      "playbook.not-saved",
      `${join(folder, name)} cannot be written, and was not changed. Run as somebody who may write in its folder.`,
      { cause },
    );
  }
  return sound.playbook;
}

async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  const { mode, uid, gid } = await stat(target);
  const fresh = `${target}.${randomUUID()}`;
  try {
    const file = await open(fresh, "wx", mode & PERMISSIONS);
    try {
      await file.writeFile(text);
      // The mode given to open is narrowed by the umask; only root may give a file away.
      await file.chmod(mode & PERMISSIONS);
      if (process.getuid?.() === 0) await file.chown(uid, gid);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, target);
  } catch (cause) {
    await rm(fresh, { force: true });
    throw cause;
  }
}
