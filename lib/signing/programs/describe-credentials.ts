import { requireProgram } from "#lib/authorize.ts";
import { toBase64 } from "#lib/bytes.ts";
import { type Context, inTransaction, type Visitor } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { certificatesAbove } from "#lib/pki/published.ts";
import { CURVE_OIDS, SIGN_OIDS } from "#lib/ports/csc-names.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { cscError, MULTISIGN } from "../core/program-signing.ts";
import { isUsable } from "./offered-key.ts";
import { bodyOf, type Certificates, CHALLENGE_ID, certificatesIn, keyIdIn } from "./program-request.ts";
import { type KeyRow, listProgramKeys, loadKeys, loadProgram, type ProgramRow } from "./store.ts";
import { offersTimestamps } from "./timestamp-hash.ts";

/** What this installation says of itself (CSC API 2.0 §11.1). @throws csc/off */
export function describeService({ runtime }: Pick<Visitor, "runtime">): object {
  const { baseUrl, cscServer } = runtime.config;
  if (!cscServer) throw cscError("off", "CSC_SERVER is not true");
  return {
    ...{ specs: "2.0.0.2", name: `Whereof at ${new URL(baseUrl).host}`, logo: `${baseUrl}/icon.svg` },
    // ISO 3166-1 keeps ZZ free: where an installation stands is not ours to say.
    ...{ region: "ZZ", lang: "en-US" },
    description:
      "Keys of organizations, for programs that they let in. This is not a qualified trust service.",
    ...{ authType: ["oauth2client", "oauth2code"], oauth2: `${baseUrl}/csc/v2` },
    asynchronousOperationMode: true,
    methods: [
      ...["oauth2/authorize", "oauth2/token", "oauth2/revoke"],
      ...["credentials/list", "credentials/info", "credentials/authorize"],
      ...["credentials/authorizeCheck", "credentials/getChallenge", "credentials/extendTransaction"],
      ...["signatures/signHash", "signatures/signPolling"],
      ...(offersTimestamps(runtime) ? ["signatures/timestamp"] : []),
    ],
    signAlgorithms: { algos: [...new Set(Object.values(SIGN_OIDS).flat())] },
    signature_formats: { formats: [], envelope_properties: [] },
    conformance_levels: [],
  };
}

/** The credentials that are open to the program, with more of them where it wants it (§11.4). */
export async function listCredentials(ctx: Context, request: unknown): Promise<object> {
  const { programId } = requireProgram(ctx);
  const body = bodyOf(request);
  if (body.userID !== undefined) throw cscError("malformed", "userID parameter MUST be null");
  const certificates = certificatesIn(body);
  const { rows, program } = await openedRows(ctx, programId);
  const found = body.onlyValid === true ? rows.filter((row) => isUsable(row, ctx.now())) : rows;
  const described = found.map(async (row) => ({
    credentialID: publicId("key", row.key.id),
    ...(await credentialOf(ctx, row, program, certificates)),
  }));
  return {
    credentialIDs: found.map(({ key }) => publicId("key", key.id)),
    ...(body.credentialInfo === true && { credentialInfos: await Promise.all(described) }),
    ...(body.onlyValid === true && { onlyValid: true }),
  };
}

/** One credential (§11.5). @throws csc/malformed, credential-unknown */
export async function describeCredential(ctx: Context, request: unknown): Promise<object> {
  const { programId } = requireProgram(ctx);
  const body = bodyOf(request);
  const [keyId, certificates] = [keyIdIn(body), certificatesIn(body)];
  const { rows, program } = await openedRows(ctx, programId);
  const row = rows.find(({ key }) => key.id === keyId);
  if (!row) throw cscError("credential-unknown", `key ${keyId} is not open to ${program.id}`);
  return credentialOf(ctx, row, program, certificates);
}

async function openedRows(
  ctx: Context,
  programId: string,
): Promise<{ readonly rows: readonly KeyRow[]; readonly program: ProgramRow }> {
  return inTransaction(ctx, async (ctx) => {
    const program = await loadProgram(ctx, programId);
    const opened = (await listProgramKeys(ctx, [programId])).map(({ keyId }) => keyId);
    return { program: program!, rows: (await loadKeys(ctx)).filter(({ key }) => opened.includes(key.id)) };
  });
}

async function credentialOf(ctx: Context, row: KeyRow, program: ProgramRow, wanted: Certificates) {
  const { key, certificate } = row;
  const parsed = parseCertificate(certificate.der);
  const algorithm = key.algorithm as KeyAlgorithm;
  const above = wanted === "chain" ? await certificatesAbove(ctx.runtime, certificate) : [];
  const curve = CURVE_OIDS[algorithm];
  const objects = [
    ...(program.pinHash === null ? [] : [{ type: "Password", id: "PIN", format: "A", label: "PIN" }]),
    ...(program.challengeKey === null ? [] : [CHALLENGE]),
  ];
  return {
    description: `Seal key of ${parsed.subject.text}`.slice(0, 255),
    key: {
      status: isUsable(row, ctx.now()) && !program.isLocked ? "enabled" : "disabled",
      algo: SIGN_OIDS[algorithm],
      len: parsed.key.sizeBits,
      ...(curve && { curve }),
    },
    cert: {
      status: statusOf(row, ctx.now()),
      ...(wanted !== "none" && { certificates: [certificate.der, ...above].map(toBase64) }),
      ...{ issuerDN: parsed.issuer.text, serialNumber: parsed.serialHex, subjectDN: parsed.subject.text },
      ...{ validFrom: generalized(parsed.notBefore), validTo: generalized(parsed.notAfter) },
    },
    auth:
      program.redirectUri !== null
        ? { mode: "oauth2code" }
        : {
            mode: "explicit",
            ...(objects.length > 0 && { expression: objects.map(({ id }) => id).join(" AND ") }),
            objects,
          },
    ...{ SCAL: "2", multisign: MULTISIGN, lang: "en-US" },
  };
}

const CHALLENGE = {
  ...{ type: "ChallengeResponse", id: CHALLENGE_ID, format: "A", label: "Signature over the challenge" },
  description: "Base64 of the signature with the key the program was let in with",
};

function statusOf({ key, certificate, revokedAt }: KeyRow, now: Date): string {
  if (revokedAt || key.blockedAt) return "revoked";
  return certificate.notAfter <= now ? "expired" : "valid";
}

/** `YYYYMMDDHHmmssZ`. */
const generalized = (at: Date): string => `${at.toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
