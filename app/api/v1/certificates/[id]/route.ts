import { visitor } from "../../../../_server/context.ts";
import { readCertificate } from "../read-certificates.ts";

export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  return readCertificate(await visitor(), request, (await params).id);
}
