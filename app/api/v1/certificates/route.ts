import { visitor } from "../../../_server/context.ts";
import { registerByApi } from "../keys/bring-keys.ts";
import { listCertificates } from "./read-certificates.ts";

export const GET = async (request: Request) => listCertificates(await visitor(), request);

export const POST = async (request: Request) => registerByApi(await visitor(), request);
