/**
 * Associations: which record is linked with which, by which type ids, kept for both directions.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/associations/associate-records/guide
 */
import type { ObjectType } from "./object-type.ts";

interface LinkIds {
  /** The unlabelled type. */
  readonly plain: number;
  readonly primary?: number;
}

const table: Partial<Record<`${ObjectType}>${ObjectType}`, LinkIds>> = {
  "contact>company": { plain: 279, primary: 1 },
  "company>contact": { plain: 280, primary: 2 },
  "contact>deal": { plain: 4 },
  "deal>contact": { plain: 3 },
  "deal>company": { plain: 341, primary: 5 },
  "company>deal": { plain: 342, primary: 6 },
  "task>contact": { plain: 204 },
  "contact>task": { plain: 203 },
  "task>company": { plain: 192 },
  "company>task": { plain: 191 },
  "task>deal": { plain: 216 },
  "deal>task": { plain: 215 },
  "task>lead": { plain: 647 },
  "lead>task": { plain: 646 },
  "call>contact": { plain: 194 },
  "contact>call": { plain: 193 },
  "call>company": { plain: 182 },
  "company>call": { plain: 181 },
  "call>deal": { plain: 206 },
  "deal>call": { plain: 205 },
  "email>contact": { plain: 198 },
  "contact>email": { plain: 197 },
  "email>company": { plain: 186 },
  "company>email": { plain: 185 },
  "email>deal": { plain: 210 },
  "deal>email": { plain: 209 },
  "meeting>contact": { plain: 200 },
  "contact>meeting": { plain: 199 },
  "meeting>company": { plain: 188 },
  "company>meeting": { plain: 187 },
  "meeting>deal": { plain: 212 },
  "deal>meeting": { plain: 211 },
  "note>contact": { plain: 202 },
  "contact>note": { plain: 201 },
  "note>company": { plain: 190 },
  "company>note": { plain: 189 },
  "note>deal": { plain: 214 },
  "deal>note": { plain: 213 },
  "note>lead": { plain: 855 },
  "lead>note": { plain: 854 },
  "lead>contact": { plain: 608, primary: 578 },
  "contact>lead": { plain: 609, primary: 579 },
  "lead>company": { plain: 610, primary: 580 },
  "company>lead": { plain: 611, primary: 581 },
  "deal>lead": { plain: 1038, primary: 583 },
  "lead>deal": { plain: 1037, primary: 584 },
};

/** The type ids between two object types; undefined where they cannot be linked. */
export function linkIds(from: ObjectType, to: ObjectType): LinkIds | undefined {
  return table[`${from}>${to}`];
}

/** One end of a link. */
export interface LinkEnd {
  readonly type: ObjectType;
  readonly id: string;
}

/** All links of a portal. */
export interface Links {
  /** The ids linked to a record, oldest link first, each with its type ids. */
  of(end: LinkEnd, to: ObjectType): Map<string, Set<number>>;
  /** Adds one type id in one direction. False when it was there. */
  add(from: LinkEnd, to: LinkEnd, typeId: number): boolean;
  /** Removes one type id, or the whole link when none is given. False when there was nothing to remove. */
  remove(from: LinkEnd, to: LinkEnd, typeId?: number): boolean;
}

/** Makes an empty set of links. */
export function createLinks(): Links {
  const all = new Map<string, Map<string, Set<number>>>();
  const key = (end: LinkEnd, to: ObjectType): string => `${end.type}:${end.id}>${to}`;
  return {
    of: (end, to) => all.get(key(end, to)) ?? new Map<string, Set<number>>(),
    add(from, to, typeId) {
      const targets = all.get(key(from, to.type)) ?? new Map<string, Set<number>>();
      all.set(key(from, to.type), targets);
      const typeIds = targets.get(to.id) ?? new Set<number>();
      targets.set(to.id, typeIds);
      if (typeIds.has(typeId)) return false;
      typeIds.add(typeId);
      return true;
    },
    remove(from, to, typeId) {
      const targets = all.get(key(from, to.type));
      if (typeId === undefined) return targets?.delete(to.id) ?? false;
      return targets?.get(to.id)?.delete(typeId) ?? false;
    },
  };
}
