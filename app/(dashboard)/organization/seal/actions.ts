"use server";

import { refresh } from "next/cache";
import type { SealedConversion, SealedImport } from "#components/keys/seal-for-import.ts";
import { toBase64 } from "#lib/bytes.ts";
import type { Change } from "#lib/pki/core/credentials/convert.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { activateSeal } from "#lib/signing/seals/activate-seal.ts";
import { answerSealRequest, type SealAnswer } from "#lib/signing/seals/answer-seal-request.ts";
import { askRemoteCredentials } from "#lib/signing/seals/ask-remote-credentials.ts";
import { chooseRemoteCredential } from "#lib/signing/seals/choose-remote-credential.ts";
import { dropSeal } from "#lib/signing/seals/drop-seal.ts";
import {
  askExistingKeys,
  chooseExistingKey,
  type EXISTING_PLACES,
} from "#lib/signing/seals/existing-keys.ts";
import type { ImportPlace, SealImport } from "#lib/signing/seals/import-seal.ts";
import {
  convertSealed,
  type ImportKey,
  importSealed,
  newImportKey,
} from "#lib/signing/seals/import-sealed.ts";
import { registerCertificates, unregisterCertificate } from "#lib/signing/seals/register-certificate.ts";
import { repeatSealTest } from "#lib/signing/seals/repeat-seal-test.ts";
import { requestSealKey } from "#lib/signing/seals/request-seal-key.ts";
import { returnToOwnSeal } from "#lib/signing/seals/return-to-own-seal.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

const textIn = (form: FormData, name: string) => String(form.get(name) ?? "");

/** What was chosen as a file, else what was pasted. */
async function bytesIn(form: FormData): Promise<Uint8Array> {
  const file = form.get("file");
  if (file instanceof File && file.size > 0) return new Uint8Array(await file.arrayBuffer());
  return new TextEncoder().encode(textIn(form, "text"));
}

const done = <T>(work: () => Promise<T>): Promise<FormState<T>> =>
  answerForm(async () => {
    const result = await work();
    refresh();
    return result;
  });

export async function requestKey(form: FormData): Promise<FormState<{ id: string }>> {
  return done(async () =>
    requestSealKey(await memberContext(), {
      organization: textIn(form, "organization"),
      commonName: textIn(form, "commonName"),
      unit: textIn(form, "unit"),
      country: textIn(form, "country"),
      algorithm: textIn(form, "algorithm") as KeyAlgorithm,
    }),
  );
}

export async function answerRequest(sealId: string, form: FormData): Promise<FormState<SealAnswer>> {
  return done(async () => {
    const input = { sealId: String(sealId), bytes: await bytesIn(form) };
    return answerSealRequest(await memberContext(), input);
  });
}

/** For one import or conversion, and a few minutes. */
export async function keyForImport(): Promise<FormState<ImportKey>> {
  return answerForm(async () => newImportKey(await memberContext()));
}

export async function importKey(
  sealed: SealedImport,
  { chosen, place }: { readonly chosen: number | null; readonly place: ImportPlace },
): Promise<FormState<SealImport>> {
  return done(async () => importSealed(await memberContext(), { ...sealed, chosen, place }));
}

export async function askExisting(form: FormData): Promise<FormState<true>> {
  return done(async () => {
    const provider = textIn(form, "provider") as (typeof EXISTING_PLACES)[number];
    await askExistingKeys(await memberContext(), { provider, name: textIn(form, "name").trim() || null });
    return true as const;
  });
}

export async function chooseExisting(keyId: string, form: FormData): Promise<FormState<{ id: string }>> {
  return done(async () =>
    chooseExistingKey(await memberContext(), {
      keyId: String(keyId),
      organization: textIn(form, "organization"),
      commonName: textIn(form, "commonName"),
      unit: textIn(form, "unit"),
      country: textIn(form, "country"),
      algorithm: textIn(form, "algorithm") as KeyAlgorithm,
    }),
  );
}

export async function askRemote(): Promise<FormState> {
  return done(async () => {
    await askRemoteCredentials(await memberContext());
    return undefined;
  });
}

export async function chooseRemote(credentialId: string, form: FormData): Promise<FormState<SealAnswer>> {
  return done(async () =>
    chooseRemoteCredential(await memberContext(), {
      credentialId: String(credentialId),
      pin: textIn(form, "pin"),
      totpSecret: textIn(form, "totpSecret"),
    }),
  );
}

export async function convert(
  sealed: SealedConversion,
  to: "pem" | "pfx",
): Promise<FormState<{ fileName: string; base64: string; changes: readonly Change[] }>> {
  return answerForm(async () => {
    const input = { ...sealed, to, chosen: null };
    const { fileName, file, changes } = await convertSealed(await memberContext(), input);
    return { fileName, base64: toBase64(file), changes };
  });
}

export async function register(form: FormData): Promise<FormState<{ added: number }>> {
  return done(async () => {
    const use = textIn(form, "use") === "anchor" ? "anchor" : "chain";
    return registerCertificates(await memberContext(), { use, bytes: await bytesIn(form) });
  });
}

const VERBS = {
  activate: activateSeal,
  drop: dropSeal,
  repeat: repeatSealTest,
} as const;

export async function actOnSeal(verb: keyof typeof VERBS, sealId: string): Promise<FormState> {
  return done(async () => {
    if (!Object.hasOwn(VERBS, verb)) return undefined;
    await VERBS[verb](await memberContext(), { sealId: String(sealId) });
    return undefined;
  });
}

export async function unregister(certificateId: string): Promise<FormState> {
  return done(async () => {
    await unregisterCertificate(await memberContext(), { certificateId: String(certificateId) });
    return undefined;
  });
}

export async function returnToOwn(): Promise<FormState> {
  return done(async () => {
    await returnToOwnSeal(await memberContext());
    return undefined;
  });
}
