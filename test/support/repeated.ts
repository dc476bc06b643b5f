/** Decisions of an installation, decided again from what was stored with them: roster, fairness ledger, playbook and instant. */
import type { Decision } from "../../src/model/decision.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import type { Roster, Standing } from "../../src/model/rep.ts";
import { decide } from "../../src/pipeline.ts";
import { parsePlaybook } from "../../src/playbook/index.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { credit } from "../../src/route/index.ts";
import { ownJson } from "../../src/store/json.ts";
import { loadPlaybookFiles } from "../../src/store/playbooks.ts";
import type { Db } from "../../src/store/schema.ts";

/** A decision as it was stored, and as it comes out now, in JSON both. */
interface Repeated {
  readonly stored: Decision;
  readonly again: unknown;
}

/** Every decision that is kept, in the order they were taken. Each moves the ledger for the next one of its turn. */
export async function* repeated(db: Db, installation: string, publicUrl: string): AsyncGenerator<Repeated> {
  const turns = await db
    .selectFrom("turns")
    .innerJoin("rosters", (join) =>
      join
        .onRef("rosters.installation", "=", "turns.installation")
        .onRef("rosters.digest", "=", "turns.roster"),
    )
    .select(["turns.id", "turns.standings", "turns.playbook", "turns.decided_at", "rosters.body"])
    .where("turns.installation", "=", installation)
    .orderBy("turns.decided_at")
    .orderBy("turns.id")
    .execute();
  for (const turn of turns) {
    const rows = await db
      .selectFrom("decisions")
      .select(["snapshot", "decision"])
      .where("installation", "=", installation)
      .where("turn", "=", turn.id)
      .orderBy("ordinal")
      .execute();
    const people = ownJson<Omit<Roster, "standings">>(turn.body);
    const standings = new Map(Object.entries(ownJson<Readonly<Record<string, Standing>>>(turn.standings)));
    const roster = { ...people, standings };
    const now = turn.decided_at;
    const playbook = await playbookOf(db, turn.playbook);
    for (const row of rows) {
      const again = decide(ownJson<Snapshot>(row.snapshot), { playbook, roster, now, publicUrl });
      yield { stored: ownJson<Decision>(row.decision), again: ownJson<unknown>(JSON.stringify(again)) };
      if (again.assignment !== undefined)
        for (const [rep, one] of credit(roster, again.assignment, now)) standings.set(rep, one);
    }
  }
}

async function playbookOf(db: Db, version: string): Promise<Playbook> {
  const { playbook } = parsePlaybook((await loadPlaybookFiles(db, version)) ?? {});
  if (playbook === undefined) throw new Error("the stored playbook does not parse");
  return playbook;
}
