/** A portal as tests and the demo handle it: its switches, its records in plain form, and acts upon it. */
import { perform } from "./acts.ts";
import type { Act, ActOutcome, ActParts } from "./acts.ts";
import { associate } from "./hubspot/association.ts";
import { allObjectTypes, objectTypes } from "./hubspot/object-type.ts";
import type { ObjectType } from "./hubspot/object-type.ts";
import { addCustomProperty } from "./hubspot/portal.ts";
import type { Form, Owner, PortalList, PortalRules, PortalState, Sequence } from "./hubspot/portal.ts";
import { findRecord } from "./hubspot/reading.ts";
import { currentValues } from "./hubspot/record.ts";
import type { StoredRecord } from "./hubspot/record.ts";

/** A record in plain form. */
interface PlainRecord {
  readonly id: string;
  readonly archived: boolean;
  readonly mergedInto: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
}

/** One portal. */
export interface Portal {
  readonly id: number;
  /** Its switches; change them at any time. */
  readonly rules: PortalRules;
  /** Everything it holds, for what the functions below do not reach. */
  readonly state: PortalState;
  /** Performs an act. @throws RangeError for what is not there. */
  act(act: Act): Promise<ActOutcome>;
  /** Adds an owner; id and user id are given out where absent. */
  addOwner(owner: Partial<Owner> & { readonly email: string }): Owner;
  addForm(name: string, fields?: Form["fields"]): Form;
  /** Adds a list with members by record id. Without an id it gets one; a world's lists have the same in every world. */
  addList(
    name: string,
    members?: readonly string[],
    traits?: Partial<Pick<PortalList, "id" | "of" | "processing">>,
  ): PortalList;
  /** Adds a sequence that contacts can be enrolled in. */
  addSequence(name: string): Sequence;
  addProperty(type: ObjectType, name: string, options?: readonly (readonly [string, string])[]): void;
  /** A record by id, a contact also by address; archived and merged ones too. Undefined when there is none. */
  find(type: ObjectType, who: string): PlainRecord | undefined;
  /** All records of a type, archived and merged ones too. */
  all(type: ObjectType): PlainRecord[];
  /** Ids linked to a record, oldest link first. */
  linked(type: ObjectType, id: string, to: ObjectType): string[];
  link(
    from: { readonly type: ObjectType; readonly id: string },
    to: { readonly type: ObjectType; readonly id: string },
  ): void;
  /** Makes the portal as plain data, for comparisons and for the control surface. */
  snapshot(): Readonly<Record<string, readonly PlainRecord[]>>;
}

/** Wraps a state. */
export function openPortal(state: PortalState, parts: ActParts): Portal {
  const all = (type: ObjectType): PlainRecord[] => [...state.records[type].values()].map(plain);
  return {
    id: state.id,
    rules: state.rules,
    state,
    act: (act) => perform(state, act, parts),
    addOwner(given) {
      const id = given.id ?? state.nextId();
      const owner: Owner = {
        id,
        type: "PERSON",
        firstName: "",
        lastName: "",
        userId: Number(id) + 50_000,
        archived: false,
        teams: [],
        ...given,
      };
      state.owners.push(owner);
      return owner;
    },
    addForm(name, fields = []) {
      const form = { id: `${state.hooks.hex(8)}-${state.hooks.hex(4)}-${state.hooks.hex(12)}`, name, fields };
      state.forms.push(form);
      return form;
    },
    addList(name, members = [], { id = state.nextId(), of = "contact", processing = "MANUAL" } = {}) {
      const list: PortalList = { id, name, of, members: new Set(members), processing };
      state.lists.push(list);
      return list;
    },
    addSequence(name) {
      const sequence = { id: state.nextId(), name };
      state.sequences.push(sequence);
      return sequence;
    },
    addProperty: (type, name, options) => addCustomProperty(state, type, name, options ? { options } : {}),
    find(type, who) {
      const byEmail = type === "contact" && who.includes("@");
      const record = byEmail ? findRecord(state, type, who, "email") : state.records[type].get(who);
      return record ? plain(record) : undefined;
    },
    all,
    linked: (type, id, to) => [...state.links.of({ type, id }, to).keys()],
    link: (from, to) =>
      associate(state, from, to, { actor: { source: "CRM_UI", sourceId: "userId:123" }, quiet: true }),
    snapshot: () => Object.fromEntries(allObjectTypes.map((type) => [objectTypes[type].plural, all(type)])),
  };
}

function plain(record: StoredRecord): PlainRecord {
  const { id, archivedAt, mergedInto } = record;
  return { id, archived: archivedAt !== undefined, mergedInto, properties: currentValues(record) };
}
