/**
 * One believable working day at Acme, Tuesday 17 November 2026: the cast's acts at fixed times and the crowd's by the
 * seed, in order. Some sixty people in all.
 */
import type { Act, ActOutcome } from "../acts.ts";
import { createRandom } from "../random.ts";
import { findPerson } from "../salesforce/people/finding.ts";
import type { Random } from "../random.ts";
import type { Sandbox } from "../sandbox.ts";
import { cast, castProperties } from "./cast.ts";
import type { CastRole } from "./cast.ts";
import type { CrowdMember } from "./crowd.ts";
import { formNamed, pages, pageUrl, troubleOf } from "./forms.ts";
import { orgActFor } from "./org-day.ts";
import { demoMidnight, hour, minute } from "./person.ts";
import { dayCrowd } from "./plan.ts";

/** One act of the day. `cast` is the role that acts, undefined for the crowd. */
export interface DayAct {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly act: Act;
  readonly cast: CastRole | undefined;
}

/** The whole day in order of time. The same seed gives the same day. Throws nothing. */
export function demoDay(seed: number): DayAct[] {
  const random = createRandom(seed, "demo day");
  const crowd = dayCrowd(seed).flatMap((member) => crowdActs(member, random));
  return [...castActs(), ...crowd].toSorted((a, b) => a.at - b.at);
}

/**
 * Performs one act of the day in a portal (by its number) or an org (by its id). The sandbox's clock should stand at `entry.at`.
 * @returns Whom it was about; in an org too, where an act may make or tell something else: a membership, an event.
 * @throws what `Portal.act` and `Org.act` throw.
 */
export async function runAct(sandbox: Sandbox, where: number | string, entry: DayAct): Promise<ActOutcome> {
  if (typeof where === "number") return await sandbox.portal(where).act(entry.act);
  const { act } = entry;
  const org = sandbox.org(where);
  const about = "who" in act ? findPerson(org.state, act.who)?.id : undefined;
  const outcome = await org.act(orgActFor(org.state, act));
  return about === undefined ? outcome : { id: about };
}

/** Epoch milliseconds of a UTC time of the day, such as `08:42` or `08:42:40`. */
function clock(time: string): number {
  const [hours, minutes, seconds] = time.split(":").map(Number);
  return demoMidnight + (hours ?? 0) * hour + (minutes ?? 0) * minute + (seconds ?? 0) * 1_000;
}

function castActs(): DayAct[] {
  const on = (time: string, role: CastRole, act: Act): DayAct => ({ at: clock(time), act, cast: role });
  const submits = (time: string, role: CastRole, form: string, message: string): DayAct =>
    on(time, role, submission(form, castProperties(cast[role]), message));
  const qualifies = (time: string, role: CastRole): DayAct =>
    on(time, role, {
      do: "change",
      who: cast[role].email,
      properties: { lifecyclestage: "marketingqualifiedlead" },
      by: "workflow",
    });
  const views = (time: string, role: CastRole, path: string): DayAct =>
    on(time, role, { do: "view-page", who: cast[role].email, url: pageUrl(path) });
  return [
    views("00:31", "mql-apac", "/security/soc2"),
    qualifies("00:40", "mql-apac"),
    submits(
      "08:42",
      "vp-demo-request",
      "Demo request",
      "We run four SDR teams in one CRM and leads wait until somebody remembers them.",
    ),
    submits("08:55", "forgotten", "Demo request", "Replacing our forecasting sheet before the audit."),
    views("09:02", "mql-emea", "/integrations/salesforce"),
    qualifies("09:15", "mql-emea"),
    submits("09:31", "sent-twice", "Demo request", "Marketing and sales count different pipelines."),
    submits("09:31:40", "sent-twice", "Demo request", "Marketing and sales count different pipelines."),
    on("09:32", "sent-twice", { do: "repeat-webhooks", count: 4 }),
    qualifies("09:50", "incomplete"),
    submits(
      "10:05",
      "customer-pricing",
      "Pricing",
      "We would add forty seats. Does the price per seat fall?",
    ),
    views("10:20", "single-signal", "/pricing/enterprise"),
    qualifies("10:24", "single-signal"),
    submits("11:20", "student", "Demo request", "I am writing my thesis about sales software."),
    ...partnerActs(on),
    submits("12:10", "competitor", "Pricing", "Just comparing."),
    qualifies("12:40", "too-small"),
    qualifies("13:05", "opted-out"),
    submits(
      "13:30",
      "enrolled",
      "Contact sales",
      "Two acquisitions, three CRMs, one board meeting in December.",
    ),
    on("13:31", "enrolled", { do: "enrol", who: cast.enrolled.email, inputFields: { policy: "default" } }),
    qualifies("14:20", "mql-amer"),
    submits("14:35", "merged", "Demo request", "We want routing that understands our territories."),
    on("14:50", "merged-double", {
      do: "merge",
      primary: cast.merged.email,
      other: cast["merged-double"].email,
    }),
    submits("15:30", "open-deal", "Contact sales", "Legal has a question on the audit trail before we sign."),
    on("17:30", "forgotten", { do: "forget", who: cast.forgotten.email }),
  ];
}

function partnerActs(on: (time: string, role: CastRole, act: Act) => DayAct): DayAct[] {
  const properties = {
    ...castProperties(cast.partner),
    lifecyclestage: "lead",
    hs_analytics_source: "OFFLINE",
    lead_source_detail: "partner",
    message: "Referred by Fjord Consulting after a joint workshop.",
  };
  return [
    on("11:44", "partner", { do: "create", object: "contact", properties }),
    on("11:46", "partner", {
      do: "change",
      who: cast.partner.email,
      properties: { lifecyclestage: "marketingqualifiedlead" },
      by: "workflow",
    }),
  ];
}

function submission(form: string, person: Readonly<Record<string, string>>, message: string): Act {
  const { page, fields } = formNamed(form);
  const answers: Record<string, string> = { ...person, message };
  const asked = fields.filter(({ name }) => (answers[name] ?? "") !== "");
  return {
    do: "submit-form",
    form,
    fields: Object.fromEntries(asked.map(({ name }) => [name, answers[name] ?? ""])),
    page,
  };
}

/** What one of the crowd does that day, within the working hours of where they live. */
function crowdActs(member: CrowdMember, random: Random): DayAct[] {
  const { person, region, warmth } = member;
  const start = demoMidnight + region.opensAt * hour + Math.floor(random.next() * 8 * hour);
  const at = (minutes: number, act: Act): DayAct => ({ at: start + minutes * minute, act, cast: undefined });
  const details = { email: person.email, ...person.properties };
  const view = (kind: keyof typeof pages): Act => ({
    do: "view-page",
    who: person.email,
    url: pageUrl(random.pick(pages[kind])),
  });
  if (warmth === "cold") {
    return [
      at(0, view("reading")),
      ...(random.chance(0.4) ? [at(6, submission("Webinar registration", details, ""))] : []),
    ];
  }
  const qualify: Act = {
    do: "change",
    who: person.email,
    properties: { lifecyclestage: "marketingqualifiedlead" },
    by: "workflow",
  };
  if (warmth === "hot" && random.chance(0.45)) {
    const form = random.pick(["Demo request", "Pricing", "Contact sales"]);
    return [at(0, view("buying")), at(random.between(3, 12), submission(form, details, troubleOf(random)))];
  }
  const wantsPaper = random.chance(0.5);
  const downloads = wantsPaper ? [at(4, submission("Security whitepaper", details, ""))] : [];
  return [
    at(0, view("buying")),
    ...downloads,
    ...(warmth === "hot" || random.chance(0.5) ? [at(9, qualify)] : []),
  ];
}
