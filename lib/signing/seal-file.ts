import { type ByteSource, concatSource, sha256, sourceOf, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { addValidationData } from "#lib/pdf/dss.ts";
import { PdfFile } from "#lib/pdf/reader.ts";
import { timestampUntil } from "#lib/pki/timestamp-until.ts";
import { type Level, makeDocumentTimestamp, makeSignature } from "./make-signature.ts";
import { type KeyUse, noteKeyUse } from "./note-key-use.ts";
import { openSeal, type Seal } from "./seal-key.ts";
import { collectValidationData } from "./validation-data.ts";

/**
 * Seals a file of our own making with the organization's key, to the level asked for and no lower.
 *
 * @param plan `use`: what it is, for the list of what the key signed.
 * @param base one clean revision with an empty signature field `fieldName`.
 * @returns the whole sealed file, and how long its archive time-stamp can be checked; null when it has none.
 */
export async function sealFile(
  ctx: WorkerContext,
  base: Uint8Array,
  { use, ...plan }: SealPlan & { readonly use: KeyUse },
): Promise<SealedFile> {
  const seal = await openSeal(ctx);
  const sealed = await sealFileWith(ctx, seal, base, plan);
  const digestHex = toHex(sha256(sealed.bytes));
  const made = { certificateId: seal.certificate.id, digestHex, level: plan.level };
  await inTransaction(ctx, (ctx) => noteKeyUse(ctx, { ...use, ...made }));
  return sealed;
}

interface SealPlan {
  readonly fieldName: string;
  readonly reason: string;
  readonly level: Level;
}

interface SealedFile {
  readonly bytes: Uint8Array;
  readonly until: Date | null;
}

/** The same with a key and certificate that may not be the organization's yet. */
export async function sealFileWith(
  ctx: WorkerContext,
  seal: Seal,
  base: Uint8Array,
  plan: SealPlan,
): Promise<SealedFile> {
  const { random } = ctx.runtime;
  let source: ByteSource = sourceOf(base);
  const open = () => ({ file: PdfFile.open(source), source, hashed: undefined });
  const append = (tail: Uint8Array) => {
    source = concatSource(source, sourceOf(tail));
  };
  const { fieldName, reason, level } = plan;
  const signature = { fieldName, reason, at: ctx.now(), signerName: seal.organizationName, seed: random(32) };
  append((await makeSignature(ctx, open(), signature, seal, level)).tail);
  if (level === "B-LT" || level === "B-LTA") {
    const { file } = open();
    const tail = addValidationData(file, await collectValidationData(ctx, file), random(32));
    if (tail) append(tail);
  }
  let until: Date | null = null;
  if (level === "B-LTA") {
    const made = await makeDocumentTimestamp(ctx, open(), random(32));
    append(made.tail);
    until = timestampUntil(made.timestamp!);
  }
  return { bytes: source.read(0, source.size), until };
}
