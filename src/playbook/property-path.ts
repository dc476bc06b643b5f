/** How fields.yaml names the CRM's properties. */
import * as z from "zod";

/** A property that is read: `contact.jobtitle`, `company.name`. */
export const readPath = z.string().regex(/^(contact|company)\.[a-z0-9_]+$/, {
  error: "a property is contact.… or company.… and the internal name HubSpot shows, such as contact.jobtitle",
});
