import { createPublicKey } from "node:crypto";
import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { fromBase64, fromUtf8, sha256, toBase64, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { policyOf } from "#lib/envelopes/authentication/policy.ts";
import { openUntil } from "#lib/envelopes/core/answer-time.ts";
import { attests } from "#lib/envelopes/core/roles.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { uuidV7 } from "#lib/ids.ts";
import { checksOf } from "../checks/current-step.ts";
import { requireTurn } from "../core/finish.ts";
import { initialsOf } from "../core/initials.ts";
import { KIT_LABEL, type KitManifest, type OfflineBlocks } from "../core/offline-acts.ts";
import { kitExpiry, mayAskMore, offlineBlocks } from "../core/offline-blocks.ts";
import { signingError } from "../errors.ts";
import { type MarkChoice, previewMark } from "../preview-mark.ts";
import { ceremonyOf, loadCeremony } from "../store.ts";
import { saveKit } from "./store.ts";

const sha256Text = z.string().regex(/^[0-9a-f]{64}$/);
const MOST_FILES = 410;

const Input = z.object({
  /** Of the device: P-256 as SubjectPublicKeyInfo, DER, base64. */
  publicKey: z.string().max(200),
  /** SHA-256 of the path of everything the device was given → of its bytes, lower-case hex. */
  files: z.record(sha256Text, sha256Text).refine((files) => Object.keys(files).length <= MOST_FILES),
});

/** What a device needs beside the page and its pictures. */
export interface Kit {
  readonly id: string;
  /** What the device's first event names as the one before it. */
  readonly start: string;
  /** JSON of a `KitManifest`, exactly as it was signed. */
  readonly manifest: string;
  /** Of label and manifest: ECDSA with P-256 and SHA-256 as r ‖ s, base64. */
  readonly signature: string;
  /** By which key, SubjectPublicKeyInfo in DER, base64. */
  readonly signedBy: string;
  readonly expiresAt: string;
  /** By the server's clock, so that the device knows its own. */
  readonly serverAt: string;
  readonly blocks: OfflineBlocks;
  /** How the person's own name and initials look as a signature: nobody draws others without the server. */
  readonly marks: { readonly [text: string]: readonly MarkChoice[] };
}

const KITS = { tries: 30, windowSeconds: 3600 };

/**
 * Lets a device go on without a network: registers its key, and says what may be done. The first opening is always
 * online, so who the person is was shown before.
 *
 * @throws signing/offline-key-wrong, offline-not-kept, and what requireTurn throws
 */
export async function issueKit(ctx: Context, input: z.input<typeof Input>): Promise<Kit> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { publicKey: given, files } = Input.parse(input);
  const publicKey = requireDeviceKey(given);
  if (ctx.actor.kind === "recipient" && ctx.actor.inPerson)
    throw signingError("offline-not-kept", "nothing is left on a shared device");
  await limitRate(ctx.runtime, `offline-kit:${recipientId}`, KITS);
  const issuedAt = ctx.now();
  const id = uuidV7(issuedAt.getTime(), ctx.runtime.random(10));

  const name = await inTransaction(ctx, async (ctx) => {
    const ceremony = ceremonyOf(await loadCeremony(ctx, envelopeId, false), recipientId);
    requireTurn(ceremony);
    return ceremony.recipient.name;
  });
  const texts = [...new Set([name.trim(), initialsOf(name)])].filter((text) => text !== "");
  const marks: Record<string, readonly MarkChoice[]> = {};
  for (const text of texts) marks[text] = await previewMark(ctx, { text });
  const signer = await ctx.runtime.kitSigner();

  const made = await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    requireTurn(ceremony);
    const { recipient, fields } = ceremony;
    const { rules } = await policyOf(ctx, envelopeId);
    const blocks = offlineBlocks({
      ...{ fields, mayBeRaised: mayAskMore(rules, recipient.role, checksOf(recipient)) },
      attests: attests(recipient.role),
      signsElsewhere: loaded.envelope.signatureKind !== "here",
      mode: loaded.envelope.consentMode,
      hasConsented: recipient.consentedAt !== null,
    });
    const documents = ceremony.documents.map(({ id, revisions }) => {
      const { number, sha256 } = revisions.at(-1)!;
      return { documentId: id, revision: number, sha256 };
    });
    const expiresAt = kitExpiry(issuedAt, openUntil(recipient.dueAt, loaded.envelope.expiresAt));
    const content: KitManifest = {
      ...{ version: 1, kit: id, recipient: recipientId, documents, publicKey: toBase64(publicKey) },
      ...{ expiresAt: expiresAt.toISOString(), blocks, files },
      marksSha256: toHex(sha256(fromUtf8(JSON.stringify(marks)))),
    };
    const manifest = canonicalJson(content as never);
    const signed = fromUtf8(KIT_LABEL + manifest);
    const start = toHex(sha256(signed));
    const signature = signer.sign(signed);
    const { organizationId } = ctx;
    await saveKit(ctx, {
      ...{ organizationId, id, envelopeId, recipientId, publicKey, start, documents, issuedAt, expiresAt },
    });
    await appendEvent(ctx, {
      type: "offline-kit.issued",
      envelopeId,
      data: {
        ...{ recipient: recipientId, kit: id, documents, publicKey: toBase64(publicKey), start },
        ...{ signature, signedBy: signer.publicKey },
        until: expiresAt.toISOString(),
      },
    });
    return { start, manifest, signature, expiresAt, blocks };
  });
  return {
    ...{ id, start: made.start, blocks: made.blocks, marks },
    ...{ manifest: made.manifest, signature: made.signature, signedBy: signer.publicKey },
    ...{ expiresAt: made.expiresAt.toISOString(), serverAt: ctx.now().toISOString() },
  };
}

/** @throws signing/offline-key-wrong for all but a point on P-256 */
function requireDeviceKey(given: string): Uint8Array {
  const spki = fromBase64(given);
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    if (key.asymmetricKeyDetails?.namedCurve === "prime256v1")
      return new Uint8Array(key.export({ format: "der", type: "spki" }));
  } catch (error) {
    throw signingError("offline-key-wrong", "not a key", { cause: error });
  }
  throw signingError("offline-key-wrong", "another kind of key");
}
