import { OID } from "#lib/pki/core/asn1/oids.ts";
import { type Certificate, isValidAt } from "#lib/pki/core/certificates/certificate.ts";
import type { NameConstraints } from "#lib/pki/core/certificates/read-extensions.ts";
import { brokenConstraint } from "#lib/pki/core/validation/name-constraints.ts";

/** What keeps a chain of good signatures from being a valid path. */
export interface ChainProblem {
  readonly kind: "validity" | "constraints";
  readonly certificate: Certificate;
  readonly message: string;
}

/** The variables of RFC 5280 §6.1.2, from the anchor towards the certificate. */
interface State {
  /** Authorities that may still follow. */
  authoritiesLeft: number;
  constraints: NameConstraints[];
  /** Null stands for any policy. */
  policies: ReadonlySet<string> | null;
  /** Certificates until the counters reach zero. */
  untilExplicitPolicy: number;
  untilAnyPolicyInhibited: number;
  hasMappings: boolean;
}

/**
 * Checks all of RFC 5280 §6.1 that is not a signature or a status. Policy mappings are not followed: where a
 * policy is required, a path with mappings is refused.
 *
 * @param path the certificate first, the one the anchor signed last. @param at when all must be valid.
 */
export function chainProblem(path: readonly Certificate[], at: Date): ChainProblem | null {
  const state: State = {
    authoritiesLeft: Number.POSITIVE_INFINITY,
    constraints: [],
    policies: null,
    untilExplicitPolicy: Number.POSITIVE_INFINITY,
    untilAnyPolicyInhibited: Number.POSITIVE_INFINITY,
    hasMappings: false,
  };
  for (const [index, certificate] of path.toReversed().entries()) {
    const isLast = index === path.length - 1;
    if (!isValidAt(certificate, at)) {
      return {
        kind: "validity",
        certificate,
        message: `${certificate.subject.text} is not valid at ${at.toISOString()}`,
      };
    }
    const message = problemIn(state, certificate, isLast);
    if (message)
      return { kind: "constraints", certificate, message: `${certificate.subject.text}: ${message}` };
    if (!isLast) prepareNext(state, certificate);
  }
  return null;
}

function problemIn(state: State, certificate: Certificate, isLast: boolean): string | null {
  const [unknown] = certificate.unknownCriticalExtensions;
  if (unknown) return `critical extension ${unknown} is not understood`;
  if (isLast || !certificate.isSelfIssued) {
    const broken = state.constraints
      .map((one) => brokenConstraint(certificate, one))
      .find((one) => one !== null);
    if (broken) return broken;
  }
  return policyProblem(state, certificate, isLast) ?? (isLast ? null : authorityProblem(state, certificate));
}

function policyProblem(state: State, certificate: Certificate, isLast: boolean): string | null {
  const isAnyAllowed = state.untilAnyPolicyInhibited > 0 || (!isLast && certificate.isSelfIssued);
  const own = certificate.policies.filter((policy) => policy !== OID.anyPolicy);
  const isAny = isAnyAllowed && certificate.policies.includes(OID.anyPolicy);
  const before = state.policies;
  if (!isAny) state.policies = new Set(own.filter((policy) => before === null || before.has(policy)));
  state.hasMappings ||= certificate.hasPolicyMappings;
  const isRequired =
    state.untilExplicitPolicy <= (isLast ? 1 : 0) ||
    (isLast && certificate.policyConstraints?.requireExplicitPolicy === 0);
  if (!isRequired) return null;
  if (state.hasMappings) return "a policy is required and mappings are not followed";
  return state.policies?.size === 0 ? "no policy holds for the whole path" : null;
}

/** @see RFC 5280 §6.1.4 (k)–(n) */
function authorityProblem(
  state: State,
  { basicConstraints, keyUsage, isSelfIssued }: Certificate,
): string | null {
  if (!basicConstraints?.isAuthority) return "is no authority";
  if (keyUsage && !keyUsage.includes("keyCertSign")) return "may not sign certificates";
  return !isSelfIssued && state.authoritiesLeft <= 0 ? "is one authority too many" : null;
}

/** @see RFC 5280 §6.1.4 (g)–(m) */
function prepareNext(state: State, certificate: Certificate): void {
  const { nameConstraints, basicConstraints, policyConstraints, inhibitAnyPolicy } = certificate;
  if (nameConstraints) state.constraints.push(nameConstraints);
  if (!certificate.isSelfIssued) {
    state.authoritiesLeft -= 1;
    state.untilExplicitPolicy = Math.max(0, state.untilExplicitPolicy - 1);
    state.untilAnyPolicyInhibited = Math.max(0, state.untilAnyPolicyInhibited - 1);
  }
  const lower = (now: number, stated: number | null | undefined) =>
    Math.min(now, stated ?? Number.POSITIVE_INFINITY);
  state.authoritiesLeft = lower(state.authoritiesLeft, basicConstraints?.pathLength);
  state.untilExplicitPolicy = lower(state.untilExplicitPolicy, policyConstraints?.requireExplicitPolicy);
  state.untilAnyPolicyInhibited = lower(state.untilAnyPolicyInhibited, inhibitAnyPolicy);
}
