/** What is said of a folder whose version is not the one that decides: at the start of a server, and by `baton doctor`. */
import type { FolderNews } from "./start.ts";

/** What it is and what somebody can do. */
export interface News {
  readonly says: string;
  readonly fix: string;
}

/** @param place  The folder as it is configured. @returns Undefined when the folder decides. Throws nothing. */
export function newsOf(folder: FolderNews, place: string): News | undefined {
  if (folder.status === "unusable") {
    return { says: `${place} cannot be used, and waits`, fix: `See why: baton check ${place}` };
  }
  const holds = `${place} holds version ${folder.version}`;
  switch (folder.status) {
    case "live":
    case "first":
    case "published":
      return undefined;
    case "waits": {
      const whose = folder.missing.join(" and of ");
      return { says: `${holds}, which waits for the signature of ${whose}`, fix: SIGN };
    }
    case "signed":
      return { says: `${holds}, which is signed and not live`, fix: "Put it live: baton publish" };
    case "rolled-back":
      return { says: `${holds}, which was rolled back`, fix: "Bring it back: baton publish" };
    case "free":
      return {
        says: `${holds}, which is not live yet`,
        fix: "Put it live: baton publish, or restart the server",
      };
  }
}

const SIGN = "Read it: baton diff. Sign it: baton sign --as <side> --by <address>. Then: baton publish";
