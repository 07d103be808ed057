import "server-only";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { parsePublicId } from "#lib/ids.ts";

/** The bulk job an address names. @throws envelopes/bulk-not-found */
export function jobIdIn(text: string): string {
  const id = parsePublicId<string>("bulkJob", text);
  if (!id) throw envelopesError("bulk-not-found", "no bulk job's id");
  return id;
}
