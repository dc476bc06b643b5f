/** Every route of the REST API. */
import type { OrgRoute } from "../route.ts";
import { ingestJobRoutes } from "../bulk/ingest-jobs.ts";
import { queryJobRoutes } from "../bulk/query-jobs.ts";
import { collectionRoutes } from "./collections.ts";
import { compositeRoutes } from "./composite.ts";
import { describeRoutes } from "./describes.ts";
import { graphRoutes } from "./graph.ts";
import { changeRoutes } from "./changes.ts";
import { queryRoutes } from "./query.ts";
import { rowRoutes } from "./rows.ts";
import { serviceRoutes } from "./service.ts";

/** In the order in which they are tried: fixed segments before `:id`. */
export const orgRoutes: readonly OrgRoute[] = [
  ...serviceRoutes,
  ...describeRoutes,
  ...changeRoutes,
  ...queryRoutes,
  ...queryJobRoutes,
  ...ingestJobRoutes,
  ...compositeRoutes,
  ...graphRoutes,
  ...collectionRoutes,
  ...rowRoutes,
];
