import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXIT_CODE } from "../../src/errors.ts";
import { baton, CHECKOUT } from "./kit.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-program-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("baton --help", () => {
  test("names every command, every exit code and where settings and errors are explained", async () => {
    const run = await baton(["--help"]);
    expect(run).toMatchObject({ code: 0, err: "" });
    for (const command of [
      "serve",
      "demo",
      "check",
      "explain",
      "parked",
      "resync",
      "unmapped",
      "export",
      "doctor",
      "backup",
      "restore",
      "erase",
      "uninstall",
    ]) {
      expect(run.out).toMatch(new RegExp(`^  ${command} `, "m"));
    }
    const documented = [...run.out.matchAll(/^ {2}(\d) {2}/gm)].map(([, code]) => Number(code));
    expect(new Set(documented)).toEqual(new Set([0, ...Object.values(EXIT_CODE)]));
    expect(run.out).toContain("docs/configuration.md");
    expect(run.out).toContain("docs/errors.md");
  });

  test.each([
    ["serve"],
    ["demo"],
    ["check"],
    ["explain"],
    ["parked"],
    ["resync"],
    ["unmapped"],
    ["export"],
    ["doctor"],
    ["backup"],
    ["restore"],
    ["erase"],
    ["uninstall"],
  ])("%s says what it does", async (command) => {
    const run = await baton([command, "--help"]);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toContain(`Usage: baton ${command}`);
  });
});

describe("the help of a command that does something by itself", () => {
  test.each([
    ["report", "figures", "--by"],
    ["parked", "list", "--json"],
    ["unmapped", "list", "--portal"],
    ["channels", "list", "--json"],
    ["signals-key", "list", "--json"],
    ["review", "list", "--json"],
  ])("baton %s says that it does %s, with its options", async (command, usual, option) => {
    const { out } = await baton([command, "--help"]);
    expect(out).toContain(`Without one of these words: ${usual}`);
    expect(out.slice(out.indexOf("Without one"))).toContain(option);
  });
});

describe("a wrong use", () => {
  test.each([
    ["an unknown command", ["chekc"], "Did you mean check?"],
    ["an unknown option", ["check", "--jsno"], "Did you mean --json?"],
    ["a missing argument", ["explain"], "missing required argument"],
    ["an argument too many", ["doctor", "now"], "too many arguments"],
  ])("%s exits with 2 and says what was wrong", async (_, args, says) => {
    const run = await baton(args);
    expect(run).toMatchObject({ code: 2, out: "" });
    expect(run.err).toContain(says);
  });
});

describe("baton help", () => {
  test("of a command that declares its options late is as long as what --help prints", async () => {
    const run = await baton(["help", "demo"]);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toBe((await baton(["demo", "--help"])).out);
    expect(run.out).toContain("--topology");
  });

  test("of a command that is not there says so, and what was perhaps meant", async () => {
    const run = await baton(["help", "chekc"]);
    expect(run).toMatchObject({ code: 2, out: "" });
    expect(run.err).toContain("Did you mean check?");
  });

  test.each([[["help"]], [["help", "report", "pack"]], [["help", "backup", "somewhere"]]])(
    "%j prints help and does nothing",
    async (args) => {
      const run = await baton(args, {}, folder);
      expect(run).toMatchObject({ code: 0, err: "" });
      expect(run.out).toMatch(/^Usage: baton/);
    },
  );
});

describe("errors", () => {
  test("a database that is not there is refused, and none is made", async () => {
    const run = await baton(["parked"], {}, folder);
    expect(run.code).toBe(3);
    expect(run.err).toContain("There is no database at .baton/baton.sqlite");
    expect(run.err).not.toContain("    at ");
  });

  test("show where they were thrown only when asked", async () => {
    const run = await baton(["parked"], { BATON_LOG_LEVEL: "debug" }, folder);
    expect(run.err).toMatch(/^ +at .+existing-store\.ts/m);
  });
});

describe("check", () => {
  test("finds the playbook that ships right", async () => {
    const run = await baton(["check"]);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toMatch(
      /^✓ mappings\/default: 0 errors, \d+ warnings?, \d+ examples run; version [0-9a-f]{12}$/m,
    );
  });

  test("prints every problem at once with its place and exits with 3", async () => {
    const broken = join(folder, "broken");
    cpSync(join(CHECKOUT, "mappings/default"), broken, { recursive: true });
    writeFileSync(join(broken, "team.yaml"), "reps: 5\nteems: {}\n");
    const run = await baton(["check", broken]);
    expect(run.code).toBe(3);
    const problems = run.out.split("\n").filter((line) => line.startsWith(`${join(broken, "team.yaml")}:`));
    expect(problems.length).toBeGreaterThanOrEqual(2);
    expect(problems.every((line) => /team\.yaml:\d+:\d+ \S/.test(line))).toBe(true);
    expect(run.out).toMatch(/^✗ .*: \d+ errors, \d+ warnings?, examples not run$/m);
  });

  test("says the same as JSON", async () => {
    const run = await baton(["check", join(folder, "broken"), "--json"]);
    expect(run.code).toBe(3);
    expect(JSON.parse(run.out)).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ line: 1 })]),
    });
  });

  test("refuses a folder that is not there", async () => {
    const run = await baton(["check", join(folder, "nowhere")]);
    expect(run).toMatchObject({ code: 3, out: "" });
    expect(run.err).toContain("[playbook.missing]");
    expect(run.err).toContain(
      `${join(folder, "nowhere")} is not there. A playbook is a folder with fields.yaml`,
    );
  });

  test("given one of the files, names the folder it is in", async () => {
    const run = await baton(["check", "mappings/default/team.yaml"]);
    expect(run).toMatchObject({ code: 3, out: "" });
    expect(run.err).toContain("mappings/default/team.yaml is a file, and no playbook.");
    expect(run.err).toContain("name the folder that it is in (mappings/default)");
  });
});
