/**
 * Who makes a signer's signature. `here`: this installation, with a certificate for the person and the envelope.
 * `advanced`, `qualified`: a provider with a credential of the person's own (Regulation (EU) 910/2014 art. 26, art. 3(12)).
 */
export const SIGNATURE_KINDS = ["here", "advanced", "qualified"] as const;
export type SignatureKind = (typeof SIGNATURE_KINDS)[number];
export type ProviderKind = Exclude<SignatureKind, "here">;
export const PROVIDER_KINDS = ["advanced", "qualified"] as const satisfies readonly ProviderKind[];

export interface KnownProvider {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
}

/** What an organization's senders may ask for. */
export interface SignatureChoice {
  readonly allowed: readonly SignatureKind[];
  readonly providers: readonly KnownProvider[];
}

/** What a draft asks for. */
export interface SignatureDemand {
  readonly signatureKind?: SignatureKind;
  /** Empty: the one provider there is of that kind. */
  readonly signatureProviderId?: string;
}

/** Who would sign; null where nobody is set up, or several are and none was named. */
export function providerFor(
  { signatureKind = "here", signatureProviderId = "" }: SignatureDemand,
  providers: readonly KnownProvider[],
): KnownProvider | null {
  const fit = providers.filter(({ kind }) => kind === signatureKind);
  if (signatureProviderId !== "") return fit.find(({ id }) => id === signatureProviderId) ?? null;
  return fit.length === 1 ? fit[0]! : null;
}

/** What a new draft begins with: where nothing may be signed here, what may. */
export function usualDemand({ allowed, providers }: SignatureChoice): Required<SignatureDemand> {
  const signatureKind = allowed.includes("here") ? "here" : (allowed[0] ?? "here");
  return { signatureKind, signatureProviderId: providerFor({ signatureKind }, providers)?.id ?? "" };
}

export type SignatureBlocker =
  /** The organization does not let anybody ask for it. */
  | { readonly code: "signature-kind-off" }
  /** No provider of this kind is set up, or the one that was named is gone. */
  | { readonly code: "provider-missing" }
  /** What one signs, the next one's hash is made of: nobody signs at the same time. */
  | { readonly code: "provider-turn-shared"; readonly recipientId: string }
  /** They are sent to the provider in their own browser. */
  | { readonly code: "provider-in-person"; readonly recipientId: string }
  /** The certificate of a provider ends: when it was used must be proven by another. */
  | { readonly code: "provider-untimed" };

interface SigningPerson {
  readonly id: string;
  readonly turn: number;
  readonly signs: boolean;
  readonly isAlternative: boolean;
  readonly isInPerson: boolean;
}

/** Why what a draft asks for cannot be had. @param people those who are asked for anything, with whose turn it is. */
export function signatureBlockers(
  demand: SignatureDemand & { readonly level: string },
  people: readonly SigningPerson[],
  { allowed, providers }: SignatureChoice,
): SignatureBlocker[] {
  const { signatureKind = "here", level } = demand;
  const blockers: SignatureBlocker[] = allowed.includes(signatureKind)
    ? []
    : [{ code: "signature-kind-off" }];
  if (signatureKind === "here") return blockers;
  if (!providerFor(demand, providers)) blockers.push({ code: "provider-missing" });
  if (level === "B-B") blockers.push({ code: "provider-untimed" });
  const signers = people.filter((person) => person.signs && !person.isAlternative);
  const seen = new Set<number>();
  for (const { id, turn } of signers) {
    if (seen.has(turn)) blockers.push({ code: "provider-turn-shared", recipientId: id });
    seen.add(turn);
  }
  for (const { id, isInPerson } of signers)
    if (isInPerson) blockers.push({ code: "provider-in-person", recipientId: id });
  return blockers;
}
