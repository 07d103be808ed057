import { calledBy } from "#components/envelopes/people.ts";
import type { DraftRecipient } from "#lib/envelopes/core/draft.ts";
import type { FieldHint } from "#lib/envelopes/core/hints/hint.ts";

/** What a tag did not match, where, and what is made of it instead. */
export interface TagReport {
  readonly id: string;
  readonly text: string;
  /** From 0; null where it stands nowhere. */
  readonly page: number | null;
  readonly document: string;
  readonly why:
    | { readonly kind: "unknown" }
    /** Words of the organization that every document was to hold. */
    | { readonly kind: "absent" }
    /** It names somebody who is not there. */
    | {
        readonly kind: "nobody";
        readonly signer: string;
        readonly assumed: string;
        readonly isTaken: boolean;
      }
    | { readonly kind: "left"; readonly pieces: readonly string[] };
}

export interface FoundTag {
  readonly id: string;
  readonly text: string;
  readonly page: number | null;
  readonly document: string;
  /** Null where the tag is not understood, or is not there. */
  readonly hint: FieldHint | null;
}

/** @param assumed who got fields whose tags name nobody, by the tag's id. @param person who would get them now. */
export function reportsOf(
  { id, text, page, document, hint }: FoundTag,
  signers: readonly DraftRecipient[],
  assumed: ReadonlyMap<string, string>,
  person: DraftRecipient | null,
): TagReport[] {
  const about = { text, page, document };
  if (!hint) return [{ id, ...about, why: { kind: page === null ? "absent" : "unknown" } }];
  const taken = assumed.get(id);
  const isNobodys = taken !== undefined || (hint.signer !== null && !signerOf(hint, signers));
  const who = taken ?? (person ? calledBy(person) : "");
  return [
    ...(isNobodys
      ? [
          {
            id: `${id} nobody`,
            ...about,
            why: {
              kind: "nobody" as const,
              signer: hint.signer ?? "",
              assumed: who,
              isTaken: taken !== undefined,
            },
          },
        ]
      : []),
    ...(hint.left ? [{ id: `${id} left`, ...about, why: { kind: "left" as const, pieces: hint.left } }] : []),
  ];
}

/** By number, or by what the role or person is called. */
export function signerOf(
  { signer }: Pick<FieldHint, "signer">,
  signers: readonly DraftRecipient[],
): DraftRecipient | undefined {
  if (signer === null) return undefined;
  const wanted = signer.toLowerCase();
  const named = signers.find(
    ({ name, roleName, email }) =>
      name.toLowerCase() === wanted || roleName?.toLowerCase() === wanted || email === wanted,
  );
  return named ?? signers[Number(signer) - 1];
}
