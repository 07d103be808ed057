import { sourceOf, toUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, PackageId } from "#lib/ids.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { readZip } from "./core/zip/read-zip.ts";
import { download } from "./download.ts";
import { listPackages } from "./list-packages.ts";

/** An envelope that two have signed, complete. */
export async function completed(owner: Context): Promise<EnvelopeId> {
  const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }], "parallel");
  for (const name of ["Ana Ruiz", "Ben Okafor"])
    await sign(await personWith(owner, await linkFor(owner, envelopeId, name)));
  await until(owner, envelopeId, ({ state }) => state === "completed");
  return envelopeId;
}

/** Waits for a package; for the first one when none is named. */
export async function readyPackage(ctx: Context, envelopeId: EnvelopeId, id: PackageId | null = null) {
  for (let tries = 0; tries < 1200; tries++) {
    const packages = await listPackages(ctx, { envelopeId });
    const found = packages.find((one) => (id === null || one.id === id) && one.state === "ready");
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the package does not get ready");
}

export async function packageBytes(
  ctx: Context,
  envelopeId: EnvelopeId,
  packageId: PackageId | null = null,
): Promise<Uint8Array> {
  const { bytes } = await download(ctx, { envelopeId, wanted: { kind: "package", packageId } });
  return new Uint8Array(await new Response(bytes).arrayBuffer());
}

/** A file of a package as it is read: JSON and text as they are, a PDF as its words. */
export function textIn(bytes: Uint8Array, name: string): string {
  const member = readZip(sourceOf(bytes)).find((one) => one.name === name);
  if (!member) throw new Error(`${name} is not in the package`);
  const content = member.source.read(0, member.source.size);
  if (!name.endsWith(".pdf")) return toUtf8(content);
  return inFolder((file) =>
    run("pdftotext", ["-layout", file("paper.pdf", content), "-"])
      .stdout.toString()
      .replaceAll(/\s+/g, " "),
  );
}
