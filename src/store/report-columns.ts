/**
 * A day's handoffs as bytes: a head in JSON (version, count, words, which columns follow), then the columns one after the other, the
 * wide ones first so that each lies where its kind of number may lie. Columns in which nothing is known are left out. Bytes of
 * another version, or of a machine that orders them otherwise, are no day: it is counted again.
 */
import {
  columnsOf,
  type FigureColumns,
  INSTANT_COLUMNS,
  NUMBER_COLUMNS,
  TEXT_COLUMNS,
} from "../model/handoff-figure.ts";
import { ownJson } from "./json.ts";

/** Raised whenever what a column means or where it lies changes. */
const VERSION = 1;
const WIDE = 8;
const NARROW = 4;

interface Head {
  readonly version: number;
  readonly count: number;
  readonly words: readonly (string | null)[];
  readonly wide: readonly string[];
  readonly narrow: readonly string[];
}

/** The bytes of a day. Throws nothing. */
export function encodeColumns({ count, words, texts, instants, numbers, flags }: FigureColumns): Uint8Array {
  const wide = [
    ...INSTANT_COLUMNS.map((name) => [name, instants[name]] as const),
    ...NUMBER_COLUMNS.map((name) => [name, numbers[name]] as const),
  ].filter(([, column]) => column.some((value) => value !== 0 && !Number.isNaN(value)));
  const narrow = TEXT_COLUMNS.map((name) => [name, texts[name]] as const).filter(([, column]) =>
    column.some((place) => place !== 0),
  );
  const head: Head = {
    version: VERSION,
    count,
    words: words.map((word) => word ?? null),
    wide: wide.map(([name]) => name),
    narrow: narrow.map(([name]) => name),
  };
  const json = new TextEncoder().encode(JSON.stringify(head));
  const columnsAt = startOfColumns(json.length);
  const bytes = new Uint8Array(
    columnsAt + wide.length * count * WIDE + narrow.length * count * NARROW + count,
  );
  new Uint32Array(bytes.buffer, 0, 1)[0] = json.length;
  bytes.set(json, NARROW);
  let at = columnsAt;
  for (const column of [...wide.map(([, one]) => one), ...narrow.map(([, one]) => one), flags]) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += column.byteLength;
  }
  return bytes;
}

/** The day these bytes are; undefined when they are none of this version. */
export function decodeColumns(stored: Uint8Array): FigureColumns | undefined {
  // Columns are looked at where they lie, so the first byte must lie at a whole number of eight.
  const bytes = stored.byteOffset % WIDE === 0 ? stored : new Uint8Array(stored);
  const { buffer, byteOffset } = bytes;
  const length = bytes.length < NARROW ? 0 : (new Uint32Array(buffer, byteOffset, 1)[0] ?? 0);
  if (length === 0 || NARROW + length > bytes.length) return undefined;
  const head = ownJson<Head>(new TextDecoder().decode(bytes.subarray(NARROW, NARROW + length)));
  if (head.version !== VERSION) return undefined;
  const { count } = head;
  const narrowAt = startOfColumns(length) + head.wide.length * count * WIDE;
  const wideAt = (name: string): number =>
    byteOffset + startOfColumns(length) + head.wide.indexOf(name) * count * WIDE;
  const [unknown, zero, none] = [
    new Float64Array(count).fill(Number.NaN),
    new Float64Array(count),
    new Uint32Array(count),
  ];
  const wideOr = (name: string, other: Float64Array): Float64Array =>
    head.wide.includes(name) ? new Float64Array(buffer, wideAt(name), count) : other;
  return {
    count,
    words: head.words.map((word) => word ?? undefined),
    texts: columnsOf(TEXT_COLUMNS, (name) => {
      const place = head.narrow.indexOf(name);
      return place < 0
        ? none
        : new Uint32Array(buffer, byteOffset + narrowAt + place * count * NARROW, count);
    }),
    instants: columnsOf(INSTANT_COLUMNS, (name) => wideOr(name, unknown)),
    numbers: columnsOf(NUMBER_COLUMNS, (name) => wideOr(name, zero)),
    flags: bytes.subarray(narrowAt + head.narrow.length * count * NARROW),
  };
}

function startOfColumns(headLength: number): number {
  return Math.ceil((NARROW + headLength) / WIDE) * WIDE;
}
