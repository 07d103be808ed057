import type { RemoteCredential } from "./keys.ts";

/** Where a service is and who we are there. */
export interface ServiceAccess {
  readonly url: string;
  readonly oauthUrl: string | null;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What opens something at a service for a while. */
export interface ServiceToken {
  readonly text: string;
  readonly lastsSeconds: number;
}

/** What a person is asked before their credential signs. */
export interface Question {
  readonly id: string;
  /** In the service's own words. */
  readonly label: string;
  /** Numbers only. */
  readonly isNumeric: boolean;
  /** The service says what to answer when it is asked to: on screen, or by mail or phone. Left out where it does not. */
  readonly isChallenge?: boolean;
}

/** A credential of a person, and how they let it sign. */
export interface PersonalCredential extends RemoteCredential {
  /** By the service's own page, by answers they give here, with nothing, or in a way nobody here knows. */
  readonly mode: "page" | "answers" | "nothing" | "unknown";
  readonly questions: readonly Question[];
  /** How the service calls the way it signs; null where it signs in none we know. */
  readonly signOid: string | null;
}

/** Somebody who is sent to a service's page. */
export interface Errand {
  readonly redirectUri: string;
  readonly state: string;
  /** PKCE (RFC 7636). */
  readonly verifier: string;
}

/** What is to be allowed. */
export interface HashesToSign {
  readonly credentialId: string;
  /** Base64 each. */
  readonly hashes: readonly string[];
  readonly hashOid: string;
}

/**
 * A remote signing service that people let sign for them. All of it throws keys/unavailable, keys/throttled,
 * keys/not-permitted, keys/remote-refused and what says that a secret was refused or a credential is locked.
 */
export interface SignatureService {
  /** That it answers, and knows us. */
  check(access: ServiceAccess): Promise<void>;
  /** Our own log-in. */
  logIn(access: ServiceAccess): Promise<ServiceToken>;
  /** Where a person lets us see their credentials, or, with hashes, lets these be signed. */
  pageFor(access: ServiceAccess, errand: Errand, hashes?: HashesToSign): Promise<string>;
  /** What the code stands for that somebody came back with. */
  redeem(access: ServiceAccess, errand: Errand, code: string): Promise<ServiceToken>;
  /** @param userId whose credentials; null for those of whoever logged in. */
  list(access: ServiceAccess, token: string, userId: string | null): Promise<PersonalCredential[]>;
  /** What a person is to answer; null where the service told them another way, by mail or phone. */
  challenge(
    access: ServiceAccess,
    token: string,
    asked: { readonly credentialId: string; readonly questionId: string },
  ): Promise<string | null>;
  /** Allows hashes to be signed; waits a moment for a person who is asked elsewhere. @param answers by the questions' ids. */
  authorize(
    access: ServiceAccess,
    token: string,
    hashes: HashesToSign,
    answers: Readonly<Record<string, string>>,
  ): Promise<ServiceToken>;
}

/** The one thing that only the worker does there. */
export interface PersonalSigning {
  /** Asks once: what allows it is used up, whatever comes of it. @returns a signature for each hash, in their order */
  signHashes(
    access: ServiceAccess,
    token: string,
    sad: string,
    request: HashesToSign & Pick<PersonalCredential, "signOid" | "algorithm">,
  ): Promise<Uint8Array[]>;
}
