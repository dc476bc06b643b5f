/** Changing a playbook as a team does: diff, sign, publish, roll back, beside a running server. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { savePlaybook } from "../../../src/store/playbooks.ts";
import { childEnvironment } from "../../support/child-env.ts";
import { MARKETER, playbookFolder, SELLER } from "../../publish/kit.ts";
import { runInside } from "../../support/shell.ts";
import { baton, CHECKOUT, fillWithVera, useFile } from "../kit.ts";

const BATON = fileURLToPath(new URL("../../../bin/baton.js", import.meta.url));
const VERSION = /^[0-9a-f]{12}$/;

const file = useFile((store) => fillWithVera(store));
const folder = playbookFolder();
const settings = () => ({ ...file.env(), BATON_PLAYBOOK: folder.place, USER: "revops" });
const run = (...args: readonly string[]) => runInside(args, { env: settings() });
const json = async (...args: readonly string[]): Promise<unknown> => {
  const { out } = await run(...args, "--json");
  return JSON.parse(out);
};

describe("beside a running server", () => {
  let server: ChildProcess;
  let [out, err] = ["", ""];
  let [first, second] = ["", ""];

  beforeAll(async () => {
    folder.askForSignatures();
    first = folder.version();
    server = spawn(process.execPath, [BATON, "serve"], {
      cwd: CHECKOUT,
      env: childEnvironment({
        ...file.env(),
        BATON_PLAYBOOK: folder.place,
        BATON_PORT: "0",
        BATON_SANDBOX: "1",
        BATON_HUBSPOT_APP_ID: "7000001",
        BATON_HUBSPOT_CLIENT_ID: "client",
        BATON_HUBSPOT_CLIENT_SECRETS: "sandbox-0123456789abcdef",
        BATON_HUBSPOT_API_URL: "http://127.0.0.1:9",
        BATON_HUBSPOT_AUTHORIZE_URL: "http://127.0.0.1:9/oauth/authorize",
      }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    server.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      out += chunk;
    });
    server.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      err += chunk;
    });
    await until(() => err.includes("database  "));
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => {
      server.once("close", resolve);
    });
    server.kill("SIGTERM");
    await ended;
  });

  /** Settles when the server has said that it decides by a version. */
  const follows = (version: string): Promise<void> =>
    until(() =>
      out.split("\n").some((line) => line.includes("from now on") && line.includes(`"version":"${version}"`)),
    );

  test("the first version went live unsigned, and the server says so", () => {
    expect(err).toContain(`playbook   ${first} (${folder.place})`);
    expect(err).toContain("the first version went live unsigned; marketing and sales sign the next");
  });

  test("an edit is told in words", async () => {
    folder.promise("30m");
    second = folder.version();
    const told = await baton(["diff"], settings());
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toBe(
      `From ${first} (live) to ${second} (${folder.place})\n\nagreement.yaml\n` +
        "  Sales promises hand-raiser a first attempt in 15m → 30m\n\n1 change.\n",
    );
    expect(await json("diff", first.slice(0, 6), folder.place)).toMatchObject({
      from: { version: first, place: "stored" },
      changed: [{ file: "agreement.yaml", says: [expect.stringContaining("15m → 30m")] }],
      rewritten: [],
    });
  });

  test("publishing it says whose signature is missing, and the exact command", async () => {
    const refused = await run("publish");
    expect(refused).toMatchObject({ code: 2, err: "" });
    expect(refused.out).toContain(`Version ${second} (${folder.place}) is not live`);
    expect(refused.out).toContain(`  marketing  baton sign --as marketing --by ${MARKETER}\n`);
    expect(refused.out).toContain(`  sales      baton sign --as sales --by ${SELLER}\n`);
    expect(await json("publish")).toEqual({
      version: second,
      live: false,
      isNew: false,
      missing: ["marketing", "sales"],
    });
  });

  test("doctor says what the folder waits for", async () => {
    const { out: said } = await run("doctor", "--offline");
    expect(said).toMatch(new RegExp(String.raw`^ok +versions +version ${first} is live`, "m"));
    expect(said).toMatch(
      new RegExp(
        String.raw`^warning +versions .*${second}, which waits for the signature of marketing and of sales`,
        "m",
      ),
    );
  });

  test("whoever is not named by the live version cannot sign, for neither side", async () => {
    for (const [side, by] of [
      ["marketing", SELLER],
      ["sales", "stranger@acme.example"],
    ] as const) {
      const refused = await run("sign", "--as", side, "--by", by);
      expect(refused).toMatchObject({ code: 2, out: "" });
      expect(refused.err).toContain(`does not sign for ${side}`);
      expect(refused.err).not.toContain(by);
    }
  });

  test("a signature shows what is signed, and what is missing still", async () => {
    const signed = await run("sign", "--as", "marketing", "--by", MARKETER);
    expect(signed).toMatchObject({ code: 0, err: "" });
    expect(signed.out).toContain("Sales promises hand-raiser a first attempt in 15m → 30m");
    expect(signed.out).toContain(
      `Signed version ${second} for marketing as ${MARKETER}.\nStill missing:\n  sales `,
    );
    expect(await json("sign", "--as", "marketing", "--by", MARKETER)).toMatchObject({
      isNew: false,
      missing: ["sales"],
    });
    expect((await run("sign", "--as", "sales", "--by", SELLER)).out).toContain("Both sides have signed.");
  });

  test("a signature is for one version: an edit after it has to be signed again", async () => {
    folder.promise("45m");
    expect((await run("publish")).code).toBe(2);
    folder.promise("30m");
    expect(folder.version()).toBe(second);
  });

  test("once signed it is published, and the server follows without a restart", async () => {
    const published = await run("publish", "--by", "ops@acme.example");
    expect(published).toMatchObject({ code: 0, err: "" });
    expect(published.out).toContain(`✓ Version ${second} is live.`);
    await follows(second);
    expect((await run("publish")).out).toBe(`Version ${second} is live already.\n`);
  });

  test("versions lists what was live, since when, by whom and with whose signatures", async () => {
    const { out: table } = await run("versions");
    const [head = "", live = "", before = "", old = ""] = table.split("\n");
    expect(head).toMatch(/^version +live +since +by +how +signatures +handoffs$/);
    expect(live).toMatch(
      new RegExp(`^${second} +live .* ops@acme.example +publish +marketing ${MARKETER}, sales ${SELLER} +0$`),
    );
    expect(before).toMatch(new RegExp(`^${first} .* serve +first +0$`));
    // The version that decided Vera's handoff is from before publications were kept.
    expect(old).toMatch(/^3f2a91c0d4e5 +1$/);
    expect(await json("versions")).toMatchObject([
      { version: expect.stringMatching(VERSION), live: true, handoffCount: 0 },
      { version: first, live: false, because: "first" },
      { handoffCount: 1 },
    ]);
  });

  test("a rollback goes back without new signatures, and the server follows", async () => {
    const back = await run("rollback");
    expect(back).toMatchObject({ code: 0, err: "" });
    expect(back.out).toContain("Sales promises hand-raiser a first attempt in 30m → 15m");
    expect(back.out).toContain(`✓ Version ${first} is live.`);
    await follows(first);
    expect(await json("versions")).toMatchObject([
      { version: first, because: "rollback", by: "revops" },
      {},
      {},
    ]);
  });

  test("there is no way back before the first version, nor to one that never was live", async () => {
    const none = await run("rollback");
    expect(none).toMatchObject({ code: 2, out: "" });
    expect(none.err).toContain(`Version ${first} is the first`);
    await file.look((store) => savePlaybook(store.db, "00ff00ff00ff", {}, 0));
    expect((await run("rollback", "00ff")).err).toContain("never was live");
    expect((await run("rollback", "abcdef")).err).toContain("no stored version");
    expect((await run("rollback", second.slice(0, 8))).code).toBe(0);
  });
});

describe("a playbook that is wrong", () => {
  test("or whose example fails is neither signed nor published", async () => {
    folder.edit("definition.yaml", "employees: { from: 50,", "employees: { from: 5,");
    for (const args of [["publish"], ["sign", "--as", "sales", "--by", SELLER]]) {
      const refused = await run(...args);
      expect(refused).toMatchObject({ code: 3, out: "" });
      expect(refused.err).toContain("An eight-person studio");
    }
    folder.edit("definition.yaml", "employees: { from: 5,", "employees: { from: 50,");
  });
});

describe("at a terminal", () => {
  const asked: string[] = [];
  const signs = (answer: string) => {
    const ask = (question: string): Promise<string> => {
      asked.push(question);
      return Promise.resolve(answer);
    };
    return runInside(["sign", "--as", "sales", "--by", SELLER], { env: settings(), ask });
  };

  test("whoever signs is asked once they have read it, and nothing is signed without a yes", async () => {
    folder.promise("1h");
    const missing = ["marketing", "sales"];
    const refused = await signs("n");
    expect(asked).toEqual([
      `This signs version ${folder.version()} for sales. This cannot be undone. Go on? [y/N] `,
    ]);
    expect(refused.out).toContain("first attempt in");
    expect(refused.err).toBe("Nothing was changed.\n");
    expect(await json("publish")).toMatchObject({ missing });
    expect((await signs("y")).out).toContain("Signed version");
    expect(await json("publish")).toMatchObject({ missing: ["marketing"] });
  });
});

describe("without a database", () => {
  test("two folders are compared all the same, and nothing is made", async () => {
    const place = file.path("none.sqlite");
    const env = { BATON_DATABASE_URL: `sqlite:${place}` };
    const told = await runInside(["diff", "mappings/default", "mappings/product-led"], { env });
    expect(told).toMatchObject({ code: 0, err: "" });
    expect(told.out).toMatch(/^\d+ changes\./m);
    expect((await runInside(["diff"], { env })).code).toBe(3);
    expect(existsSync(place)).toBe(false);
  });
});

/** Settles once `holds`; the test's own time limit is what ends a wait in vain. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => void setTimeout(resolve, 20));
}
