/** Size of what others had signed before it came here; 0 when nobody had, or their signatures are drawings now. */
export function uploadedBytes(
  { id, keepsSignatures }: { readonly id: string; readonly keepsSignatures: boolean },
  revisions: readonly {
    readonly documentId: string;
    readonly number: number;
    readonly sizeBytes: number;
  }[],
): number {
  const original = revisions.find(({ documentId, number }) => documentId === id && number === 0);
  return keepsSignatures ? original!.sizeBytes : 0;
}
