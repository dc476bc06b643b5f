import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { confirm } from "../../src/cli/confirm.ts";
import { screenOf, type Shell } from "../../src/cli/shell.ts";

function shellThatAnswers(answer: string): { readonly shell: Shell; readonly asked: string[] } {
  const asked: string[] = [];
  const sink = screenOf(
    new Writable({
      write: (_chunk, _encoding, done) => done(),
    }),
    {},
  );
  const ask = (question: string): Promise<string> => {
    asked.push(question);
    return Promise.resolve(answer);
  };
  return { shell: { env: {}, out: sink, err: sink, ask, now: () => 0, zone: "UTC" }, asked };
}

test.each([
  ["y", true],
  [" YES ", true],
  ["n", false],
  ["", false],
  ["yeah", false],
])("the answer %j to a question means %s", async (answer, goesOn) => {
  const { shell, asked } = shellThatAnswers(answer);
  expect(await confirm(shell, "Everything will be removed.", false)).toBe(goesOn);
  expect(asked).toEqual(["Everything will be removed. This cannot be undone. Go on? [y/N] "]);
});

test("nobody is asked who is sure already", async () => {
  const { shell, asked } = shellThatAnswers("n");
  expect(await confirm(shell, "Everything will be removed.", true)).toBe(true);
  expect(asked).toEqual([]);
});
