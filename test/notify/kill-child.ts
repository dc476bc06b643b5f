/** A process that sends what is due until somebody kills it: `node kill-child.ts <database> <lease in ms>`. */
import { randomBytes } from "node:crypto";
import { createLog } from "../../src/log.ts";
import { startSending } from "../../src/notify/sending.ts";
import { openStore } from "../../src/store/open.ts";
import { LOCKSMITH } from "./kit.ts";

const [url = "", lease = "0"] = process.argv.slice(2);
const store = await openStore(url);
const sending = startSending({
  store,
  log: createLog({ level: "silent" }),
  now: Date.now,
  newId: () => randomBytes(12).toString("hex"),
  locksmith: LOCKSMITH,
  sandbox: true,
  count: () => undefined,
  leaseMs: Number(lease),
});
process.stdout.write("sending\n");
// Until the kill: the loop's own timer lets a process end.
setInterval(() => void sending.idle().catch(() => undefined), 20);
