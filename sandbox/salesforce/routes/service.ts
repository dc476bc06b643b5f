/** What the service says of itself: versions, resources, limits. */
import type { OrgCall, OrgRoute } from "../route.ts";
import { usedToday } from "../limits.ts";
import { apiVersion, restBase } from "../version.ts";

/** Their routes. */
export const serviceRoutes: readonly OrgRoute[] = [
  {
    method: "GET",
    path: "/services/data",
    handle: () => ({
      status: 200,
      body: [{ label: "Summer '26", url: restBase, version: apiVersion }],
    }),
  },
  {
    method: "GET",
    path: restBase,
    handle: ({ org, context }) => ({
      status: 200,
      body: {
        ...Object.fromEntries(
          ["sobjects", "query", "queryAll", "composite", "limits", "jobs"].map((name) => [
            name,
            `${restBase}/${name}`,
          ]),
        ),
        identity: `https://login.salesforce.com/id/${org.id}/${context.userId}`,
      },
    }),
  },
  { method: "GET", path: `${restBase}/limits`, handle: (call) => ({ status: 200, body: limits(call) }) },
];

function limits({ org }: OrgCall): unknown {
  const Max = org.rules.dailyLimit;
  return {
    DailyApiRequests: { Max, Remaining: Math.max(0, Max - usedToday(org)) },
    DailyBulkV2QueryJobs: { Max: 10_000, Remaining: 10_000 },
    DailyStreamingApiEvents: { Max: 50_000, Remaining: 50_000 },
    DataStorageMB: { Max: 1024, Remaining: 1024 },
  };
}
