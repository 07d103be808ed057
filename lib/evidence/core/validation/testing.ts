import { concatBytes, fromLatin1, sha256, sourceOf, toLatin1 } from "#lib/bytes.ts";
import { validateDocument } from "#lib/evidence/validate-document.ts";
import { addValidationData } from "#lib/pdf/dss.ts";
import { type FormDrawing, formWriter, type ProductField } from "#lib/pdf/fields.ts";
import { fieldsOf } from "#lib/pdf/form.ts";
import { PdfRef, PdfStream, pdfDict, pdfName } from "#lib/pdf/objects.ts";
import { pagesOf } from "#lib/pdf/pages.ts";
import {
  completeSignature,
  type DrawAppearance,
  digestPrepared,
  type FieldFill,
  type PreparedSignature,
  prepareDocumentTimestamp,
  prepareSignature,
} from "#lib/pdf/signature.ts";
import { contract, normalizeBytes, openBytes, SEED } from "#lib/pdf/testing.ts";
import { type ObjectSink, Update } from "#lib/pdf/update.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { addSignatureTimestamp, assembleCms, signatureValueOf } from "#lib/pki/core/cms/assemble-cms.ts";
import { signedAttributes } from "#lib/pki/core/cms/signed-attributes.ts";
import { type Authority, at, DAY_MS, NOON, type World } from "#lib/pki/core/testing.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { crlOf, ocspOf, tokenOver } from "#lib/pki/core/validation/testing-document.ts";
import type { ValidationReport } from "./validation-report.ts";

const box = (x: number, y: number) => ({ x, y, width: 0.2, height: 0.03 });
const TEXT = { kind: "text", page: 0, isRequired: true } as const;

/** The form of a contract between two: certification, two signers with fields of their own, a seal. */
export const FIELDS: readonly ProductField[] = [
  { name: "Certification", kind: "signature", page: 0, box: null, label: "Certification", isRequired: false },
  ...[1, 2].flatMap((signer): ProductField[] => [
    {
      ...{ name: `Signer${signer}`, kind: "signature", page: 1, box: box(0.1, signer * 0.2) },
      ...{ label: `Signature ${signer}`, isRequired: true },
      lock: { action: "include", fields: [`Signer${signer}_name`, `Signer${signer}_agrees`] },
    },
    { ...TEXT, name: `Signer${signer}_name`, box: box(0.5, signer * 0.2), label: "Name" },
    {
      ...{ name: `Signer${signer}_agrees`, kind: "checkbox", page: 1, label: "Agrees", isRequired: true },
      box: { x: 0.8, y: signer * 0.2, width: 0.02, height: 0.02 },
    },
  ]),
  {
    ...{ name: "Seal", kind: "signature", page: 0, box: null, label: "Seal", isRequired: false },
    lock: { action: "all" },
  },
];

/** A form XObject that draws these operators in a box. */
export function drawing(sink: ObjectSink, widthPt: number, heightPt: number, operators: string): PdfRef {
  const dict = pdfDict({
    Type: pdfName("XObject"),
    Subtype: pdfName("Form"),
    BBox: [0, 0, Math.round(widthPt), Math.round(heightPt)],
    Resources: pdfDict(),
  });
  return sink.add(new PdfStream(dict, fromLatin1(operators)));
}

export const line: DrawAppearance = (sink, { widthPt, heightPt }) =>
  drawing(sink, widthPt, heightPt, `0 0 m ${widthPt} ${heightPt} l S`);

const checkboxes: FormDrawing = {
  button: (_kind, sink, widthPt, heightPt) => ({
    on: drawing(sink, widthPt, heightPt, "0 0 9 9 re f"),
    off: drawing(sink, widthPt, heightPt, "0 0 9 9 re S"),
  }),
};

/** The contract with a form, not signed yet. */
export const prepared = (fields: readonly ProductField[] = FIELDS, isFillable = false): Uint8Array =>
  normalizeBytes(contract(), { form: formWriter(fields, { ...checkboxes, isFillable }) }).bytes;

export interface SignOptions {
  readonly field: string;
  readonly by: Authority;
  readonly certifies?: boolean;
  readonly fills?: readonly FieldFill[];
  readonly isDrawn?: boolean;
  /** Null for a signature without time-stamp. */
  readonly stampedAt?: Date | null;
  /** A token to put into it, whatever it is over. */
  readonly token?: Uint8Array;
}

/** The file with one more signature, made by the product's own layers. */
export async function sign(bytes: Uint8Array, world: World, options: SignOptions): Promise<Uint8Array> {
  const { field, by, certifies, fills, isDrawn, stampedAt = NOON, token } = options;
  const plan = { fieldName: field, at: NOON, signerName: "Ada Lovelace", certifies, fills, seed: SEED };
  const prepared = prepareSignature(openBytes(bytes), { ...plan, ...(isDrawn ? { draw: line } : {}) });
  return completed(bytes, world, prepared, by, stampedAt, token);
}

async function completed(
  bytes: Uint8Array,
  world: World,
  prepared: PreparedSignature,
  by: Authority,
  stampedAt: Date | null,
  given?: Uint8Array,
): Promise<Uint8Array> {
  const { digest } = digestPrepared(sourceOf(bytes), prepared);
  const certificate = parseCertificate(by.certificateDer);
  const attributes = signedAttributes({ messageDigest: digest, certificate });
  const cms = assembleCms({
    signedAttributes: attributes,
    signature: await by.key.sign(attributes),
    algorithm: by.key.algorithm,
    certificate,
    chain: [world.issuing.certificateDer],
  });
  const own = () => stampedAt && tokenOver(sha256(signatureValueOf(cms)), world.tsa, world, stampedAt);
  const token = given ?? (await own());
  const contents = token ? addSignatureTimestamp(cms, token) : cms;
  return concatBytes([bytes, completeSignature(prepared, contents)]);
}

/** As `sign` with a certification of another level, which the product itself never makes. */
export async function signWithLevel(
  bytes: Uint8Array,
  world: World,
  { field, by, level }: { readonly field: string; readonly by: Authority; readonly level: 1 | 3 },
): Promise<Uint8Array> {
  const plan = { fieldName: field, at: NOON, signerName: "Ada", certifies: true, seed: SEED };
  const prepared = prepareSignature(openBytes(bytes), plan);
  const tail = replaceText(prepared.tail, "/P 2\n", `/P ${level}\n`);
  return completed(bytes, world, { ...prepared, tail }, by, NOON);
}

export const fillsOf = (signer: number): FieldFill[] => [
  { name: `Signer${signer}_name`, text: "Ada Lovelace", draw: line },
  { name: `Signer${signer}_agrees`, isChecked: true },
];

/** The file with certificates and the status of each, as of `when`. */
export async function addStatus(
  bytes: Uint8Array,
  world: World,
  leaves: readonly Authority[],
  when = at(1_000),
): Promise<Uint8Array> {
  const responses = leaves.map((leaf) => ocspOf(leaf, world.issuing, world.responder, when));
  const data = {
    certificates: [...leaves, world.issuing, world.tsa, world.responder].map((one) => one.certificateDer),
    ocspResponses: await Promise.all(responses),
    crls: [await crlOf(world.root, when)],
  };
  const tail = addValidationData(openBytes(bytes), data, SEED);
  return tail ? concatBytes([bytes, tail]) : bytes;
}

/** The file with a document time-stamp. */
export async function stamp(bytes: Uint8Array, world: World, when = at(2_000)): Promise<Uint8Array> {
  const prepared = prepareDocumentTimestamp(openBytes(bytes), { seed: SEED });
  const { digest } = digestPrepared(sourceOf(bytes), prepared);
  const token = await tokenOver(digest, world.tsa, world, when);
  return concatBytes([bytes, completeSignature(prepared, token)]);
}

export interface Signers {
  readonly seal: Authority;
  readonly first: Authority;
  readonly second: Authority;
}

/** Certified, signed by two with their fields filled, sealed, with validation data and a time-stamp: B-LTA. */
export async function sealedDocument(world: World, { seal, first, second }: Signers): Promise<Uint8Array> {
  let bytes = await sign(prepared(), world, { field: "Certification", by: seal, certifies: true });
  bytes = await sign(bytes, world, { field: "Signer1", by: first, fills: fillsOf(1), isDrawn: true });
  bytes = await sign(bytes, world, { field: "Signer2", by: second, fills: fillsOf(2), isDrawn: true });
  bytes = await sign(bytes, world, { field: "Seal", by: seal });
  bytes = await addStatus(bytes, world, [seal, first, second]);
  return stamp(bytes, world);
}

/** The file with an update that is well-formed, whatever it does. */
export function altered(bytes: Uint8Array, change: (update: Update) => void): Uint8Array {
  const update = new Update(openBytes(bytes), SEED);
  change(update);
  return concatBytes([bytes, update.write().tail]);
}

/** What an attack needs to find its way: pages and fields by name, as references. */
export function placesIn(bytes: Uint8Array) {
  const file = openBytes(bytes);
  const fields = new Map([...fieldsOf(file)].map((field) => [field.name, field.ref!]));
  return {
    file,
    page: (index: number): PdfRef => [...pagesOf(file)][index]!.ref!,
    field: (name: string): PdfRef => fields.get(name)!,
    form: file.catalog.get("AcroForm") as PdfRef,
    catalog: file.catalogRef,
    contentOf: (index: number): PdfRef => {
      const content = [...pagesOf(file)][index]!.dict.get("Contents");
      return (content instanceof PdfRef ? content : file.array(content)[0]) as PdfRef;
    },
  };
}

export const replaceText = (bytes: Uint8Array, old: string | RegExp, next: string): Uint8Array =>
  fromLatin1(toLatin1(bytes).replace(old, next));

export interface CheckOptions {
  readonly now?: Date;
  readonly anchors?: readonly Uint8Array[];
}

/** What the product says of a file, a day later, believing the world's root. */
export function checked(bytes: Uint8Array, world: World, options: CheckOptions = {}): ValidationReport {
  const { now = at(DAY_MS), anchors = [world.root.certificateDer] } = options;
  return validateDocument(sourceOf(bytes), { anchors: anchors.map(trustAnchorOf), now, name: null });
}

/** Codes of the changes that are not allowed, faults and findings, in short. */
export function faultsIn(report: ValidationReport): string[] {
  const changes = report.revisions
    .flatMap((one) => one.changes)
    .filter(({ verdict }) => verdict !== "allowed");
  const errors = [...report.findings, ...report.signatures.flatMap(({ findings }) => findings)];
  const codes = [...changes, ...errors.filter(({ severity }) => severity === "error")].map(
    ({ code }) => code,
  );
  return [...new Set(codes)];
}
