/** Describes: what objects there are, and what one of them looks like. */
import type { OrgRoute } from "../route.ts";
import { describeObject, summarize } from "../describe.ts";
import { restBase } from "../version.ts";
import { visibleObject } from "../visible.ts";
import { objectOf } from "./rows.ts";

/** Their routes. */
export const describeRoutes: readonly OrgRoute[] = [
  {
    method: "GET",
    path: `${restBase}/sobjects`,
    handle: ({ org }) => ({
      status: 200,
      body: {
        encoding: "UTF-8",
        maxBatchSize: 200,
        sobjects: [...org.schema.values()].flatMap(({ name }) => {
          const object = visibleObject(org, name);
          return object ? [summarize(object)] : [];
        }),
      },
    }),
  },
  {
    method: "GET",
    path: `${restBase}/sobjects/:type/describe`,
    handle: (call) => ({ status: 200, body: describeObject(call.org, objectOf(call)) }),
  },
  {
    method: "GET",
    path: `${restBase}/sobjects/:type`,
    handle: (call) => ({ status: 200, body: { objectDescribe: summarize(objectOf(call)), recentItems: [] } }),
  },
];
