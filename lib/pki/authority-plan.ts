import type { AuthorityKind, AuthorityRow } from "./store.ts";

/** In the order they are made in. */
export const AUTHORITY_KINDS = ["root", "issuing", "tsa", "ocsp", "log"] as const;

const DAY_MS = 86_400_000;

/** When a successor is due. A TSA's key signs in the first year of its certificate only. */
const ENDS: Readonly<Record<AuthorityKind, (row: AuthorityRow, now: number) => boolean>> = {
  root: () => false,
  cross: () => false,
  issuing: ({ notAfter }, now) => notAfter.getTime() - now < 400 * DAY_MS,
  tsa: ({ notBefore }, now) => now - notBefore.getTime() > 300 * DAY_MS,
  ocsp: ({ notAfter }, now) => notAfter.getTime() - now < 30 * DAY_MS,
  log: ({ notAfter }, now) => notAfter.getTime() - now < 90 * DAY_MS,
};

/** When the key of an authority makes its last signature; what needs it is late from then on. */
export function usableUntil({
  kind,
  notBefore,
  notAfter,
}: Pick<AuthorityRow, "kind" | "notBefore" | "notAfter">): Date {
  return kind === "tsa" ? new Date(notBefore.getTime() + 365 * DAY_MS) : notAfter;
}

/** Which authority issues a kind. */
export const issuerKindOf = (kind: AuthorityKind): "issuing" | "root" =>
  kind === "ocsp" || kind === "log" ? "issuing" : "root";

/** The one in use. A responder is in use for the authority that issued it. */
export function nextOf(rows: readonly AuthorityRow[], kind: AuthorityKind): AuthorityRow | undefined {
  const issuing = kind === "ocsp" ? nextOf(rows, "issuing") : undefined;
  return rows.find((row) => row.kind === kind && row.isActive && (!issuing || row.issuerId === issuing.id));
}

/** Whether one has to be made: there is none, or its time is up and whoever issues it is here. */
export function isDue(rows: readonly AuthorityRow[], kind: AuthorityKind, now: Date): boolean {
  const row = nextOf(rows, kind);
  if (!row) return true;
  const issuer = nextOf(rows, issuerKindOf(kind));
  const isIssuerHere = issuer !== undefined && issuer.keyRemovedAt === null;
  return ENDS[kind](row, now.getTime()) && isIssuerHere;
}

/** As many as one signature carries. */
const MOST_CERTIFICATES = 8;

/** From the issuer up to and with the root, then what leads from that root to others of ours, the newest first. */
export function chainOf(rows: readonly AuthorityRow[], { issuerId }: Pick<AuthorityRow, "issuerId">) {
  const path: AuthorityRow[] = [];
  let next = rows.find(({ id }) => id === issuerId);
  while (next && path.length < MOST_CERTIFICATES) {
    path.push(next);
    const { issuerId: above } = next;
    next = rows.find(({ id }) => id === above);
  }
  const root = path.at(-1);
  const ways = root ? rows.filter(({ kind, subject }) => kind === "cross" && subject === root.subject) : [];
  const others = ways.flatMap((cross) => [cross, rows.find(({ id }) => id === cross.issuerId)!]);
  return [...path, ...others].slice(0, MOST_CERTIFICATES).map(({ certificateDer }) => certificateDer);
}
