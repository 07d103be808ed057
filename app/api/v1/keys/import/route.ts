import { visitor } from "../../../../_server/context.ts";
import { importKey } from "../bring-keys.ts";

export const POST = async (request: Request) => importKey(await visitor(), request);
