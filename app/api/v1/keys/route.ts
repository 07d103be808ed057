import { visitor } from "../../../_server/context.ts";
import { listKeys } from "./bring-keys.ts";

export const GET = async (request: Request) => listKeys(await visitor(), request);
