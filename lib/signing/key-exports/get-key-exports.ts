import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import { CUSTODY_SIDES, type CustodyEntry, type CustodySide, type LineSignature } from "../core/custody.ts";
import {
  approvalProblem,
  type ExportFormat,
  type ExportReason,
  type ExportState,
  exportState,
  isExportable,
  receiptProblem,
  takingProblem,
} from "../core/key-export.ts";
import { loadPlace } from "../sftp-places/store.ts";
import { namesIn } from "./describe-key.ts";
import { readCustody } from "./record-custody.ts";
import { partyOf } from "./sign-line.ts";
import {
  type KeyExportRow,
  loadCustody,
  loadExport,
  loadExports,
  loadLineSignatures,
  loadOrganizationName,
  loadPeople,
  loadSealKeys,
  loadVaultEntry,
} from "./store.ts";

export interface ExportableKey {
  readonly id: string;
  readonly algorithm: string;
  readonly provider: string;
  readonly serial: string;
  readonly notAfter: Date;
  readonly isActive: boolean;
  readonly isExportable: boolean;
}

export interface KeyExportLine {
  readonly id: string;
  readonly state: ExportState;
  readonly reason: ExportReason;
  readonly destination: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly reviewDueAt: Date | null;
}

export interface KeyExportsView {
  readonly isAllowed: boolean;
  readonly keys: readonly ExportableKey[];
  readonly exports: readonly KeyExportLine[];
  /** Who may be named as recipient. */
  readonly recipients: readonly { readonly id: MemberId; readonly name: string }[];
  readonly may: { readonly request: boolean; readonly allow: boolean };
}

/** The organization's keys and what was asked of them. */
export async function listKeyExports(ctx: Context): Promise<KeyExportsView> {
  const member = requirePermission(ctx, "key-export.read");
  return inTransaction(ctx, async (ctx) => {
    const { allowsKeyExport } = await loadOrganizationName(ctx);
    const names = await namesIn(ctx);
    const people = await loadPeople(ctx);
    const keys = await loadSealKeys(ctx);
    const now = ctx.now();
    return {
      isAllowed: allowsKeyExport,
      keys: keys.map(({ key, certificate }) => ({
        ...{ id: key.id, algorithm: key.algorithm, provider: key.provider, isActive: key.isActive },
        ...{ serial: certificate.serial, notAfter: certificate.notAfter },
        isExportable: isExportable(key.provider),
      })),
      exports: (await loadExports(ctx)).map((row) => lineOf(row, names, now)),
      recipients: people
        .filter(({ role, isRemoved }) => !isRemoved && ["owner", "admin", "counsel"].includes(role))
        .map(({ id, name }) => ({ id, name })),
      may: {
        request: hasPermission(member, "key-export.request"),
        allow: hasPermission(member, "key-export.allow"),
      },
    };
  });
}

const lineOf = (row: KeyExportRow, names: (id: string | null) => string, now: Date): KeyExportLine => ({
  ...{ id: row.id, reason: row.reason, destination: row.destination },
  ...{ requestedAt: row.requestedAt, reviewDueAt: row.reviewDueAt },
  state: exportState(row, now),
  requestedBy: names(row.requestedBy),
});

export interface KeyExportView extends KeyExportLine {
  readonly purpose: string;
  readonly format: ExportFormat;
  readonly runbookVersion: number;
  readonly contract: string;
  readonly recipient: string;
  /** Who may see the passphrase, once, on a page of its own. */
  readonly passphraseReaders: readonly string[];
  readonly key: ExportableKey | null;
  readonly approvedByIt: string | null;
  readonly approvedByLegal: string | null;
  readonly refusedBy: string | null;
  readonly refusal: string | null;
  /** Null before it is packed, and for its recipient until they have named it. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly reviewedBy: string | null;
  readonly review: string | null;
  readonly isPassphraseShown: boolean;
  /** Where it is brought to over SFTP, and what the last try was refused with; null when it is downloaded. */
  readonly delivery: { readonly place: string; readonly refusal: string | null } | null;
  readonly custody: readonly CustodyEntry[];
  readonly custodyBrokenAt: number | null;
  readonly signatures: readonly LineSignature[];
  /** Sides of lines that name this member and are not signed yet. */
  readonly toSign: readonly { readonly sequence: number; readonly side: CustodySide }[];
  readonly may: {
    readonly approveIt: boolean;
    readonly approveLegal: boolean;
    readonly refuse: boolean;
    /** On the list of the passphrase. */
    readonly openVault: boolean;
    readonly take: boolean;
    readonly deliver: boolean;
    readonly confirm: boolean;
    readonly handOver: boolean;
    readonly review: boolean;
  };
}

/** One request with its chain of custody. @throws signing/not-found */
export async function getKeyExport(
  ctx: Context,
  input: { readonly exportId: string },
): Promise<KeyExportView> {
  const member = requirePermission(ctx, "key-export.read");
  return inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, input.exportId);
    const names = await namesIn(ctx);
    const now = ctx.now();
    const state = exportState(row, now);
    const named = (id: MemberId | null) => (id ? names(id) : null);
    const custody = readCustody(await loadCustody(ctx, row.id));
    const { memberId } = member;
    // Whoever has to say what arrived is not shown what was sent.
    const isToCompare = row.recipientId === memberId && row.receivedAt === null;
    const hidden = isToCompare ? { sha256: null } : {};
    const signatures = (await loadLineSignatures(ctx, row.id)).map(({ sequence, side, memberName, at }) => ({
      ...{ sequence, side, name: memberName, at },
    }));
    const vault = await loadVaultEntry(ctx, row.id);
    const refusedOrGone = state === "refused" || state === "destroyed" || state === "expired";
    const { keys } = await listKeyExports(ctx);
    const place = row.sftpPlaceId ? await loadPlace(ctx, row.sftpPlaceId) : null;
    const mayApprove = (side: "it" | "legal") =>
      hasPermission(member, `key-export.approve-${side}`) && !approvalProblem(row, side, memberId, now);
    return {
      ...lineOf(row, names, now),
      ...{ contract: row.contract, purpose: row.purpose, format: row.format },
      runbookVersion: row.runbookVersion,
      recipient: names(row.recipientId),
      passphraseReaders: vault.readers.map((id) => names(id)),
      key: keys.find(({ id }) => id === row.signingKeyId) ?? null,
      approvedByIt: named(row.approvedByIt),
      approvedByLegal: named(row.approvedByLegal),
      refusedBy: named(row.refusedBy),
      ...{ refusal: row.refusal, sha256: row.sha256, sizeBytes: row.sizeBytes, review: row.review },
      ...hidden,
      reviewedBy: named(row.reviewedBy),
      delivery: place && {
        place: `${place.name}: ${place.userName}@${place.host}:${place.port}`,
        refusal: row.deliveryRefusal,
      },
      isPassphraseShown: vault.shownAt !== null,
      custody: custody.entries.map((entry) => ({ ...entry, ...hidden })),
      custodyBrokenAt: custody.brokenAt,
      signatures,
      toSign: custody.entries.flatMap((entry) =>
        CUSTODY_SIDES.filter(
          (side) =>
            partyOf(entry, side) === names(memberId) &&
            signatures.every((one) => one.sequence !== entry.sequence || one.side !== side),
        ).map((side) => ({ sequence: entry.sequence, side })),
      ),
      may: {
        approveIt: mayApprove("it"),
        approveLegal: mayApprove("legal"),
        refuse: state === "waiting",
        openVault: vault.readers.includes(memberId) && !refusedOrGone,
        take: !place && !takingProblem(row, memberId, now),
        deliver:
          hasPermission(member, "key-export.request") && state === "ready" && row.deliveryRefusal !== null,
        confirm: !receiptProblem(row, memberId),
        handOver:
          row.receivedAt !== null &&
          (row.recipientId === memberId || hasPermission(member, "key-export.request")),
        review: state === "received" && row.recipientId !== memberId,
      },
    };
  });
}
