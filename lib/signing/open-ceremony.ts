import { together } from "#db/client.ts";
import { lastSequence } from "#lib/audit/read-chain.ts";
import { authorizeError } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { openUntil } from "#lib/envelopes/core/answer-time.ts";
import { takesPhone } from "#lib/envelopes/core/checks.ts";
import { isMultiline } from "#lib/envelopes/core/fields/field-look.ts";
import type { FieldRule } from "#lib/envelopes/core/fields/field-rules.ts";
import type { FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";
import { type FieldType, isFile } from "#lib/envelopes/core/fields/field-types.ts";
import type { FormField } from "#lib/envelopes/core/fields/form-field.ts";
import { dependenciesOf } from "#lib/envelopes/core/fields/form-state.ts";
import type { Meaning } from "#lib/envelopes/core/meanings.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import { attests, isAsked, type RecipientRole, signs } from "#lib/envelopes/core/roles.ts";
import { isDone, isOut } from "#lib/envelopes/core/routing.ts";
import { isRefusal } from "#lib/errors.ts";
import { DEFAULT_DELEGATION, type Delegation } from "#lib/identity/core/delegation.ts";
import { isTaken, type MarkMethod, methodsWithin } from "#lib/identity/core/mark-methods.ts";
import type { CertificateId, RecipientId } from "#lib/ids.ts";
import { drawingSvg } from "#lib/pdf/drawing/draw-svg.ts";
import type { Mark } from "#lib/pdf/drawing/mark.ts";
import { boxSize } from "#lib/pdf/fields.ts";
import { displayedSize } from "#lib/pdf/placement.ts";
import { signersFor } from "./attestations/save-attestation.ts";
import { findAttestation } from "./attestations/store.ts";
import { atProvider, progressOf } from "./ceremony-progress.ts";
import { checksOf } from "./checks/current-step.ts";
import { personKey } from "./consent/record-act.ts";
import { findTrial, findWithdrawal, loadPublished } from "./consent/store.ts";
import { circleOf, toBeNamedBy } from "./core/alternatives.ts";
import { type CeremonyStatus, ceremonyStatus } from "./core/ceremony-status.ts";
import {
  askedAnew,
  CHANGES_PART,
  type ConsentMode,
  newestNotices,
  noticeFor,
  noticeSha256,
} from "./core/consent.ts";
import type { GivenFile } from "./core/field-values.ts";
import type { KeptReason } from "./core/offline-acts.ts";
import { maskedEmail, maskedPhone } from "./core/one-time-code.ts";
import type { MarkDigests } from "./core/shown-answers.ts";
import { drawValue, pageOf } from "./draw-value.ts";
import { givenFiles } from "./given-files.ts";
import { markSvg } from "./mark-svg.ts";
import { type AdoptedMarks, adoptedMarks, digestsOf } from "./marks.ts";
import { findKept } from "./offline/store.ts";
import { readSaved } from "./saved-marks/read-saved.ts";
import { loadSaved } from "./saved-marks/store.ts";
import { seenPages } from "./seen-pages.ts";
import {
  ceremonyOf,
  findOwnCertificate,
  isOwn,
  type LoadedCeremony,
  loadCeremony,
  loadSenderAndSettings,
  type RecipientRow,
  routed,
} from "./store.ts";

export interface CeremonyView {
  readonly status: CeremonyStatus;
  /** How far the envelope's trail had come: of two views the higher one is newer. */
  readonly asOf: number;
  readonly title: string;
  readonly shortId: string;
  readonly message: string;
  /** To this person alone. */
  readonly note: string;
  readonly organizationName: string;
  readonly sender: { readonly name: string; readonly email: string };
  readonly expiresAt: Date | null;
  readonly endReason: string | null;
  readonly me: {
    readonly id: RecipientId;
    readonly name: string;
    readonly email: string;
    /** Of who has no mailbox; empty otherwise. */
    readonly phone: string;
    readonly role: RecipientRole;
    /** What a signer's signature means, where the sender says so. */
    readonly meaning: Meaning | null;
    /** For whom they act, where the sender says so; empty otherwise. */
    readonly onBehalfOf: string;
    /** No document is kept from them: what tells of all of them is theirs too. */
    readonly isShownAll: boolean;
    /** Nothing more is to come: a signer's signature stands in every document. */
    readonly isDone: boolean;
    /** Of the certificate the signature was made with; for who has finished. */
    readonly certificateId: CertificateId | null;
  };
  /** Until what was shown in this browser counts no more, from the moment this was looked at; null when nothing ends. */
  readonly sessionMs: number | null;
  /** Whose signatures a witness or a notary states something about. */
  readonly attests: readonly string[];
  /** A witness or a notary has entered what they state. */
  readonly hasStated: boolean;
  /** Changes when there is something new to show. */
  readonly progress: string;
  /** Whether and how this may be handed on to somebody else. */
  readonly delegation: {
    readonly rule: Delegation;
    /** The sender told this person a code: only the sender can ask somebody else. */
    readonly needsSender: boolean;
    /** Another person would get a code by text message. */
    readonly needsPhone: boolean;
  };
  /** Those whom this person says who they are before finishing. */
  readonly toName: readonly {
    readonly id: string;
    readonly role: RecipientRole;
    readonly name: string;
    readonly email: string;
  }[];
  /** Others any one of whom could act instead, until somebody has taken it on. */
  readonly alternatives: readonly string[];
  /** Everybody else who acts, for "who still has to sign". */
  readonly others: readonly { readonly name: string; readonly isDone: boolean }[];
  /** All have acted, and the documents are being sealed. */
  readonly isSealing: boolean;
  /** Work on it takes longer than it should and is tried again. */
  readonly isDelayed: boolean;
  readonly consent: {
    readonly isGiven: boolean;
    readonly mode: ConsentMode;
    readonly version: string;
    readonly locale: string;
    /** Every language it can be read in. */
    readonly locales: readonly string[];
    readonly body: string;
    readonly sha256: string;
    /** A consumer has read the word in the notice's PDF. */
    readonly isAccessShown: boolean;
    /** What has materially changed since they agreed, for who is asked anew; null for everybody else. */
    readonly change: string | null;
    /** Since when the person wants no electronic records, if that was their last word. */
    readonly withdrawnAt: Date | null;
  };
  /** Empty unless there is something to do or to keep. */
  readonly documents: readonly CeremonyDocument[];
  readonly fields: readonly CeremonyFieldView[];
  /** What answers change. */
  readonly rules: readonly FieldRule[];
  /** Fields of those who finished before, as far as rules and formulas of these name them. */
  readonly settled: readonly SettledField[];
  readonly marks: { readonly signature: string | null; readonly initials: string | null };
  /** Names the marks that are shown, hexadecimal SHA-256: Finish says which were on the screen. */
  readonly markDigests: MarkDigests;
  /** Pages that were on the person's screen, by name, where every page must have been; null where not. */
  readonly seenPages: readonly string[] | null;
  /** What was done without a network and could not be applied: why, and when it came back. */
  readonly keptOffline: { readonly reason: KeptReason; readonly at: Date } | null;
  /** On a host's device, in the host's presence. */
  readonly inPerson: { readonly hostName: string } | null;
  /** How a signature may be made; typing always is. */
  readonly markMethods: readonly MarkMethod[];
  /** What the person kept for next time, as SVG; whether there are initials with it. */
  readonly kept: { readonly signature: string; readonly hasInitials: boolean } | null;
}

export interface SettledField extends FormField {
  readonly value: string;
}

export interface CeremonyDocument {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  /** Of the revision on screen. */
  readonly sha256: string;
  /** As displayed, in points. */
  readonly pages: readonly { readonly widthPt: number; readonly heightPt: number }[];
}

export interface CeremonyFieldView {
  readonly id: string;
  readonly documentId: string;
  readonly recipientId: string;
  readonly type: FieldType;
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly isRequired: boolean;
  readonly settings: FieldSettings;
  readonly isMultiline: boolean;
  /** As it is kept; of a sensitive field only that there is one. */
  readonly value: string;
  /** Of a file's field. */
  readonly fileName: string | null;
  /** What the value looks like in its field. */
  readonly svg: string | null;
}

/**
 * What the person behind a link sees. Looking changes nothing.
 *
 * @param input the languages they would like to be told in, best first.
 */
export async function openCeremony(
  ctx: Context,
  input: { readonly languages?: readonly string[] } = {},
): Promise<CeremonyView> {
  const { actor } = ctx;
  if (actor.kind !== "recipient") throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  return inTransaction(ctx, async (ctx) => {
    const [asOf, loaded] = await Promise.all([
      lastSequence(ctx, actor.envelopeId),
      loadCeremony(ctx, actor.envelopeId, false),
    ]);
    const ceremony = ceremonyOf(loaded, actor.recipientId);
    const { recipient } = ceremony;
    const { envelope } = loaded;
    const status = ceremonyStatus(ceremony, actor.hasEnded);
    const isOpen = status === "ready";
    const keepsCopy = (status === "completed" || status === "finished") && !actor.hasEnded;
    // Who had finished before it was withdrawn reads on what they signed, marked VOID.
    const readsVoid = status === "voided" && recipient.state === "finished" && !actor.hasEnded;
    // Asked together: none waits for the answer to another.
    const [
      { organizationName, settings, sender },
      marks,
      files,
      certificateId,
      attestation,
      consent,
      seen,
      keptOffline,
      kept,
    ] = await Promise.all([
      loadSenderAndSettings(ctx, envelope),
      isOpen ? adoptedMarks(ctx, recipient.id) : { signature: null, initials: null, rows: [] },
      isOpen && ceremony.fields.some(({ type }) => isFile(type))
        ? givenFiles(ctx, envelope.id, isOwn(loaded, recipient.id))
        : new Map<string, GivenFile>(),
      keepsCopy ? findOwnCertificate(ctx, recipient.id) : null,
      attests(recipient.role) ? findAttestation(ctx, recipient.id) : null,
      consentOf(ctx, loaded, recipient, input.languages ?? []),
      isOpen && envelope.asksForEveryPage ? seenPages(ctx, envelope.id, recipient.id) : null,
      keptOfflineOf(ctx, recipient.id),
      isOpen || (!actor.hasEnded && (status === "finished" || status === "completed"))
        ? keptOf(ctx, recipient)
        : null,
    ]);
    const methods = methodsWithin([envelope.markLimit, settings.markLimit ?? "any"]);
    const people = routed(loaded.recipients);
    const isDelayed = envelope.waitingFor !== null;
    return {
      ...{ status, asOf },
      title: envelope.title,
      shortId: envelope.shortId,
      // A dead link may be in the hands of whom the sender meant before, or of who never showed who they are.
      message: actor.hasEnded ? "" : envelope.message,
      note: actor.hasEnded ? "" : recipient.note,
      organizationName,
      sender,
      expiresAt: openUntil(recipient.dueAt, envelope.expiresAt),
      endReason: envelope.state === "voided" ? envelope.endReason : null,
      me: {
        ...{ id: recipient.id, role: recipient.role, ...reachedIn(recipient, actor.hasEnded) },
        meaning: (signs(recipient.role) && recipient.meaning) || null,
        onBehalfOf: recipient.onBehalfOf,
        isShownAll: recipient.hiddenDocuments.length === 0,
        isDone: people.some((person) => person.id === recipient.id && isDone(person)),
        certificateId,
      },
      sessionMs: isOpen && actor.session ? actor.session.endsAt.getTime() - ctx.now().getTime() : null,
      attests: attests(recipient.role) ? signersFor(loaded, recipient) : [],
      hasStated: attestation !== null,
      progress: progressOf({
        ...{ status, doneCount: people.filter(isDone).length, isDelayed },
        atProvider: await atProvider(ctx, loaded, recipient.id),
      }),
      isSealing: envelope.state === "sealing",
      isDelayed,
      delegation: {
        rule: attests(recipient.role) ? "nobody" : (settings.delegation ?? DEFAULT_DELEGATION),
        needsSender: checksOf(recipient).includes("access-code"),
        needsPhone: takesPhone(checksOf(recipient)),
      },
      toName: isOpen
        ? toBeNamedBy(recipient, loaded.recipients).map(({ id, role, name, email }) => ({
            id,
            role,
            name,
            email,
          }))
        : [],
      alternatives: (actor.hasEnded ? [] : circleOf(recipient, loaded.recipients))
        .filter((other) => other.id !== recipient.id && !isOut(other))
        .map(({ name }) => name),
      others: (actor.hasEnded ? [] : people)
        .filter((other) => other.id !== recipient.id && isAsked(other.role) && !isOut(other))
        .filter(({ name }) => name !== "")
        .map((other) => ({ name: other.name, isDone: isDone(other) })),
      consent,
      documents: isOpen || keepsCopy || readsVoid ? documentsOf(loaded) : [],
      fields: isOpen ? fieldsOf(ctx, loaded, ceremony, marks, files) : [],
      rules: isOpen ? rulesOf(ceremony) : [],
      settled: isOpen ? settledOf(ceremony) : [],
      marks: { signature: markSvg(ctx, marks.signature), initials: markSvg(ctx, marks.initials) },
      markDigests: digestsOf(marks.rows),
      seenPages: seen ? [...seen] : null,
      keptOffline,
      inPerson: actor.inPerson ? { hostName: actor.inPerson.hostName } : null,
      markMethods: methods,
      // What was made in a way that is not taken here is only offered to be removed.
      kept:
        kept && (!isOpen || isTaken(kept.type, methods))
          ? { signature: kept.signature, hasInitials: kept.hasInitials }
          : null,
    };
  });
}

/** How the person is called and reached; behind a dead link so that only they recognize it. */
const reachedIn = ({ name, email, phone }: RecipientRow, hasEnded: boolean) =>
  hasEnded
    ? { name: "", email: email && maskedEmail(email), phone: email === "" ? maskedPhone(phone) : "" }
    : { name, email, phone: email === "" ? phone : "" };

export async function consentOf(
  ctx: Context,
  { envelope }: LoadedCeremony,
  recipient: RecipientRow,
  languages: readonly string[],
): Promise<CeremonyView["consent"]> {
  const mode = envelope.consentMode;
  const [published, trial, withdrawnAt] = await together([
    loadPublished(ctx),
    mode === "consumer" ? findTrial(ctx, recipient.id) : Promise.resolve(null),
    findWithdrawal(ctx, personKey(ctx.organizationId, reachedAt(recipient))),
  ]);
  const isOpen = recipient.state === "consented";
  const anew = isOpen ? askedAnew(mode, languages, published, recipient.consentedAt) : null;
  const { version, locale, body } = anew?.notice ?? noticeFor(mode, languages, published);
  const sha256 = noticeSha256({ body });
  const isPassed = trial?.passedAt != null && (!anew || trial.passedAt > recipient.consentedAt!);
  return {
    ...{ isGiven: recipient.consentedAt !== null && !anew, mode, version, locale, body, sha256 },
    locales: anew ? [] : [...newestNotices(mode, published).keys()].sort(),
    isAccessShown: isPassed && trial.noticeSha256 === sha256,
    change: anew ? anew.statements.map(({ parts }) => parts[CHANGES_PART] ?? "").join("\n\n") : null,
    withdrawnAt,
  };
}

export function documentsOf({ documents, revisions }: LoadedCeremony): CeremonyDocument[] {
  return documents.map(({ id, name, pages }) => {
    const newest = revisions.findLast(({ documentId }) => documentId === id)!;
    const sizes = pages.map((page) => {
      const { widthPt, heightPt } = displayedSize(page);
      return { widthPt, heightPt };
    });
    return { id, name, revision: newest.number, sha256: newest.sha256, pages: sizes };
  });
}

export function fieldsOf(
  ctx: Context,
  loaded: LoadedCeremony,
  { fields, values, recipient }: ReturnType<typeof ceremonyOf>,
  marks: AdoptedMarks,
  files: ReadonlyMap<string, GivenFile>,
): CeremonyFieldView[] {
  return fields.map((field) => {
    const page = pageOf(loaded, field);
    const value = values.get(field.id) ?? "";
    const { id, documentId, recipientId, type, x, y, width, height, label, isRequired } = field;
    // What the record says stands there as it is: nobody types in it.
    const settings = field.settings.isBlock ? { ...field.settings, isReadOnly: true, value } : field.settings;
    const file = files.get(id) ?? null;
    return {
      ...{ id, documentId, recipientId, type, page: field.page, x, y, width, height },
      ...{ label, isRequired, settings, value, fileName: file?.name ?? null },
      // What is kept apart is masked while it is typed, as one line alone can be.
      isMultiline: !settings.isSensitive && isMultiline(type, boxSize(field, page).heightPt),
      svg: quietly(() => {
        const drawing = drawValue(ctx, { field, value, page, marks, file, person: recipient, at: ctx.now() });
        return drawing ? drawingSvg(drawing, ctx.runtime.fonts) : null;
      }),
    };
  });
}

export type Opened = ReturnType<typeof ceremonyOf>;

/** Only those that change something here: what is asked of others is theirs to know. */
export function rulesOf({ form, fields }: Opened): FieldRule[] {
  const own = new Set(fields.map(({ id }) => id));
  return form.rules.flatMap((rule) => {
    const targets = rule.targets.filter((id) => own.has(id));
    return targets.length > 0 ? [{ ...rule, targets }] : [];
  });
}

export function settledOf(ceremony: Opened): SettledField[] {
  const { form, fields } = ceremony;
  const needed = dependenciesOf(form.fields, rulesOf(ceremony));
  const named = new Set(fields.flatMap(({ id }) => [...(needed.get(id) ?? [])]));
  return form.fields.flatMap(({ id, recipientId, type, label, isRequired, settings }) => {
    const value = form.settled.get(id);
    if (value === undefined || !named.has(id)) return [];
    return [{ id, recipientId, type, label, isRequired, settings, value }];
  });
}

/** A value that was kept could be drawn then; if it cannot now, the person enters it again. */
function quietly<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

async function keptOf(
  ctx: Context,
  recipient: RecipientRow,
): Promise<(NonNullable<CeremonyView["kept"]> & { readonly type: Mark["type"] }) | null> {
  const rows = await loadSaved(ctx, personKey(ctx.organizationId, reachedAt(recipient)));
  const signature = rows.find(({ kind }) => kind === "signature");
  if (!signature) return null;
  const { mark } = await readSaved(ctx, signature);
  const svg = markSvg(ctx, mark);
  const hasInitials = rows.some(({ kind }) => kind === "initials");
  return svg ? { signature: svg, hasInitials, type: mark.type } : null;
}

async function keptOfflineOf(ctx: Context, recipientId: RecipientId): Promise<CeremonyView["keptOffline"]> {
  const kit = await findKept(ctx, recipientId);
  return kit?.reason && kit.syncedAt ? { reason: kit.reason, at: kit.syncedAt } : null;
}
