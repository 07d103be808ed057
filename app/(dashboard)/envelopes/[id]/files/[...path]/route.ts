import { isRefusal } from "#lib/errors.ts";
import { download, type Wanted } from "#lib/evidence/download.ts";
import { evidenceError } from "#lib/evidence/errors.ts";
import { type FieldFileId, isUuid } from "#lib/ids.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import {
  certificateIdIn,
  disputeIdIn,
  documentIdIn,
  envelopeIdIn,
  packageIdIn,
} from "../../../../../_server/params.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Gives a file of an envelope; that it was given stands in the trail. */
export function GET(request: Request, { params }: { params: Promise<{ id: string; path: string[] }> }) {
  return answer(async () => {
    const { id, path } = await params;
    const envelopeId = envelopeIdIn(id);
    try {
      return fileResponse(await download(await signedInContext(), { envelopeId, wanted: wantedIn(path) }));
    } catch (error) {
      // A person who follows an old link is shown what became of it; a program is told.
      const isPerson = request.headers.get("sec-fetch-mode") === "navigate";
      if (isPerson && isRefusal(error, "evidence/destroyed"))
        return new Response(null, { status: 303, headers: { location: `/envelopes/${id}` } });
      throw error;
    }
  });
}

function wantedIn([kind = "", id = "", form = ""]: readonly string[]): Wanted {
  switch (kind) {
    case "audit-trail":
    case "events":
      return { kind };
    case "trail":
      if (id === "json" || id === "csv") return { kind, form: id };
      break;
    case "disputes":
      return { kind: form === "with-package" ? "dispute-bundle" : "dispute", disputeId: disputeIdIn(id) };
    case "attachments":
      if (isUuid(id)) return { kind: "attachment", fileId: id as FieldFileId };
      break;
    case "documents":
      if (form === "original" || form === "current")
        return { kind: "document", documentId: documentIdIn(id), variant: form };
      break;
    case "signatures":
      if (/^[1-9]\d{0,3}$/.test(form))
        return { kind: "signature", documentId: documentIdIn(id), revision: Number(form) };
      break;
    case "packages":
      return { kind: "package", packageId: packageIdIn(id) };
    case "certificates":
      if (form === "der" || form === "pem")
        return { kind: "certificate", certificateId: certificateIdIn(id), form };
      break;
  }
  throw evidenceError("not-found", "no file of that name");
}
