import type { AddedDocument } from "#lib/envelopes/add-document.ts";
import type { FoundPlace, PageEdits, PageSearch } from "#lib/envelopes/core/documents/page-edits.ts";
import type { PagePlan } from "#lib/envelopes/core/documents/page-plan.ts";
import type { Unlikeness } from "#lib/envelopes/core/documents/source-likeness.ts";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import type { Box } from "#lib/envelopes/core/field-places.ts";
import type { PageHints, TextlessPages } from "#lib/envelopes/core/hints/hint.ts";
import type { ArrangedPages } from "#lib/envelopes/documents/arrange-pages.ts";
import type { DocumentVersion, RestoredDocument } from "#lib/envelopes/documents/document-versions.ts";
import type { EditedDocument } from "#lib/envelopes/documents/edit-document.ts";
import type { EditingView } from "#lib/envelopes/editing-windows.ts";
import type { DraftView } from "#lib/envelopes/get-draft.ts";
import type { SavedDraft } from "#lib/envelopes/save-draft.ts";
import { type DocumentId, publicId } from "#lib/ids.ts";

/** What the server said: the result, or why not. Nothing answered at all is a rejected promise. */
export type Answer<T> =
  | { readonly isDone: true; readonly result: T }
  | { readonly isDone: false; readonly code: string };

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  if (response.ok) return { isDone: true, result: (await response.json()) as T };
  // A gateway in between speaks no JSON: that is as good as no answer.
  if (!response.headers.get("content-type")?.includes("problem+json"))
    throw new TypeError(response.statusText);
  const { code } = (await response.json()) as { code: string };
  return { isDone: false, code };
}

const TIMEOUT_MS = 20_000;
/** What browsers still send while a page closes. */
const KEEPALIVE_BYTES = 60_000;

export async function saveDraft(
  id: string,
  version: number,
  content: DraftContent,
): Promise<Answer<SavedDraft>> {
  const body = JSON.stringify({ version, content });
  const response = await fetch(`/envelopes/${id}/draft`, {
    ...{ method: "PUT", headers: { "content-type": "application/json" }, body },
    keepalive: body.length < KEEPALIVE_BYTES,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return answerOf(response);
}

export async function loadDraft(id: string): Promise<Answer<DraftView>> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return answerOf(await fetch(`/envelopes/${id}/draft`, { cache: "no-store", signal }));
}

/** Says that this window has the draft open. */
export async function tellPresence(id: string, windowId: string): Promise<Answer<EditingView>> {
  const response = await fetch(`/envelopes/${id}/presence`, {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ windowId }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return answerOf(response);
}

const HINTS_TIMEOUT_MS = 90_000;

/** Asks where a document says, or looks as if, fields belong. */
export async function findHints(id: string, documentId: DocumentId): Promise<Answer<PageHints>> {
  const signal = AbortSignal.timeout(HINTS_TIMEOUT_MS);
  const address = `/envelopes/${id}/hints/${publicId("document", documentId)}`;
  return answerOf(await fetch(address, { cache: "no-store", signal }));
}

/** Asks which lines and cells a page shows. */
export async function findLines(
  id: string,
  documentId: string,
  page: number,
): Promise<Answer<readonly Box[]>> {
  const address = `/envelopes/${id}/lines/${publicId("document", documentId)}/${page}`;
  return answerOf(await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) }));
}

/** Asks which pages of a document are pictures without text. */
export async function findTextless(id: string, documentId: DocumentId): Promise<Answer<TextlessPages>> {
  const signal = AbortSignal.timeout(HINTS_TIMEOUT_MS);
  const address = `/envelopes/${id}/textless/${publicId("document", documentId)}`;
  return answerOf(await fetch(address, { cache: "no-store", signal }));
}

const ARRANGE_TIMEOUT_MS = 120_000;

/** Has the server put documents together from pages of those there are. */
export async function arrangePages(
  id: string,
  version: number,
  plan: PagePlan,
): Promise<Answer<ArrangedPages>> {
  const response = await fetch(`/envelopes/${id}/pages`, {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ version, plan }),
    signal: AbortSignal.timeout(ARRANGE_TIMEOUT_MS),
  });
  return answerOf(response);
}

const EDIT_TIMEOUT_MS = 180_000;

const posted = async <T>(address: string, body: object): Promise<Answer<T>> =>
  answerOf(
    await fetch(address, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
      signal: AbortSignal.timeout(EDIT_TIMEOUT_MS),
    }),
  );

/** Has the server take content out of a document, and draw onto it. */
export const editDocument = (
  id: string,
  documentId: DocumentId,
  edit: { readonly version: number; readonly edits: PageEdits; readonly asPictures: boolean },
): Promise<Answer<EditedDocument>> =>
  posted(`/envelopes/${id}/edits/${publicId("document", documentId)}`, edit);

/** Asks where words are in a document. */
export const searchDocument = (
  id: string,
  documentId: DocumentId,
  search: PageSearch,
): Promise<Answer<readonly FoundPlace[]>> =>
  posted(`/envelopes/${id}/edits/${publicId("document", documentId)}/search`, search);

/** A version as it comes over the wire. */
export type ListedVersion = Omit<DocumentVersion, "at"> & { readonly at: string };

export async function listVersions(id: string, documentId: DocumentId): Promise<Answer<ListedVersion[]>> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const address = `/envelopes/${id}/versions/${publicId("document", documentId)}`;
  return answerOf(await fetch(address, { cache: "no-store", signal }));
}

/** In what a document differs from the office document it was made of. */
export async function compareSource(id: string, documentId: DocumentId): Promise<Answer<Unlikeness>> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const address = `/envelopes/${id}/source/${publicId("document", documentId)}`;
  return answerOf(await fetch(address, { cache: "no-store", signal }));
}

export const restoreVersion = (
  id: string,
  documentId: DocumentId,
  restore: { readonly version: number; readonly versionId: DocumentId },
): Promise<Answer<RestoredDocument>> =>
  posted(`/envelopes/${id}/versions/${publicId("document", documentId)}`, restore);

export const addBlankPages = (
  id: string,
  blank: { readonly name: string; readonly paper: string; readonly pages: number },
): Promise<Answer<AddedDocument>> => posted(`/envelopes/${id}/blank`, blank);

export interface UploadRequest {
  readonly id: string;
  readonly file: File;
  readonly flattensSignatures: boolean;
  readonly keepsSignatures: boolean;
  readonly password: string | null;
  /** The document whose place it takes. */
  readonly replaces: DocumentId | null;
  /** From 0 to 1, while it is sent. */
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
}

/** Sends a file as it is. Only XMLHttpRequest tells how far it has come. */
export function uploadDocument(request: UploadRequest): Promise<Answer<AddedDocument>> {
  const { id, file, flattensSignatures, keepsSignatures, password, replaces, onProgress, signal } = request;
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", `/envelopes/${id}/upload`);
    xhr.setRequestHeader("content-type", "application/octet-stream");
    xhr.setRequestHeader("x-file-name", encodeURIComponent(file.name));
    if (password) xhr.setRequestHeader("x-file-password", encodeURIComponent(password));
    if (replaces) xhr.setRequestHeader("x-replaces", publicId("document", replaces));
    if (flattensSignatures) xhr.setRequestHeader("x-flatten-signatures", "yes");
    if (keepsSignatures) xhr.setRequestHeader("x-keep-signatures", "yes");
    xhr.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    xhr.upload.onload = () => onProgress(1);
    xhr.onload = () => {
      const headers = { "content-type": xhr.getResponseHeader("content-type") ?? "" };
      const { status } = xhr;
      const body = status === 204 ? null : xhr.responseText;
      answerOf<AddedDocument>(new Response(body, { status, headers })).then(resolve, reject);
    };
    xhr.onerror = () => reject(new TypeError("nothing answered"));
    xhr.onabort = () => reject(new DOMException("given up", "AbortError"));
    signal.addEventListener("abort", () => xhr.abort());
    xhr.send(file);
  });
}
