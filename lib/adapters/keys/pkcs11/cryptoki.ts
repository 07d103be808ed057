/*
 * The part of PKCS #11 (OASIS PKCS #11 v2.40) that is used here, as `pkcs11js` offers it. Declared by ourselves:
 * that package is optional, and without a compiler it is not there.
 */

/** A session or an object, as the module numbers it. */
export type Handle = Buffer;

export interface Attribute {
  readonly type: number;
  readonly value?: number | boolean | string | Buffer;
}

export interface Mechanism {
  readonly mechanism: number;
  readonly parameter?: {
    readonly type: number;
    readonly hashAlg: number;
    readonly mgf: number;
    readonly saltLen: number;
  };
}

export interface TokenInfo {
  readonly label: string;
  readonly serialNumber: string;
  readonly flags: number;
}

/** A loaded module. Every call throws an Error whose `message` is the name of the CKR_ code. */
export interface Cryptoki {
  load(path: string): void;
  C_Initialize(options?: { flags: number }): void;
  C_GetSlotList(isTokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): TokenInfo;
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_GetSessionInfo(session: Handle): { readonly state: number };
  C_Login(session: Handle, user: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
  C_FindObjects(session: Handle, limit: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(
    session: Handle,
    object: Handle,
    template: readonly Attribute[],
  ): { readonly value: Buffer }[];
  C_CreateObject(session: Handle, template: readonly Attribute[]): Handle;
  C_DestroyObject(session: Handle, object: Handle): void;
  C_GenerateKeyPairAsync(
    session: Handle,
    mechanism: Mechanism,
    publicTemplate: readonly Attribute[],
    privateTemplate: readonly Attribute[],
  ): Promise<{ readonly privateKey: Handle; readonly publicKey: Handle }>;
  C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_SignAsync(session: Handle, input: Buffer, output: Buffer): Promise<Buffer>;
}

export const OS_LOCKING_OK = 0x2;
/** CKF_RW_SESSION | CKF_SERIAL_SESSION */
export const READ_WRITE_SESSION = 0x6;
export const USER = 1;
/** CKS_RO_USER_FUNCTIONS and CKS_RW_USER_FUNCTIONS */
export const LOGGED_IN_STATES = [1, 3];

export const TOKEN_FLAG = { pinCountLow: 0x10000, pinFinalTry: 0x20000, pinLocked: 0x40000 } as const;

export const CLASS = { publicKey: 2, privateKey: 3 } as const;
export const KEY_TYPE = { rsa: 0, ec: 3 } as const;

export const ATTRIBUTE = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  decrypt: 0x105,
  unwrap: 0x107,
  sign: 0x108,
  verify: 0x10a,
  modulus: 0x120,
  modulusBits: 0x121,
  publicExponent: 0x122,
  value: 0x11,
  privateExponent: 0x123,
  prime1: 0x124,
  prime2: 0x125,
  exponent1: 0x126,
  exponent2: 0x127,
  coefficient: 0x128,
  extractable: 0x162,
  local: 0x163,
  neverExtractable: 0x164,
  alwaysSensitive: 0x165,
  ecParameters: 0x180,
  ecPoint: 0x181,
} as const;

/** CKM_SHA256, CKG_MGF1_SHA256 and a salt as long as that hash; `type` is what pkcs11js calls such parameters. */
export const PSS_SHA256 = { type: 5, hashAlg: 0x250, mgf: 0x2, saltLen: 32 } as const;

export const MECHANISM = {
  rsaKeyPair: 0x0,
  rsaPkcs: 0x1,
  rsaPss: 0xd,
  ecKeyPair: 0x1040,
  ecdsa: 0x1041,
} as const;
