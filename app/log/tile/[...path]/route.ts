import { parseTilePath } from "#lib/audit/core/tiles.ts";
import { publishedTile } from "#lib/audit/published-log.ts";
import { answer } from "../../../_server/problem.ts";
import { webRuntime } from "../../../_server/runtime.ts";
import { BINARY, logResponse, notThere } from "../../log-response.ts";

/** Hashes of the tree and entry bundles (C2SP tlog-tiles). */
export function GET(_: Request, { params }: { params: Promise<{ path: string[] }> }) {
  return answer(async () => {
    const address = parseTilePath(["tile", ...(await params).path].join("/"));
    const tile = address ? await publishedTile(await webRuntime(), address) : null;
    return tile ? logResponse({ body: tile, contentType: BINARY, mayChange: false }) : notThere();
  });
}
