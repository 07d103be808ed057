import type { ErrorKind } from "#lib/errors.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";

/** Which token, and how it is opened. The PIN crosses to the process that holds the module, and nowhere else. */
export interface TokenAccess {
  /** Path of the vendor's PKCS #11 module. */
  readonly module: string;
  /** Label or serial number of the token. */
  readonly token: string;
  readonly pin: string;
}

/** A key of the token, whatever names it. */
export interface KeyReference {
  readonly id: Uint8Array | null;
  readonly label: string | null;
  readonly token: string | null;
  readonly serial: string | null;
}

export interface TokenKey {
  readonly id: Uint8Array;
  readonly token: string;
  readonly serial: string;
  readonly algorithm: KeyAlgorithm;
  readonly publicKey: Uint8Array;
}

/** A private key of the token, whoever put it there. */
export interface FoundKey {
  readonly id: Uint8Array;
  readonly label: string;
  readonly token: string;
  readonly serial: string;
  readonly publicKey: Uint8Array | null;
  readonly flags: Readonly<Record<"extractable" | "sensitive" | "neverExtractable" | "sign", boolean | null>>;
}

/** What the token is asked: names, inputs and outputs. */
export interface TokenTasks {
  connect(input: TokenAccess): void;
  create(input: { readonly algorithm: KeyAlgorithm; readonly label: string }): TokenKey;
  take(input: {
    readonly pkcs8: Uint8Array;
    readonly algorithm: KeyAlgorithm;
    readonly label: string;
    readonly name: Uint8Array;
  }): TokenKey;
  list(input: Readonly<Record<string, never>>): readonly FoundKey[];
  open(input: KeyReference & { readonly algorithm: KeyAlgorithm | null }): TokenKey;
  sign(input: {
    readonly id: Uint8Array;
    readonly algorithm: KeyAlgorithm;
    readonly digest: Uint8Array;
  }): Uint8Array;
}

export type TaskName = keyof TokenTasks;

export interface TokenRequest {
  readonly number: number;
  readonly task: TaskName;
  readonly input: unknown;
}

/** `lost`: token or module have to be started anew; the same request may then be put again. */
export type TokenReply = { readonly number: number } & (
  | { readonly is: "done"; readonly output: unknown }
  | { readonly is: "lost"; readonly message: string }
  | { readonly is: "refused"; readonly kind: ErrorKind; readonly code: string; readonly message: string }
);
