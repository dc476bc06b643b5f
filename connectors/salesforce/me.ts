/**
 * Who Baton is in the org: its own user, so that what it wrote itself is nobody's effort and nobody's change. The API's own root says
 * it, and answers a token that has ended with 401, which is renewed; the userinfo of OAuth answers 403, which would look like a refusal.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_discoveryresource.htm
 */
import { z } from "zod";
import type { Gateway } from "../http/gateway.ts";
import { parseAnswer } from "./answer.ts";
import { toIdOf } from "./ids.ts";
import { DATA_PATH } from "./version.ts";

/** The user of the connection. It stays the same while the connection does. */
export interface Me {
  /** The user's id, asked for once; undefined when Salesforce says none. @throws BatonError `crm.*`. */
  id(): Promise<string | undefined>;
}

/** `https://login.salesforce.com/id/<org>/<user>` */
const root = z.object({ identity: z.string().catch("") });

/** Makes it. Throws nothing; nothing is asked before it is needed. */
export function createMe(gateway: Gateway): Me {
  let known: Promise<string | undefined> | undefined;
  return {
    id() {
      const asked = (known ??= readUser(gateway));
      asked.catch(() => {
        if (known === asked) known = undefined;
      });
      return asked;
    },
  };
}

async function readUser(gateway: Gateway): Promise<string | undefined> {
  const answer = await gateway.read({ method: "GET", path: DATA_PATH, isEssential: true });
  const { identity } = parseAnswer(root, answer, "who Baton is");
  return toIdOf("User", identity.slice(identity.lastIndexOf("/") + 1));
}
