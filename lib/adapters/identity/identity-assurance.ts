import {
  type IdentityDemands,
  type IdentityProvider,
  identityProviderError,
  type VerifiedIdentity,
} from "#lib/ports/identity-provider.ts";
import type { WebReader } from "#lib/ports/web.ts";
import { type Claims, relyingParty } from "./open-id-connect.ts";

/** Nothing beyond the name is asked for: whoever does not get a date of birth cannot lose one. */
const NAMES = { given_name: null, family_name: null };

/**
 * Somebody who looks at identity documents, or an eID, by OpenID Connect for Identity Assurance 1.0: the name is asked
 * for as a verified claim, with who verified it, how and when. Where only levels are demanded, an eID that says its
 * level by `acr` does (OpenID Connect Core 1.0 §5.5.1.1); a level that was not asked for never does.
 */
export const identityAssurance = (web: WebReader): IdentityProvider =>
  relyingParty(web, {
    method: "identity-document",
    scope: "openid profile",

    requireAble(metadata, { demands }) {
      const { verified_claims_supported, trust_frameworks_supported, claims_parameter_supported } = metadata;
      if (!isByLevelAlone(demands)) {
        if (verified_claims_supported !== true)
          throw identityProviderError("unreadable", "it gives no verified claims");
        if (claims_parameter_supported === false)
          throw identityProviderError("unreadable", "it takes no claims parameter");
      }
      const known = Array.isArray(trust_frameworks_supported) ? trust_frameworks_supported : null;
      const unknown = demands?.trustFrameworks.filter((one) => known && !known.includes(one)) ?? [];
      if (unknown.length > 0) throw identityProviderError("unreadable", `not its frameworks: ${unknown}`);
    },

    parameters({ demands }) {
      const { acrValues = [], trustFrameworks = [] } = demands ?? {};
      const acr = acrValues.length > 0 ? { acr: { essential: true, values: acrValues } } : {};
      const wanted = isByLevelAlone(demands)
        ? { given_name: { essential: true }, family_name: { essential: true } }
        : { verified_claims: verifiedRequest(trustFrameworks) };
      return {
        claims: JSON.stringify({ userinfo: wanted, id_token: { ...acr, ...wanted } }),
        ...(acrValues.length > 0 ? { acr_values: acrValues.join(" ") } : {}),
      };
    },

    isWhole: (claims) => claims.verified_claims !== undefined || typeof claims.family_name === "string",

    read(claims, { demands }) {
      const { acrValues = [], trustFrameworks = [] } = demands ?? {};
      const acr = typeof claims.acr === "string" ? claims.acr : null;
      if (acrValues.length > 0 && (acr === null || !acrValues.includes(acr)))
        throw identityProviderError("not-verified", `the level is ${acr}`);
      const verified = verifiedIn(claims.verified_claims, trustFrameworks);
      if (verified) return { ...verified, assuranceLevel: verified.assuranceLevel ?? acr };
      if (!isByLevelAlone(demands)) throw identityProviderError("not-verified", "no verified claims");
      const [givenName, familyName] = [claims.given_name, claims.family_name];
      if (typeof givenName !== "string" || typeof familyName !== "string")
        throw identityProviderError("not-verified", "no name");
      return {
        ...{ trustFramework: null, assuranceLevel: acr, process: null, evidence: [], verifiedAt: null },
        ...{ givenName, familyName },
      };
    },
  });

/** Levels are demanded and frameworks are not: then the level is the provider's word for how it was verified. */
const isByLevelAlone = (demands: IdentityDemands | null): boolean =>
  demands !== null && demands.acrValues.length > 0 && demands.trustFrameworks.length === 0;

/** OpenID Connect for Identity Assurance 1.0 §6: what is null is asked for with any value. */
const verifiedRequest = (trustFrameworks: readonly string[]) => ({
  verification: {
    trust_framework: trustFrameworks.length > 0 ? { values: trustFrameworks } : null,
    ...{ assurance_level: null, time: null, verification_process: null },
    evidence: [{ type: { value: "document" }, document_details: { type: null } }],
  },
  claims: NAMES,
});

const LONGEST = 200;
const MOST_EVIDENCE = 20;
const textIn = (value: unknown): string | null =>
  typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, LONGEST) : null;
const membersOf = (value: unknown): Claims =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Claims) : {};

/** One object or several (§5.6); the first of a framework that is asked for, with a name in it. */
function verifiedIn(value: unknown, trustFrameworks: readonly string[]): VerifiedIdentity | null {
  for (const one of Array.isArray(value) ? value : [value]) {
    const { verification, claims } = membersOf(one);
    const { trust_framework, assurance_level, time, verification_process, evidence } =
      membersOf(verification);
    const { given_name, family_name } = membersOf(claims);
    // §5.4.1: without a framework nothing is verified.
    const trustFramework = textIn(trust_framework);
    const [givenName, familyName] = [textIn(given_name), textIn(family_name)];
    const isAsked = trustFrameworks.length === 0 || trustFrameworks.includes(trustFramework ?? "");
    if (!trustFramework || !isAsked || !givenName || !familyName) continue;
    return {
      ...{ trustFramework, givenName, familyName },
      ...{ assuranceLevel: textIn(assurance_level), process: textIn(verification_process) },
      ...{ verifiedAt: textIn(time), evidence: evidenceIn(evidence) },
    };
  }
  return null;
}

/** Kinds alone: numbers of documents are nobody's to keep. */
function evidenceIn(value: unknown): string[] {
  const list = Array.isArray(value) ? value.slice(0, MOST_EVIDENCE) : [];
  return list.flatMap((one) => {
    const { type, document_details, document } = membersOf(one);
    const kind = textIn(type);
    const detail = textIn(membersOf(document_details).type) ?? textIn(membersOf(document).type);
    return kind ? [detail ? `${kind}: ${detail}` : kind] : [];
  });
}
