/** The part of a connector's answer that resolving is about. */
import type { CrmRecord } from "../model/record.ts";

/** A record that was found. */
export type FoundRecord = Extract<CrmRecord, { readonly found: true }>;
