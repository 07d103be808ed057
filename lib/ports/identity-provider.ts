import { defineErrors } from "#lib/errors.ts";

/** How an organization is known at a provider. */
export interface ProviderSettings {
  /** Its address, by which it calls itself: `https://login.example.com/realms/staff`. */
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a client without one. */
  readonly clientSecret: string | null;
  /** Null where its word is enough. */
  readonly demands: IdentityDemands | null;
}

/** How sure a provider has to be of somebody. */
export interface IdentityDemands {
  /** One of them has to stand in the answer's `acr`; empty where any will do (OpenID Connect Core 1.0 §5.5.1.1). */
  readonly acrValues: readonly string[];
  /** Whose rules it was checked by, one of them; empty where any will do. */
  readonly trustFrameworks: readonly string[];
}

/** What was looked at to know who somebody is (OpenID Connect for Identity Assurance 1.0 §5). */
export interface VerifiedIdentity {
  /** `eidas`, `de_aml`, `uk_diatf`; null for an eID that says its level by `acr` alone. */
  readonly trustFramework: string | null;
  readonly assuranceLevel: string | null;
  /** The provider's own reference to the check. */
  readonly process: string | null;
  /** Kinds of what was looked at: `document`, `document: idcard`, `electronic_record`. */
  readonly evidence: readonly string[];
  /** As the provider says it, RFC 3339. */
  readonly verifiedAt: string | null;
  readonly givenName: string;
  readonly familyName: string;
}

/** The ways of knowing somebody that are a provider's. */
export type IdentityMethod = "sso" | "identity-document";

/** What only whoever began knows; kept until they come back. */
export interface IdentityAttempt {
  readonly state: string;
  readonly nonce: string;
  /** PKCE code verifier (RFC 7636 §4.1). */
  readonly verifier: string;
}

/** What a provider says of who somebody is. */
export interface ProvenIdentity {
  readonly issuer: string;
  /** By which the provider tells people apart; never given to another (OpenID Connect Core 1.0 §2, sub). */
  readonly subject: string;
  readonly email: string | null;
  /** Null where the provider does not say. */
  readonly isEmailVerified: boolean | null;
  readonly name: string | null;
  /** Null where somebody signed on to an account, and nothing else was looked at. */
  readonly verified: VerifiedIdentity | null;
  /** How the provider itself knew them: `acr`, `amr`, `auth_time`. */
  readonly context: Readonly<Record<string, string | number | readonly string[]>>;
  /** Of the token as it was received, lower-case hex. */
  readonly tokenSha256: string;
}

/**
 * Somebody else who says who a person is: the person is sent there and comes back with an answer. An organization's
 * sign-on is one; a service that looks at identity documents, asks what only they know, or reads an eID is another.
 */
export interface IdentityProvider {
  /** What the audit trail and the certificate call it. */
  readonly method: IdentityMethod;
  /** Whether it answers and knows us; what it has to say to whoever sets it up. @throws identity-provider/… */
  check(settings: ProviderSettings, redirectUri: string): Promise<{ readonly issuer: string }>;
  /** Where to send the person. @throws identity-provider/unavailable, unreadable */
  begin(
    settings: ProviderSettings,
    input: {
      readonly redirectUri: string;
      readonly attempt: IdentityAttempt;
      /** The address they are expected with. */
      readonly email: string;
    },
  ): Promise<string>;
  /**
   * Checks what they came back with.
   *
   * @param input.callback the whole address they came back to. @throws identity-provider/unavailable, refused,
   * not-verified, clock
   */
  complete(
    settings: ProviderSettings,
    input: {
      readonly redirectUri: string;
      readonly attempt: IdentityAttempt;
      readonly callback: string;
      readonly at: Date;
    },
  ): Promise<ProvenIdentity>;
}

export const identityProviderError = defineErrors("identity-provider", {
  unavailable: "unavailable",
  /** What it says of itself is not what the standard asks for, or is of another issuer. */
  unreadable: "invalid",
  /** It does not know us, or not by this secret. */
  "client-refused": "forbidden",
  /** It did not let the person in, or its answer does not hold. */
  refused: "forbidden",
  /** Who it is was not checked as it was asked for. */
  "not-verified": "forbidden",
  /** Its clock and ours differ by more than a minute. */
  clock: "unavailable",
});
