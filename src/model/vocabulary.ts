/** The words a tenant has for what a playbook names. Source: docs/glossary.md, "Vocabulary". */
import type { Owner } from "./rep.ts";

/** One part of a tenant's vocabulary: all of it, or unknown because the tenant does not let Baton look. Unknown is not none. */
export type Known<T> = { readonly known: true; readonly all: T } | { readonly known: false };

/** A value a property takes, and what people see instead of it. */
export interface CrmOption {
  readonly value: string;
  readonly label: string;
}

/** A property as the tenant defines it. */
export interface CrmProperty {
  /** `choices`: several in one text. `other`: a kind of value Baton does not know. */
  readonly type: "text" | "number" | "boolean" | "date" | "date-time" | "choice" | "choices" | "other";
  readonly writable: boolean;
  /** Absent where the type does not limit the values, or the tenant does not list them. */
  readonly options?: readonly CrmOption[];
}

/** The words a tenant has for what a playbook names. What is archived is absent, but for owners. */
export interface Vocabulary {
  /** By object as `fields.yaml` writes it (`contact`), then by the property's name (`jobtitle`). */
  readonly properties: Readonly<Record<string, Known<ReadonlyMap<string, CrmProperty>>>>;
  /** Paths of the properties that `prepare` makes. */
  readonly own: readonly string[];
  /** The stages of a lead's life, in the tenant's order. */
  readonly stages: Known<readonly CrmOption[]>;
  readonly owners: Known<readonly Owner[]>;
  /** Names of forms as people see them. */
  readonly forms: Known<readonly string[]>;
  /** Lists of people: ids, as `{ list: … }` names them, and what people call them. */
  readonly lists: Known<readonly CrmOption[]>;
}
