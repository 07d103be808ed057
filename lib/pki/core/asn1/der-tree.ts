import { context, lengthOctets, putHeader, TAG } from "#lib/pki/core/asn1/der.ts";

/**
 * A DER value that is not written yet: what stands in it is copied once, however deep it lies, where `tlv` copies it
 * once for each level. For what is written thousands of times a second.
 */
export interface DerTree {
  readonly tag: number;
  readonly parts: readonly (DerTree | Uint8Array)[];
  /** Octets of the contents, and of all. */
  readonly contentSize: number;
  readonly length: number;
}

/** @param tag one identifier octet. @param parts contents in their order: DER values, octets, or trees. */
export function treeOf(tag: number, ...parts: readonly (DerTree | Uint8Array)[]): DerTree {
  let contentSize = 0;
  for (const part of parts) contentSize += part.length;
  return { tag, parts, contentSize, length: 2 + lengthOctets(contentSize) + contentSize };
}

export const sequenceTree = (...parts: readonly (DerTree | Uint8Array)[]): DerTree =>
  treeOf(TAG.sequence, ...parts);
export const taggedTree = (number: number, ...parts: readonly (DerTree | Uint8Array)[]): DerTree =>
  treeOf(context(number), ...parts);

/** The value's DER: the same that `tlv` gives of the same parts. */
export function writeTree(tree: DerTree): Uint8Array {
  const written = new Uint8Array(tree.length);
  put(tree, written, 0);
  return written;
}

function put({ tag, parts, contentSize }: DerTree, into: Uint8Array, at: number): number {
  let position = putHeader(into, at, tag, contentSize);
  for (const part of parts)
    position = part instanceof Uint8Array ? copy(part, into, position) : put(part, into, position);
  return position;
}

/** A few octets are copied sooner one by one. */
const FEW = 24;

function copy(part: Uint8Array, into: Uint8Array, at: number): number {
  if (part.length > FEW) into.set(part, at);
  else for (let index = 0; index < part.length; index++) into[at + index] = part[index]!;
  return at + part.length;
}
