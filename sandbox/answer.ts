/** What a route of either stand-in answers, and how a refusal travels from the depths of a write to its call. */

/** An answer. `body` undefined sends no body at all; text is sent as it is, anything else as JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal: thrown by routes and writes, turned into its answer by the gate. */
export class Problem extends Error {
  readonly answer: Answer;

  constructor(answer: Answer, message: string) {
    super(message);
    this.name = "Problem";
    this.answer = answer;
  }
}
