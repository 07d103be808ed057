import { visitor } from "../../../../_server/context.ts";
import { checkCertificate } from "../read-certificates.ts";

export const GET = async (request: Request) => checkCertificate(await visitor(), request);
