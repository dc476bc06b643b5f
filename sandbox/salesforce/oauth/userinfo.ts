/** Who a session belongs to, and ending it. */
import type { Answer } from "../../answer.ts";
import { textOf } from "../table.ts";
import type { OrgOauthParts } from "./parts.ts";
import { oauthRefusal } from "./refusal.ts";

/** GET of userinfo. A session that is none answers 403 with a text. */
export function userInfo(accessToken: string, parts: OrgOauthParts): Answer {
  const grant = parts.sessions.session(accessToken);
  const org = grant && parts.orgs.get(grant.orgId);
  const user = grant && org?.row(grant.userId);
  if (!grant || !user)
    return { status: 403, body: "Bad_OAuth_Token", headers: { "content-type": "text/html;charset=UTF-8" } };
  const { values } = user;
  return {
    status: 200,
    body: {
      sub: `${parts.url()}/id/${grant.orgId}/${user.id}`,
      user_id: user.id,
      organization_id: grant.orgId,
      preferred_username: values["Username"],
      nickname: values["Alias"],
      name: values["Name"],
      email: values["Email"],
      email_verified: true,
      given_name: values["FirstName"],
      family_name: values["LastName"],
      zoneinfo: values["TimeZoneSidKey"],
      user_type: textOf(values["UserType"]).toUpperCase(),
      language: values["LanguageLocaleKey"],
      locale: values["LocaleSidKey"],
      is_app_installed: true,
    },
  };
}

/** POST of revoke. @throws Problem 400 for a token that is not known. */
export function revokeToken(token: string, { sessions }: OrgOauthParts): Answer {
  if (!sessions.revoke(token)) throw oauthRefusal("invalid_token", "invalid token: token");
  return { status: 200, body: "" };
}
