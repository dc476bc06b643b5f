/**
 * Who may read what is the operator's: whoever shows its token. Where none is set, only callers on this machine, and only of a
 * server that is there for this machine alone. Behind a proxy everybody looks local, and not every proxy says that it is one; and
 * a page in a browser on this machine can ask under a name that was made to point here, so the name asked for must be local too.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { isLoopback } from "../config/loopback.ts";
import { isSameSecret } from "../same-secret.ts";

/** Which token opens an address of the operator's. */
export interface Access {
  /** What a caller without the token is told to give. */
  readonly setting: "BATON_METRICS_TOKEN" | "BATON_API_TOKEN";
  readonly token: string | undefined;
  /** Where the world reaches this server. */
  readonly publicUrl: string;
}

/** Throws nothing. */
export function mayRead(request: FastifyRequest, access: Access): boolean {
  return access.token === undefined ? isWithin(request, access.publicUrl) : showsToken(request, access);
}

/** Whether a caller shows the token; nobody does where none is set. Throws nothing. */
export function showsToken({ headers }: FastifyRequest, { token }: Access): boolean {
  return token !== undefined && isSameSecret(headers.authorization ?? "", `Bearer ${token}`);
}

/** What everybody else gets. */
export async function refuseReading(reply: FastifyReply, { setting }: Access): Promise<FastifyReply> {
  return await refuse(reply, `Give the token of ${setting} as a bearer token.`);
}

/** The same for what is open to no one without a token. */
export async function refuseAsking(reply: FastifyReply, { setting }: Access): Promise<FastifyReply> {
  const message = `Give the token of ${setting} as a bearer token. Where it is not set, nobody may ask by HTTP.`;
  return await refuse(reply, message);
}

async function refuse(reply: FastifyReply, message: string): Promise<FastifyReply> {
  return await reply.code(401).header("www-authenticate", "Bearer").send({ error: { message } });
}

function isWithin({ headers, socket }: FastifyRequest, publicUrl: string): boolean {
  const isProxied = headers["x-forwarded-for"] !== undefined || headers["forwarded"] !== undefined;
  return (
    !isProxied &&
    isLoopback(socket.remoteAddress ?? "") &&
    isLocal(publicUrl) &&
    isLocal(`http://${headers.host ?? ""}`)
  );
}

function isLocal(address: string): boolean {
  return isLoopback(URL.parse(address)?.hostname ?? "");
}
