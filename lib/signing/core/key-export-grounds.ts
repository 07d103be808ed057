import { type ApprovalSide, EXPORT_LIFE_MS } from "./key-export.ts";

/** What a request for a key says of itself, as far as it decides who gets which key. */
export interface ExportRequest {
  readonly id: string;
  readonly signingKeyId: string;
  readonly recipientId: string;
  readonly sftpPlaceId: string | null;
  readonly format: string;
  readonly purpose: string;
  readonly passphraseReaders: readonly string[];
  readonly requestedBy: string;
  readonly approvedByIt: string | null;
  readonly approvedByLegal: string | null;
}

/** An event of the organization's chain. */
export interface LoggedAct {
  readonly type: string;
  readonly at: Date;
  readonly actor: { readonly [key: string]: unknown };
  readonly data: { readonly [key: string]: unknown };
}

export interface ExportGrounds {
  /** The organization's chain, checked; null when a link of it does not hold. */
  readonly log: readonly LoggedAct[] | null;
  /** Who may act for an office: roles. */
  readonly roles: Readonly<Record<ApprovalSide, readonly string[]>>;
}

/**
 * Why a key is not packed, however the request's row reads; null when the audit log itself says that it was asked for
 * as the row says, and approved in time by one person of each office, neither of whom asked.
 */
export function groundsProblem(request: ExportRequest, { log, roles }: ExportGrounds): string | null {
  if (!log) return "the audit log does not hold";
  const own = log.filter(({ data }) => data.export === request.id);
  const [asked, ...others] = own.filter(({ type }) => type === "key-export.requested");
  if (!asked || others.length > 0) return "no one event asks for it";
  const isAsAsked =
    asked.data.key === request.signingKeyId &&
    asked.data.recipient === request.recipientId &&
    (asked.data.place ?? null) === request.sftpPlaceId &&
    asked.data.format === request.format &&
    asked.data.purpose === request.purpose &&
    JSON.stringify(asked.data.passphraseReaders) === JSON.stringify(request.passphraseReaders) &&
    isBy(asked, request.requestedBy);
  if (!isAsAsked) return "it was asked for otherwise";
  if (own.some(({ type }) => type === "key-export.refused")) return "it was refused";
  if (!isAllowed(log)) return "handing out keys is switched off";
  const people = new Set([request.requestedBy]);
  for (const [side, memberId] of [
    ["it", request.approvedByIt],
    ["legal", request.approvedByLegal],
  ] as const) {
    const approval = own.find(({ type, data }) => type === "key-export.approved" && data.side === side);
    if (!approval || memberId === null || !isBy(approval, memberId)) return `not approved for ${side}`;
    if (!roles[side].includes(String(approval.actor.role))) return `approved for ${side} by somebody else`;
    if (approval.at.getTime() - asked.at.getTime() > EXPORT_LIFE_MS) return `approved for ${side} too late`;
    people.add(memberId);
  }
  return people.size === 3 ? null : "one person acted twice";
}

const isBy = ({ actor }: LoggedAct, memberId: string): boolean =>
  actor.kind === "member" && actor.id === memberId;

/** As the last event that tells of it says. */
const isAllowed = (log: readonly LoggedAct[]): boolean =>
  log
    .filter(({ type }) => type === "organization.changed")
    .map(({ data }) => (data.to as { readonly allowsKeyExport?: boolean } | undefined)?.allowsKeyExport)
    .findLast((said) => said !== undefined) === true;
