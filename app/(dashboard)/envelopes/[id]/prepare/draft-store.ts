import type { AddedDocument } from "#lib/envelopes/add-document.ts";
import { type Blocker, blockersOf } from "#lib/envelopes/core/blockers.ts";
import { stepBlockers } from "#lib/envelopes/core/class-steps.ts";
import type { PageEdits } from "#lib/envelopes/core/documents/page-edits.ts";
import {
  type Becomes,
  becomesOf,
  inPlaceOf,
  movedFields,
  movesOf,
  type PageMoves,
  type PagePlan,
} from "#lib/envelopes/core/documents/page-plan.ts";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import { draftSignatureBlockers } from "#lib/envelopes/core/draft-signatures.ts";
import { hiddenAfter } from "#lib/envelopes/core/hidden-documents.ts";
import { type Clash, mergeDrafts } from "#lib/envelopes/core/merge-drafts.ts";
import { templateBlockers } from "#lib/envelopes/core/templates/template-blockers.ts";
import type { RestoredDocument } from "#lib/envelopes/documents/document-versions.ts";
import type { EditedDocument } from "#lib/envelopes/documents/edit-document.ts";
import type { DraftDocument, DraftView } from "#lib/envelopes/get-draft.ts";
import type { DocumentId } from "#lib/ids.ts";
import type { FormState } from "../../../../_server/form.ts";
import { asEntered, asKept } from "./draft-as-kept.ts";
import {
  type Answer,
  arrangePages,
  editDocument,
  loadDraft,
  restoreVersion,
  saveDraft,
} from "./draft-requests.ts";
import { DraftSaver, type SaveState } from "./draft-saver.ts";
import { withoutFields } from "./fields/draft-fields.ts";
import { changed, everywhere, type History, historyOf, redone, undone } from "./history.ts";
import { HistoryKeeper } from "./history-keeper.ts";

/** The draft as the window shows it. */
export interface DraftSnapshot {
  readonly content: DraftContent;
  readonly documents: readonly DraftDocument[];
  readonly blockers: readonly Blocker[];
  /** Who wants no electronic records, as their last word. */
  readonly withdrawn: ReadonlySet<string>;
  /** By recipient: whom mail did not reach before, as of what was saved last. */
  readonly lost: ReadonlyMap<string, DraftView["lost"][number]>;
  readonly policy: DraftView["policy"];
  readonly asked: DraftView["asked"];
  readonly classes: DraftView["classes"];
  /** What is prepared is a template. */
  readonly templateId: DraftView["templateId"];
  readonly save: SaveState;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** The draft a window works on: what it was, what it is, and its way to the server. */
export class DraftStore {
  readonly #id: string;
  readonly #keeper: HistoryKeeper<DraftContent>;
  readonly saver: DraftSaver<DraftContent>;
  readonly #listeners = new Set<() => void>();
  #history: History<DraftContent>;
  #underWay: Promise<unknown> = Promise.resolve();
  /** What is kept, as far as this window knows: what it and others then do is compared with that. */
  #base: DraftContent;
  #documents: readonly DraftDocument[];
  /** What only the server knows to be missing; as of what was saved last. */
  #unfit: readonly Blocker[];
  #withdrawn: DraftView["withdrawn"];
  #lost: DraftView["lost"];
  /** What the organization has settled about how people show who they are; as of what was loaded last. */
  #policy: DraftView["policy"];
  /** What the class and the template ask for; as of what was loaded last. */
  #asked: DraftView["asked"];
  #classes: DraftView["classes"];
  #snapshot: DraftSnapshot;

  readonly #level: DraftView["level"];
  readonly #signatures: DraftView["signatures"];
  readonly #templateId: DraftView["templateId"];

  constructor(id: string, draft: DraftView) {
    const { version, content, documents, blockers, withdrawn, policy, templateId } = draft;
    this.#templateId = templateId;
    this.#level = draft.level;
    this.#signatures = draft.signatures;
    this.#id = id;
    this.#keeper = new HistoryKeeper(id, asKept);
    this.#history = historyOf(content);
    this.#base = content;
    this.#documents = documents;
    this.#unfit = onlyKnownThere(blockers);
    this.#withdrawn = withdrawn;
    this.#lost = draft.lost;
    this.#policy = policy;
    this.#asked = draft.asked;
    this.#classes = draft.classes;
    this.saver = new DraftSaver({
      version,
      save: (version, content) => this.#save(version, content),
      load: () => this.#load(),
      isSame: (a, b) => asKept(a) === asKept(b),
    });
    this.saver.subscribe(() => this.#tell());
    this.#snapshot = this.#look();
  }

  /** Takes up the steps that this window made before it was loaded anew; once the browser shows it. */
  readonly takeUpHistory = (): void => {
    if (this.#history.past.length > 0 || this.#history.future.length > 0) return;
    this.#history = { ...this.#history, ...this.#keeper.find(this.#history.present) };
    this.#tell();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): DraftSnapshot => this.#snapshot;

  /** @param kind changes of one kind without a pause are one step back; null is always one of its own. */
  readonly change = (next: (content: DraftContent) => DraftContent, kind: string | null = null): void => {
    this.#go(changed(this.#history, next(this.#history.present), kind, Date.now()));
  };

  readonly undo = (): void => this.#go(undone(this.#history));
  readonly redo = (): void => this.#go(redone(this.#history));

  /** A document that the server has taken; the first one names the draft. */
  addDocument({ version: _, ...document }: AddedDocument): void {
    this.#documents = [...this.#documents, document];
    const title = document.name.replace(/\.pdf$/i, "");
    this.#everywhere((content) => (content.title === "" ? { ...content, title } : content));
    this.saver.refresh(this.#history.present);
    this.#tell();
  }

  /** A document in the place of another: fields stay on their pages, as far as there are some. */
  replaceDocument(replaced: DocumentId, { version: _, ...document }: AddedDocument): void {
    this.#documents = this.#documents.map((one) => (one.id === replaced ? document : one));
    const moves: PageMoves = (documentId, page) => {
      if (documentId !== replaced) return { documentId, page, turn: 0 };
      return page < document.pages.length ? { documentId: document.id, page, turn: 0 } : null;
    };
    this.#move({ moves, becomes: inPlaceOf(replaced, document.id) });
  }

  /** Has the server put documents together anew; undoing goes on working, on the pages as they are then. @returns why not, or null. */
  async arrange(plan: PagePlan): Promise<string | null> {
    const answer = await this.#onServer(
      (version) => arrangePages(this.#id, version, plan),
      ({ made }) => ({ moves: movesOf(plan, made), becomes: becomesOf(plan, made) }),
    );
    return answer.isDone ? null : answer.code;
  }

  /** Has the server make another version of a document; fields stay on their pages. */
  edit(documentId: DocumentId, edits: PageEdits, asPictures: boolean): Promise<Answer<EditedDocument>> {
    return this.#onServer(
      (version) => editDocument(this.#id, documentId, { version, edits, asPictures }),
      (edited) => (edited.isDone ? movedTo(documentId, edited.made) : null),
    );
  }

  /** Makes a document what it was before. */
  restore(documentId: DocumentId, versionId: DocumentId): Promise<Answer<RestoredDocument>> {
    return this.#onServer(
      (version) => restoreVersion(this.#id, documentId, { version, versionId }),
      ({ made }) => movedTo(documentId, made),
    );
  }

  /** One after the other: what is asked for while another is under way counts from what that one made. */
  #onServer<T>(
    work: (version: number) => Promise<Answer<T>>,
    movedBy: (result: T) => Moved | null,
  ): Promise<Answer<T>> {
    const next = this.#underWay.then(() => this.#onServerNow(work, movedBy));
    this.#underWay = next.catch(() => {});
    return next;
  }

  /** @param movesOf where pages are after it; null when nothing was made. */
  async #onServerNow<T>(
    work: (version: number) => Promise<Answer<T>>,
    movedBy: (result: T) => Moved | null,
  ): Promise<Answer<T>> {
    const { saver } = this;
    await saver.flush();
    saver.operationBegan();
    let version: number | null = null;
    try {
      const answer = await work(saver.version);
      if (!answer.isDone) return answer;
      const moved = movedBy(answer.result);
      if (!moved) return answer;
      const draft = await loadDraft(this.#id);
      if (!draft.isDone) return draft;
      version = draft.result.version;
      this.#showDocuments(draft.result);
      this.#move(moved);
      return answer;
    } finally {
      saver.operationEnded(version);
    }
  }

  #move({ moves, becomes }: Moved): void {
    this.#everywhere((content) => ({
      ...keptFrom(content, becomes),
      ...movedFields(content, moves),
    }));
    this.saver.refresh(this.#history.present);
    this.#tell();
  }

  /** Says whether a document holds health data. @param mark has the server keep it. @returns why not, or null. */
  async markHealth(mark: () => Promise<FormState<number>>): Promise<string | null> {
    const { saver } = this;
    await saver.flush();
    saver.operationBegan();
    let version: number | null = null;
    try {
      const { refusal, result } = await mark();
      if (refusal) return refusal.code;
      version = result ?? null;
      const draft = await loadDraft(this.#id);
      if (!draft.isDone) return draft.code;
      this.#showDocuments(draft.result);
      this.#tell();
      return null;
    } finally {
      saver.operationEnded(version);
    }
  }

  /** Has the server change what is no part of the draft: its class. @returns why not, or null. */
  async settle(work: () => Promise<FormState>): Promise<{ readonly code: string } | null> {
    await this.saver.flush();
    const { refusal } = await work();
    if (refusal) return refusal;
    const code = await this.readAsked();
    return code === null ? null : { code };
  }

  /** Asks again what only the server knows: what the class asks for, and what was confirmed. @returns why not, or null. */
  async readAsked(): Promise<string | null> {
    const answer = await loadDraft(this.#id);
    if (!answer.isDone) return answer.code;
    const { policy, asked, classes } = answer.result;
    this.#policy = policy;
    this.#asked = asked;
    this.#classes = classes;
    this.#tell();
    return null;
  }

  /** A document that the server has taken out, with the fields on it: undoing does not bring them back. */
  dropDocument(documentId: string): void {
    this.#documents = this.#documents.filter(({ id }) => id !== documentId);
    this.#everywhere((content) =>
      keptFrom(
        withoutFields(content, (field) => field.documentId === documentId),
        (id) => (id === documentId ? [] : [id]),
      ),
    );
    this.saver.refresh(this.#history.present);
    this.#tell();
  }

  /** Forgets what this window had and shows what is kept. @returns a refusal's code, or null. */
  async takeNewest(): Promise<string | null> {
    const answer = await loadDraft(this.#id);
    if (!answer.isDone) return answer.code;
    this.#showDocuments(answer.result);
    this.#history = historyOf(answer.result.content);
    this.#base = answer.result.content;
    this.saver.adopt(answer.result.version, null);
    return null;
  }

  /** Puts what this window has over what is kept, as far as its documents are still there. */
  async keepOwn(): Promise<string | null> {
    const answer = await loadDraft(this.#id);
    if (!answer.isDone) return answer.code;
    this.#showDocuments(answer.result);
    const pages = new Map(answer.result.documents.map(({ id, pages }) => [id as string, pages.length]));
    this.#everywhere((content) =>
      keptFrom(
        withoutFields(content, ({ documentId, page }) => page >= (pages.get(documentId) ?? 0)),
        amongThose(pages),
      ),
    );
    this.#base = answer.result.content;
    this.saver.adopt(answer.result.version, this.#history.present);
    return null;
  }

  /** Puts what others saved and what this window did together; undoing goes on with what was done here. */
  async putTogether(): Promise<{ readonly code: string } | { readonly clashes: readonly Clash[] }> {
    const answer = await loadDraft(this.#id);
    if (!answer.isDone) return { code: answer.code };
    return { clashes: this.#merge(answer.result) };
  }

  /** The same by itself, where nothing of this window waits to be saved. */
  async takeIn(): Promise<void> {
    const { saver } = this;
    if (saver.getState().kind !== "saved" || saver.isOperating) return;
    const answer = await loadDraft(this.#id);
    const isStill = saver.getState().kind === "saved" && !saver.isOperating;
    if (answer.isDone && isStill && answer.result.version > saver.version) this.#merge(answer.result);
  }

  #merge(draft: DraftView): readonly Clash[] {
    const [base, present] = [asEntered(this.#base), this.#history.present];
    const pages = new Map(draft.documents.map(({ id, pages }) => [id as string, pages.length]));
    const together = (content: DraftContent) => mergeDrafts(base, asEntered(content), draft.content);
    this.#showDocuments(draft);
    const { clashes } = together(present);
    this.#history = everywhere(this.#history, (content) =>
      keptFrom(
        withoutFields(
          together(content).content,
          ({ documentId, page }) => page >= (pages.get(documentId) ?? 0),
        ),
        amongThose(pages),
      ),
    );
    this.#base = draft.content;
    const isNews = asKept(this.#history.present) !== asKept(draft.content);
    this.saver.adopt(draft.version, isNews ? this.#history.present : null);
    this.#tell();
    return clashes;
  }

  /** Somebody was given an access code, which is no part of the draft. */
  noteAccessCode(recipientId: string): void {
    this.#unfit = this.#unfit.filter(
      (blocker) => !(blocker.code === "access-code-missing" && blocker.recipientId === recipientId),
    );
    this.#tell();
  }

  #showDocuments({ documents, blockers, withdrawn, lost, policy, asked, classes }: DraftView): void {
    this.#lost = lost;
    this.#policy = policy;
    this.#asked = asked;
    this.#classes = classes;
    this.#withdrawn = withdrawn;
    this.#documents = documents;
    this.#unfit = onlyKnownThere(blockers);
  }

  async #save(version: number, content: DraftContent) {
    const answer = await saveDraft(this.#id, version, content);
    if (!answer.isDone) return { isSaved: false as const, code: answer.code };
    this.#unfit = onlyKnownThere(answer.result.blockers);
    this.#withdrawn = answer.result.withdrawn;
    this.#lost = answer.result.lost;
    this.#base = content;
    return { isSaved: true as const, version: answer.result.version };
  }

  async #load() {
    const answer = await loadDraft(this.#id);
    if (!answer.isDone) throw new TypeError(answer.code);
    return answer.result;
  }

  /** What the server did to all there was: nothing of it is undone, and it is nobody's change. */
  #everywhere(change: (content: DraftContent) => DraftContent): void {
    this.#history = everywhere(this.#history, change);
    this.#base = change(this.#base);
  }

  #go(history: History<DraftContent>): void {
    if (history === this.#history) return;
    const isChanged = history.present !== this.#history.present;
    this.#history = history;
    if (isChanged) this.saver.change(history.present);
    this.#tell();
  }

  #look(): DraftSnapshot {
    const { past, present, future } = this.#history;
    const known = this.#documents.map(({ id, pages }) => ({ id, pageCount: pages.length }));
    const isThere = (blocker: Blocker) =>
      "documentId" in blocker
        ? this.#documents.some(({ id }) => id === blocker.documentId)
        : "fieldId" in blocker
          ? present.fields.some(({ id }) => id === blocker.fieldId)
          : "recipientId" in blocker &&
            present.recipients.some(
              ({ id, check }) =>
                id === blocker.recipientId &&
                (blocker.code !== "access-code-missing" || check === "access-code"),
            );
    return {
      ...{ content: present, documents: this.#documents },
      blockers: this.#templateId
        ? templateBlockers(asEntered(present), known, this.#policy, this.#asked)
        : [
            ...blockersOf(asEntered(present), known, this.#policy),
            ...draftSignatureBlockers(asEntered(present), this.#signatures, this.#level),
            ...this.#unfit.filter(isThere),
            ...stepBlockers(this.#asked, present, this.#documents),
          ],
      templateId: this.#templateId,
      ...{ policy: this.#policy, asked: this.#asked, classes: this.#classes },
      withdrawn: new Set(this.#withdrawn.map(({ recipientId }) => recipientId)),
      lost: new Map(this.#lost.map((one) => [one.recipientId, one])),
      save: this.saver.getState(),
      ...{ canUndo: past.length > 0, canRedo: future.length > 0 },
    };
  }

  #tell(): void {
    this.#keeper.keep(this.#history);
    this.#snapshot = this.#look();
    for (const listener of this.#listeners) listener();
  }
}

/** Where pages are now, and what each document became. */
interface Moved {
  readonly moves: PageMoves;
  readonly becomes: Becomes;
}

const movedTo = (before: DocumentId, after: DocumentId): Moved => ({
  moves: (documentId, page) => ({ documentId: documentId === before ? after : documentId, page, turn: 0 }),
  becomes: inPlaceOf(before, after),
});

/** Whoever is not shown a document is not shown what it becomes. */
const keptFrom = (content: DraftContent, becomes: Becomes): DraftContent => ({
  ...content,
  recipients: content.recipients.map((person) => {
    if (!person.hiddenDocuments?.length) return person;
    const { hiddenDocuments, ...rest } = person;
    const after = hiddenAfter(hiddenDocuments, becomes);
    return after.length > 0 ? { ...rest, hiddenDocuments: after } : rest;
  }),
});

/** Without documents that are not there any more. */
const amongThose =
  (documents: ReadonlyMap<string, unknown>): Becomes =>
  (id) =>
    documents.has(id) ? [id] : [];

const onlyKnownThere = (blockers: readonly Blocker[]) => blockers.filter(({ code }) => ONLY_THERE.has(code));

const ONLY_THERE = new Set<Blocker["code"]>([
  ...([
    "name-not-drawable",
    "signature-too-small",
    "access-code-missing",
    "field-value-not-drawable",
    "payment-off",
    "breaks-signatures",
  ] as const),
  ...(["language-without-notice", "host-gone", "no-agreement"] as const),
]);
