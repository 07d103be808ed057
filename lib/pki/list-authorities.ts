import { requirePermission } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import { nextOf, usableUntil } from "./authority-plan.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { isFounder } from "./founder.ts";
import { type AuthorityKind, type AuthorityRow, loadAuthorities, loadSerial, newestCrl } from "./store.ts";

export interface AuthorityView {
  readonly id: string;
  readonly kind: AuthorityKind;
  readonly name: string;
  readonly algorithm: string;
  readonly provider: string;
  readonly sha256: string;
  readonly notAfter: Date;
  /** When its key makes its last signature. */
  readonly usableUntil: Date;
  readonly isInUse: boolean;
  /** Its key is in a file somewhere else. */
  readonly keyRemovedAt: Date | null;
  readonly revokedAt: Date | null;
  /** Of its revocation list; null when it has none. */
  readonly listUntil: Date | null;
}

const ORDER: readonly AuthorityKind[] = ["root", "cross", "issuing", "tsa", "ocsp", "log"];

/** The authorities of the installation, those in use first; empty for everybody but who set it up. */
export async function listAuthorities(ctx: Context): Promise<readonly AuthorityView[]> {
  requirePermission(ctx, "key.manage");
  return authoritiesOf(ctx);
}

/** The same for our own jobs, whose caller has asked who they are. */
export async function authoritiesOf(ctx: Context): Promise<AuthorityView[]> {
  if (!(await isFounder(ctx))) return [];
  const rows = await loadAuthorities(ctx.connection);
  const views = await Promise.all(rows.map((row) => viewOf(ctx, rows, row)));
  const rank = ({ kind, isInUse }: AuthorityView) => ORDER.indexOf(kind) + (isInUse ? 0 : ORDER.length);
  return views.toSorted((a, b) => rank(a) - rank(b));
}

async function viewOf(
  ctx: Context,
  rows: readonly AuthorityRow[],
  row: AuthorityRow,
): Promise<AuthorityView> {
  const kind = row.kind as AuthorityKind;
  const { id, subject: name, certificateSha256: sha256, notAfter, keyProvider, keyRemovedAt, issuerId } = row;
  const certificate = parseCertificate(row.certificateDer);
  const issued = issuerId ? await loadSerial(ctx.connection, issuerId, certificate.serialHex) : null;
  const list = kind === "root" || kind === "issuing" ? await newestCrl(ctx.connection, id) : null;
  return {
    ...{ id, kind, name, sha256, notAfter, keyRemovedAt, provider: keyProvider },
    algorithm: certificate.key.name,
    usableUntil: usableUntil({ ...row }),
    isInUse: kind !== "cross" && nextOf(rows, kind)?.id === id,
    revokedAt: issued?.revokedAt ?? null,
    listUntil: list?.nextUpdate ?? null,
  };
}
