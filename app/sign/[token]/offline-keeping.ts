import {
  keepListPage,
  NotKept,
  type RefusedAct,
  type Screen,
  type SentAnswer,
  SigningKit,
  TooLarge,
} from "#components/signing/offline/signing-kit.ts";
import { sentencesAddress } from "#components/signing/sentences.ts";
import type { SaveAnswer } from "#components/signing/value-queue.ts";
import { isNumber } from "#lib/envelopes/core/fields/field-types.ts";
import type { MarkInput } from "#lib/signing/adopt-mark.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import type { Host, Marks, OfflineProblem } from "./offline-desk.ts";
import { loadSheets } from "./use-sheets.ts";

/** What is done on this device while the network is away, and how it gets to the server. */
export class OfflineKeeping {
  #kit: SigningKit | null = null;
  #isOver = false;
  #recorded = 0;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  get hasKit(): boolean {
    return this.#kit !== null;
  }

  /** What lies here of an earlier page, or all that is needed without a network. */
  async findOrMake(): Promise<void> {
    try {
      this.#kit = await SigningKit.find(this.#host.token);
      if (this.#kit?.isChanged) {
        const changed = this.#kit;
        this.#kit = null;
        this.#host.looked();
        if (!navigator.onLine) return;
        await changed.giveUp();
        this.#host.set({ problems: [{ code: "offline/changed", fieldId: null }] });
        this.#host.sent();
      }
      if (this.#kit) {
        const waiting = await this.#kit.waiting();
        const screen = await this.#kit.screen();
        const finishedAt = waiting > 0 ? (screen?.finishedAt ?? null) : null;
        this.#isOver = finishedAt !== null;
        this.#host.set({ phase: "ready", waiting, finishedAt, expiresAt: this.#kit.expiresAt });
        if (screen && (waiting > 0 || !navigator.onLine)) this.#host.restore(screen);
        this.#host.looked();
        if (waiting > 0) return void this.send();
        // Sent from elsewhere, or just before the page went: what was refused is still to be told.
        if (navigator.onLine && this.#kit.hasSent) {
          const answer = await this.#kit.send(true);
          if (answer && (answer.state !== "open" || answer.refused.length > 0))
            return await this.#take(this.#kit, answer);
        }
        if (!navigator.onLine || this.#kit.content.shown === shownOf(this.#host.view())) return;
      }
      this.#host.looked();
      await loadControls(this.#host.view());
      this.#kit = await SigningKit.make({
        ...{ token: this.#host.token, title: this.#host.view().title, sender: this.#host.view().sender.name },
        ...{
          shown: shownOf(this.#host.view()),
          files: filesOf(this.#host.token, this.#host.view(), this.#host.sentences),
        },
      });
      // Without the page that lists what is kept the kit serves all the same: the next one brings it.
      await keepListPage().catch(() => {});
      this.#host.set({ phase: "ready", expiresAt: this.#kit.expiresAt });
    } catch (error) {
      const isRefusedHere = error instanceof NotKept || (error as Error | null)?.name === "SecurityError";
      if (isRefusedHere || error instanceof DOMException) this.#host.set({ phase: "not-kept" });
      // The network may have gone meanwhile: the next touch tries again.
      else this.#host.beginAgain();
    }
  }

  /** After Finish nothing more is done: a page that is still in view then was looked at before. */
  async record(act: object): Promise<void> {
    if (!this.#isOver) await this.#add(act);
  }

  async #add(act: object): Promise<void> {
    await this.#kit!.record(act);
    this.#countOneMore();
  }

  #countOneMore(): void {
    this.#recorded++;
    this.#host.set({ waiting: this.#host.state().waiting + 1 });
  }

  /** None is left out that was recorded while they were counted. */
  async #countWaiting(kit: SigningKit): Promise<number> {
    for (;;) {
      const before = this.#recorded;
      const waiting = await kit.waiting();
      if (this.#recorded === before) return waiting;
    }
  }

  async fill(fieldId: string, value: string, locale: string): Promise<SaveAnswer> {
    const field = this.#host.view().fields.find(({ id }) => id === fieldId);
    if (this.#kit?.content.blocks.fieldIds.includes(fieldId)) {
      this.#host.set({ isFieldBlocked: true });
      throw new TypeError("kept on the server alone");
    }
    const numeric = field && isNumber(field.type) ? { locale } : {};
    await this.record({ type: "fill", fieldId, value, ...numeric });
    const isMark = field?.type === "signature" || field?.type === "initials";
    const svg = isMark && value !== "" ? this.#host.marks()[field.type as "signature" | "initials"] : null;
    return { svg, asOf: "on-device" };
  }

  /** @returns why the file is not kept on this device; null when it is. */
  async give(fieldId: string, file: File): Promise<"too-large" | "not-kept" | null> {
    try {
      await this.#kit!.give(fieldId, file);
    } catch (error) {
      if (error instanceof TooLarge) return "too-large";
      if (error instanceof NotKept) return "not-kept";
      throw error;
    }
    this.#countOneMore();
    return null;
  }

  /** Why Finish or consent need a network; null where they do not. */
  blockOf(what: "finish" | "consent"): string | null {
    const { isFinishBlocked, isConsentBlocked } = this.#kit!.content.blocks;
    if (what === "finish") return isFinishBlocked ? "offline/finish" : null;
    return isConsentBlocked ? "offline/consent" : null;
  }

  choicesFor(text: string) {
    return this.#kit?.content.marks[text.trim()] ?? null;
  }

  /** Takes marks on this device. @returns what they look like, or a refusal's code. */
  async adopt(signature: MarkInput, initials: MarkInput | null): Promise<Marks | string> {
    const made = await this.#drawn(signature);
    if (made.code) return made.code;
    const small = initials ? await this.#drawn(initials) : null;
    if (small?.code) return small.code;
    await this.record({ type: "adopt", signature, initials });
    const marks = { signature: made.svg!, initials: small?.svg ?? null };
    this.#host.keepMarks(marks);
    return marks;
  }

  async #drawn(mark: MarkInput): Promise<{ code?: string; svg?: string }> {
    if (mark.type === "typed") {
      const svg = this.choicesFor(mark.text)?.find(({ style }) => style === mark.style)?.svg;
      return svg ? { svg } : { code: "offline/name" };
    }
    if (mark.type === "uploaded") return { code: "offline/picture" };
    if (mark.type === "kept") {
      const svg = this.#host.view().kept?.signature;
      return svg ? { svg } : { code: "offline/picture" };
    }
    const { strokesSvg } = await import("#components/signing/offline/strokes-svg.ts");
    const svg = strokesSvg(mark.strokes, mark.aspect);
    return svg ? { svg } : { code: "signing/mark-too-small" };
  }

  async finish(act: object): Promise<void> {
    this.#isOver = true;
    await this.#add(act);
    this.#host.set({ finishedAt: new Date().toISOString() });
  }

  async keepScreen(screen: Screen): Promise<void> {
    await this.#kit?.keepScreen(screen);
  }

  async send(): Promise<void> {
    const kit = this.#kit;
    if (!kit || this.#host.state().waiting === 0 || this.#host.state().isSending) return;
    this.#host.set({ isSending: true });
    try {
      const answer = await kit.send();
      await this.#take(kit, answer);
    } catch (error) {
      const isAway = error instanceof TypeError || error instanceof DOMException;
      if (isAway) this.#host.set({ isAway: true });
      else await this.#giveUp(kit, (error as { code?: string }).code ?? "internal");
    } finally {
      this.#host.set({ isSending: false });
    }
  }

  async #take(kit: SigningKit, answer: SentAnswer | null): Promise<void> {
    // What was done while the rest was on its way goes after it, before anything is wiped or shown anew.
    const waiting = answer?.state === "open" ? await this.#countWaiting(kit) : 0;
    this.#host.set({ waiting, isAway: false, isFieldBlocked: false });
    if (waiting > 0) {
      const next = await kit.send();
      // What it says of the whole is the newest; what was put right meanwhile is not in it.
      return this.#take(kit, next ?? answer);
    }
    if (!answer) return;
    const refused = answer.state === "open" ? answer.refused : [];
    if (answer.state !== "open" || refused.length > 0) await this.#end(kit, problemsOf(refused));
    this.#host.sent();
    this.#host.refused(refused);
  }

  /** The person has to show again who they are, or the server takes nothing of it: then that is said. */
  async #giveUp(kit: SigningKit, code: string): Promise<void> {
    if (code === "authorize/check-missing") return this.#host.sent();
    await this.#end(kit, [{ code, fieldId: null }]);
    this.#host.sent();
  }

  async #end(kit: SigningKit, problems: readonly OfflineProblem[]): Promise<void> {
    await kit.wipe();
    this.#kit = null;
    this.#isOver = false;
    this.#host.beginAgain();
    this.#host.set({ phase: "idle", finishedAt: null, waiting: 0, expiresAt: null, problems });
  }
}

/** That Finish waited for the others says nothing that they do not. */
function problemsOf(refused: readonly RefusedAct[]): readonly OfflineProblem[] {
  const told = refused.map(({ code, fieldId }) => ({ code, fieldId }));
  const others = told.filter(({ code }) => code !== "signing/offline-act-before");
  return others.length > 0 ? others : told;
}

const shownOf = ({ documents }: CeremonyView): string =>
  documents.map(({ id, sha256 }) => `${id} ${sha256}`).join();

const filesOf = (token: string, { documents }: CeremonyView, sentences: string): string[] => [
  `/sign/${token}`,
  sentencesAddress(token, sentences),
  ...documents.flatMap(({ id, revision, pages }) =>
    pages.flatMap((_, page) => {
      const path = `/sign/${token}/pages/${id}/${revision}/${page}`;
      return [`${path}?w=1240`, `${path}/text`];
    }),
  ),
];

/** What a field needs is loaded with its first use: here that is before the network goes. */
async function loadControls(view: CeremonyView): Promise<void> {
  await Promise.all([loadSheets(), import("#components/signing/offline/offline-notices.tsx")]);
  if (view.fields.length === 0) return;
  await Promise.all([
    import("#components/signing/choice-control.tsx"),
    import("#components/signing/answer-control.tsx"),
    import("#components/signing/file-control.tsx"),
    import("#components/signing/fixed-control.tsx"),
    import("#components/signing/offline/strokes-svg.ts"),
  ]);
}
