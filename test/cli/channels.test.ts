/** `baton channels`, with the real binary: secrets go in by file, environment or standard input, and never come out. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { planNotices } from "../../src/store/notices.ts";
import { childEnvironment } from "../support/child-env.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { aNotice, LENA, NOW, SIGNING_SECRET, WEBHOOK_SECRET } from "../notify/kit.ts";
import { openPostReceiver, type PostReceiver } from "../notify/post-receiver.ts";
import { openSlackStandIn, type SlackStandIn } from "../notify/slack-stand-in.ts";
import { baton, CAPABILITIES, CHECKOUT, type Run, useFile } from "./kit.ts";

const BATON = fileURLToPath(new URL("../../bin/baton.js", import.meta.url));

describe("channels", () => {
  const file = useFile(async (store) => {
    for (const tenant of ["111", "222"]) {
      await saveInstallation(
        store.db,
        { id: `inst-${tenant}`, crm: "hubspot", tenant, capabilities: CAPABILITIES },
        NOW,
      );
    }
  });
  const env = (): Readonly<Record<string, string>> => ({
    ...file.env(),
    BATON_URL: "http://127.0.0.1:3000",
    BATON_SANDBOX: "1",
    BATON_HUBSPOT_APP_ID: "1",
    BATON_HUBSPOT_CLIENT_ID: "client",
    BATON_HUBSPOT_CLIENT_SECRETS: "sandbox-0123456789",
    BATON_HUBSPOT_API_URL: "http://127.0.0.1:9",
    BATON_HUBSPOT_AUTHORIZE_URL: "http://127.0.0.1:9/oauth/authorize",
  });
  let slack: SlackStandIn;
  let receiver: PostReceiver;
  beforeEach(async () => {
    slack = await openSlackStandIn();
    slack.people.set(LENA, "U1");
    receiver = await openPostReceiver();
  });
  afterEach(async () => {
    await slack.close();
    await receiver.close();
  });
  const slackYaml = (): string =>
    `token: xoxb-123456-secret\nsigning_secret: ${SIGNING_SECRET}\nroom: C0123ABCD\napi_url: ${slack.url}/api/\n`;
  const webhookYaml = (): string => `url: ${receiver.url}\nsecret: ${WEBHOOK_SECRET}\n`;
  const addFromFile = async (kind: string, yaml: string, ...more: string[]): Promise<Run> => {
    writeFileSync(file.path("channel.yaml"), yaml);
    return await baton(
      ["channels", "add", kind, "--from", file.path("channel.yaml"), "--portal", "111", ...more],
      env(),
    );
  };

  test("adds, lists, tests and removes a Slack channel without printing a secret", async () => {
    const added = await addFromFile("slack", slackYaml(), "--only", "escalation,queued");
    expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/^[0-9a-f]{12}\n$/) });
    const id = added.out.trim();
    expect(added.err).toContain(`http://127.0.0.1:3000/slack/interactions/${id}`);

    const listed = await baton(["channels", "--json"], env());
    expect(JSON.parse(listed.out)).toMatchObject([
      { portal: "111", id, kind: "slack", only: ["escalation", "queued"], waiting: 0, stuck: 0 },
    ]);
    const tested = await baton(["channels", "test", id, "--to", LENA], env());
    expect(tested).toMatchObject({ code: 0 });
    expect(slack.posted).toMatchObject([{ channel: "DU1", text: "Baton can reach you here" }]);

    const doctor = await baton(["doctor", "--offline"], env());
    expect(doctor.out).toContain(`slack channel ${id}: its settings open with the keys given`);

    slack.mishaps.set("auth.test", [{ error: "invalid_auth" }]);
    const failed = await baton(["channels", "test", id, "--to", LENA], env());
    expect(failed).toMatchObject({ code: 3 });
    expect(failed.err).toContain("notify.unauthorized");
    expect(failed.err).toContain("invalid_auth");

    const removed = await baton(["channels", "remove", id], env());
    expect(removed.out).toBe(`Channel ${id} (slack) is removed.\n`);
    const again = await baton(["channels", "remove", id], env());
    expect(again).toMatchObject({ code: 2 });
    const everything = [added, listed, tested, doctor, failed, removed, again].flatMap(({ out, err }) => [
      out,
      err,
    ]);
    expect(everything.join("")).not.toMatch(/xoxb-123|8f742231/);
  });

  test("takes settings from standard input and from an environment variable", async () => {
    const child = spawn(
      process.execPath,
      [BATON, "channels", "add", "webhook", "--from", "-", "--portal", "222"],
      {
        cwd: CHECKOUT,
        env: childEnvironment(env()),
      },
    );
    child.stdin.end(webhookYaml());
    expect(await new Promise((resolve) => void child.once("close", resolve))).toBe(0);
    const args = ["channels", "add", "webhook", "--from-env", "HOOK", "--portal", "222"];
    expect(await baton(args, { ...env(), HOOK: webhookYaml() })).toMatchObject({ code: 0 });
    const listed = await baton(["channels", "list", "--portal", "222"], env());
    expect(listed.out.split("\n").filter((line) => line.includes("webhook"))).toHaveLength(2);
  });

  test.each([
    [
      "slack",
      "token: wrong\nsigning_secret: short-secret\nroom: general\n",
      ["token:", "signing_secret:", "room:"],
    ],
    ["webhook", "url: http://hook.example/x\nsecret: geheim\n", ["url:", "secret:"]],
    ["teams", "url: https://user:geheim@hook.example/x\n", ["url:"]],
    ["mail", "url: https://geheim.example\nfrom: a, b@c.example\n", ["url:", "from:"]],
    ["teams", "url: https://hook.example\nextra: geheim\n", ["extra"]],
    ["teams", "geheim", ["the whole"]],
    ["teams", "a: [geheim", ["no YAML"]],
  ])("refuses wrong settings of %s with every problem and no value", async (kind, yaml, named) => {
    const run = await addFromFile(kind, yaml);
    expect(run).toMatchObject({ code: 2, out: "" });
    for (const name of named) expect(run.err).toContain(name);
    expect(run.err).not.toMatch(/geheim|short-secret|general|wrong/);
  });

  test("a sandbox's channel is on this machine, and a real one is not", async () => {
    const away = await addFromFile("webhook", `url: https://hook.example/x\nsecret: ${WEBHOOK_SECRET}\n`);
    expect(away).toMatchObject({ code: 3 });
    expect(away.err).toContain("config.sandbox-guard");
    const live = {
      ...file.env(),
      BATON_URL: "https://baton.example",
      BATON_HUBSPOT_APP_ID: "1",
      BATON_HUBSPOT_CLIENT_ID: "client",
      BATON_HUBSPOT_CLIENT_SECRETS: "0123456789abcdef",
      HOOK: webhookYaml(),
    };
    const here = await baton(["channels", "add", "webhook", "--from-env", "HOOK", "--portal", "111"], live);
    expect(here).toMatchObject({ code: 3, out: "" });
    expect(here.err).toContain("config.sandbox-guard");
  });

  test("asks which portal, and refuses kinds of notices there are none of", async () => {
    const args = ["channels", "add", "webhook", "--from-env", "HOOK"];
    expect(await baton(args, { ...env(), HOOK: webhookYaml() })).toMatchObject({ code: 2 });
    const kinds = await baton([...args, "--portal", "111", "--only", "gossip"], {
      ...env(),
      HOOK: webhookYaml(),
    });
    expect(kinds.err).toContain("escalation");
    expect(await baton(["channels", "add", "webhook", "--portal", "111"], env())).toMatchObject({ code: 2 });
  });

  test("what waits for a person is listed by parked, and goes by its word", async () => {
    const id = (await addFromFile("webhook", webhookYaml())).out.trim();
    await file.look(async (store) => {
      await planNotices(store.db, "inst-111", [aNotice("n1"), aNotice("n2")], NOW);
      await store.db
        .updateTable("deliveries")
        .set({ state: "parked", sent_as: "digest-d", code: "notify.unsure", attempts: 3, settled_at: NOW })
        .execute();
    });
    const listed = await baton(["parked", "--json", "--portal", "111"], env());
    const key = `notice:${id}:digest-d`;
    expect(JSON.parse(listed.out)).toMatchObject([
      {
        key,
        what: "2 notices by webhook",
        state: "parked",
        code: "notify.unsure",
        attempts: 3,
        remedy: "retry",
      },
    ]);
    expect((await baton(["doctor", "--offline"], env())).out).toContain("2 notices wait for a person");
    expect((await baton(["parked", "retry", key], env())).out).toContain("1 item will be tried again");
    const states = await file.look((store) => store.db.selectFrom("deliveries").select("state").execute());
    expect(states).toEqual([{ state: "planned" }, { state: "planned" }]);
    await baton(["channels", "remove", id], env());
    const dropped = await file.look((store) => store.db.selectFrom("deliveries").select("state").execute());
    expect(dropped).toEqual([{ state: "dropped" }, { state: "dropped" }]);
  });
});
