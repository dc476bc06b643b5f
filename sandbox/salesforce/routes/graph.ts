/**
 * Composite graphs: each graph is undone as a whole when one of its nodes fails; the others stand.
 *
 * Source: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-graph-limits.html
 */
import type { Answer } from "../../answer.ts";
import { isRecord } from "../../json.ts";
import { refusal } from "../refusal.ts";
import type { OrgCall, OrgRoute } from "../route.ts";
import { restBase } from "../version.ts";
import { readSubrequests, runInOrder } from "./composite.ts";
import type { Named } from "./composite.ts";

const mostNodes = 500;
const mostGraphs = 75;
const mostKinds = 15;
/** Graphs that may fail before the rest is not tried. */
const mostFailures = 14;

/** The route of graphs. */
export const graphRoutes: readonly OrgRoute[] = [
  { method: "POST", path: `${restBase}/composite/graph`, handle: runGraphs },
];

interface Graph {
  readonly graphId: string;
  readonly nodes: readonly Named[];
}

function runGraphs(call: OrgCall): Answer {
  const graphs = readGraphs(call.body);
  let failures = 0;
  const answers = graphs.map(({ graphId, nodes }) => {
    const isTried = failures < mostFailures;
    const { answers: compositeResponse, isSuccessful } = isTried
      ? runInOrder(call, nodes, true)
      : { answers: [], isSuccessful: false };
    if (!isSuccessful) failures += 1;
    return { graphId, graphResponse: { compositeResponse }, isSuccessful };
  });
  return { status: 200, body: { graphs: answers } };
}

function readGraphs(body: unknown): readonly Graph[] {
  const given: unknown = isRecord(body) ? body["graphs"] : undefined;
  if (!Array.isArray(given)) throw refusal("INVALID_INPUT", "graphs is required");
  const graphs = given.map((one: unknown) => {
    const graph = isRecord(one) ? one : {};
    return { graphId: String(graph["graphId"]), nodes: readSubrequests(graph["compositeRequest"]) };
  });
  const nodes = graphs.flatMap((graph) => graph.nodes);
  if (graphs.length > mostGraphs) throw tooMany("graphs", mostGraphs);
  if (nodes.length > mostNodes) throw tooMany("nodes", mostNodes);
  for (const graph of graphs) {
    const kinds = new Set(
      graph.nodes.map(({ method, url }) => `${method} ${url.split("/").slice(0, 6).join("/")}`),
    );
    if (kinds.size > mostKinds) throw tooMany("kinds of nodes in one graph", mostKinds);
  }
  return graphs;
}

function tooMany(what: string, most: number): Error {
  return refusal("INVALID_INPUT", `A graph request cannot have more than ${most} ${what}`);
}
