import type { PasskeyRequest } from "#lib/signing/checks/passkeys.ts";

/** Whether this browser has passkeys at this address. */
export const hasPasskeys = (): boolean =>
  typeof window.PublicKeyCredential === "function" && navigator.credentials !== undefined;

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const base64Url = (data: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(data)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/**
 * Has the browser make or use a passkey. Written out, since not every browser converts JSON by itself (WebAuthn §5.1.8).
 *
 * @throws what the browser throws when the person gives up or it takes too long
 */
export async function answerOf({ kind, options }: PasskeyRequest) {
  const challenge = bytes(options.challenge);
  if (kind === "register") {
    const {
      user,
      excludeCredentials: _,
      hints: __,
      extensions: ___,
      attestationFormats: ____,
      ...rest
    } = options;
    const publicKey = { ...rest, challenge, user: { ...user, id: bytes(user.id) } };
    const made = await navigator.credentials.create({
      publicKey: publicKey as PublicKeyCredentialCreationOptions,
    });
    const credential = made as PublicKeyCredential;
    const response = credential.response as AuthenticatorAttestationResponse;
    return {
      ...about(credential),
      response: {
        clientDataJSON: base64Url(response.clientDataJSON),
        attestationObject: base64Url(response.attestationObject),
        transports: response.getTransports?.() ?? [],
      },
    };
  }
  const { hints: _, extensions: __, allowCredentials = [], ...rest } = options;
  const allowed = allowCredentials.map((one) => ({ ...one, id: bytes(one.id) }));
  const publicKey = { ...rest, challenge, allowCredentials: allowed } as PublicKeyCredentialRequestOptions;
  const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...about(credential),
    response: {
      clientDataJSON: base64Url(response.clientDataJSON),
      authenticatorData: base64Url(response.authenticatorData),
      signature: base64Url(response.signature),
      userHandle: response.userHandle ? base64Url(response.userHandle) : null,
    },
  };
}

const about = ({ id, rawId, authenticatorAttachment }: PublicKeyCredential) => ({
  ...{ id, rawId: base64Url(rawId), type: "public-key" as const, authenticatorAttachment },
  clientExtensionResults: {},
});
