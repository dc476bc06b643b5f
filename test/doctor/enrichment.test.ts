import { describe, expect, test } from "vitest";
import { checkEnrichment } from "../../src/doctor/enrichment.ts";
import { enrichingPlaybook } from "../playbook/enrichment-kit.ts";
import { aPlaybook } from "../playbook/kit.ts";

const asking = enrichingPlaybook();
const silent = aPlaybook();
const live = {
  sandbox: false,
  enrich: { url: "https://provider.example/find?key=key-of-nobody", authorization: "Bearer key-of-nobody" },
};
const at =
  (...addresses: string[]) =>
  async (): Promise<readonly string[]> =>
    await Promise.resolve(addresses);

describe("the doctor says of enrichment", () => {
  test("nothing where nobody speaks of it", async () => {
    expect(await checkEnrichment({ sandbox: false }, silent, true, at())).toEqual([]);
    expect(await checkEnrichment({ sandbox: false }, undefined, true, at())).toEqual([]);
  });

  test("that a playbook asks and nobody said whom", async () => {
    expect(await checkEnrichment({ sandbox: false }, asking, true, at())).toMatchObject([
      { status: "problem", code: "enrich.not-set", fix: expect.stringContaining("BATON_ENRICH_URL") },
    ]);
  });

  test("that a provider is set up and the playbook asks nobody", async () => {
    expect(await checkEnrichment(live, silent, true, at("8.8.8.8"))).toMatchObject([{ status: "warning" }]);
  });

  test("that all is well, without showing what may be a key", async () => {
    const checks = await checkEnrichment(live, asking, true, at("8.8.8.8", "2606:4700::1111"));
    expect(checks.map(({ status }) => status)).toEqual(["ok", "ok"]);
    expect(JSON.stringify(checks)).not.toContain("key-of-nobody");
    expect(JSON.stringify(checks)).toContain("provider.example");
  });

  test("whether the secret is set", async () => {
    const says = async (config: Parameters<typeof checkEnrichment>[0]): Promise<unknown> =>
      (await checkEnrichment(config, asking, false))[0]?.says;
    expect(await says(live)).toBe("provider.example is asked, with BATON_ENRICH_AUTHORIZATION");
    expect(await says({ ...live, enrich: { url: live.enrich.url } })).toContain("without");
  });

  test.each([[["10.0.0.1"]], [["8.8.8.8", "169.254.169.254"]], [[]]])(
    "that %j may not be called",
    async (addresses) => {
      expect(await checkEnrichment(live, asking, true, at(...addresses))).toContainEqual(
        expect.objectContaining({ status: "problem", code: "enrich.forbidden-address" }),
      );
    },
  );

  test("that a sandbox's provider must be on this machine", async () => {
    const sandbox = { sandbox: true, enrich: { url: "http://localhost:4100/find" } };
    const codes = async (address: string): Promise<unknown> =>
      (await checkEnrichment(sandbox, asking, true, at(address))).map(({ status }) => status);
    expect(await codes("127.0.0.1")).toEqual(["ok", "ok"]);
    expect(await codes("8.8.8.8")).toEqual(["ok", "problem"]);
  });

  test("that a name means nothing", async () => {
    const nowhere = async (): Promise<never> => await Promise.reject(new Error("ENOTFOUND"));
    expect(await checkEnrichment(live, asking, true, nowhere)).toContainEqual(
      expect.objectContaining({ code: "enrich.unreachable" }),
    );
  });

  test("nothing about addresses while nothing may be asked", async () => {
    const never = async (): Promise<never> => await Promise.reject(new Error("the network was asked"));
    expect(await checkEnrichment(live, asking, false, never)).toHaveLength(1);
  });
});
