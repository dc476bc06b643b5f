/** Where a measurement was made: figures without their machine say nothing. */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { arch, cpus, loadavg, release, tmpdir, totalmem, type } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { median, shown } from "./figures.ts";

export interface Machine {
  readonly measuredAt: string;
  readonly node: string;
  readonly sqlite: string;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Of the folder the databases are in. */
  readonly filesystem: string;
  /** Median of one small write and its fsync there, in milliseconds: what a commit costs at least. */
  readonly fsyncMs: number;
  /** Over the last minute, before the bench began: above the number of cores, the figures are noise. */
  readonly loadBefore: number;
}

/** Numbers of statfs(2). */
const FILESYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef_53, "ext4"],
  [0x01_02_19_94, "tmpfs"],
  [0x79_4c_76_30, "overlayfs"],
  [0x91_23_68_3e, "btrfs"],
  [0x58_46_53_42, "xfs"],
]);
const FSYNCS = 100;

export function describeMachine(): Machine {
  const folder = tmpdir();
  const [cpu] = cpus();
  return {
    measuredAt: new Date().toISOString(),
    node: process.version,
    sqlite: sqliteVersion(),
    os: `${type()} ${release()} ${arch()}`,
    cpu: cpu?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    filesystem: FILESYSTEMS.get(statfsSync(folder).type) ?? `statfs ${statfsSync(folder).type}`,
    fsyncMs: fsyncMs(folder),
    loadBefore: loadavg()[0] ?? Number.NaN,
  };
}

/** The machine in two lines of text. */
export function machineLines(machine: Machine): string {
  const { node, sqlite, os, cpu, cores, memoryGb, filesystem, fsyncMs: fsync, loadBefore } = machine;
  return [
    `${machine.measuredAt}  Node ${node}, SQLite ${sqlite}, ${os}`,
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${filesystem} (fsync ${shown(fsync)} ms), load before ${shown(loadBefore)}`,
  ].join("\n");
}

function sqliteVersion(): string {
  const database = new Database(":memory:");
  const version = String(database.prepare("select sqlite_version()").pluck().get());
  database.close();
  return version;
}

function fsyncMs(folder: string): number {
  const scratch = mkdtempSync(join(folder, "baton-bench-fsync-"));
  const file = openSync(join(scratch, "probe"), "w");
  const took: number[] = [];
  for (let count = 0; count < FSYNCS; count += 1) {
    const began = performance.now();
    writeSync(file, "a commit's worth of bytes");
    fsyncSync(file);
    took.push(performance.now() - began);
  }
  closeSync(file);
  rmSync(scratch, { recursive: true });
  return median(took);
}
