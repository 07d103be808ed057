"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import type { NoticeAnswer } from "#components/signing/access-question.tsx";
import { ACTION_ID } from "#components/signing/action-bar.tsx";
import type { DeclineReason } from "#components/signing/decline-sheet.tsx";
import { controlId, type FieldActions } from "#components/signing/field-box.tsx";
import { handOver } from "#components/signing/focus-heading.tsx";
import { bringIntoView, focusControl } from "#components/signing/move-focus.ts";
import type { NamedPerson } from "#components/signing/next-people.tsx";
import { problemWords } from "#components/signing/problem-words.ts";
import { type Telephone, WHOLE_PAGE } from "#components/signing/telephone.ts";
import type { MarkPreview } from "#components/signing/type-mark.tsx";
import { fillIn, type SignWords, sentenceFor } from "#components/signing/words.ts";
import { MEGABYTE } from "#lib/envelopes/core/fields/file-kinds.ts";
import { ADOPTED, groupOf } from "#lib/envelopes/core/fields/form-field.ts";
import { attests, onlySays } from "#lib/envelopes/core/roles.ts";
import type { MarkInput } from "#lib/signing/adopt-mark.ts";
import { inReadingOrder, isTask, nextOptional, nextStep } from "#lib/signing/core/guide.ts";
import { initialsOf } from "#lib/signing/core/initials.ts";
import { OFFLINE_FILES } from "#lib/signing/core/offline-acts.ts";
import type { MarkDigests } from "#lib/signing/core/shown-answers.ts";
import type { CeremonyFieldView, CeremonyView } from "#lib/signing/open-ceremony.ts";
import type { FormState } from "../../_server/form.ts";
import { type Attempt, attempt, isOutdated, OFFLINE } from "./attempt.ts";
import { useDeskServer } from "./desk-server.ts";
import { formNow } from "./form-now.ts";
import { OfflineDesk } from "./offline-desk.ts";
import { useRelease } from "./use-release.ts";
import type { TellRest } from "./use-seen-pages.ts";
import { useValues } from "./use-values.ts";

export type OpenSheet =
  | { readonly kind: "notice" | "paper" | "not-me" | "review" | "later" }
  | { readonly kind: "adopt"; readonly fieldId: string }
  /** For the file of a field; null where the telephone goes on with all of it. */
  | { readonly kind: "telephone"; readonly fieldId: string | null }
  | { readonly kind: "decline"; readonly reason: DeclineReason | null };

export interface CeremonyInput {
  readonly token: string;
  readonly view: CeremonyView;
  /** In which numbers and days are written. */
  readonly locale: string;
  /** Names what the page can say. */
  readonly sentences: string;
  readonly words: SignWords;
  readonly refusals: Readonly<Record<string, string>>;
}

/** Everything the signing page knows and can do, from the first look to Finish. */
export function useCeremony(
  { token, view, locale, sentences, words, refusals: given }: CeremonyInput,
  tellRest: TellRest,
) {
  const router = useRouter();
  const server = useDeskServer(token);
  const { acts } = server;
  const [offline] = useState(() => new OfflineDesk(token, view, sentences));
  const away = useSyncExternalStore(offline.subscribe, offline.snapshot, offline.serverSnapshot);
  const [queue, values] = useValues(server, view, locale, () => router.refresh(), offline);
  const [hasAgreed, setAgreed] = useState(view.consent.isGiven);
  const [sheet, open] = useState<OpenSheet | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  // What they agreed to has changed while the page was open: they are asked anew, and nothing stands before that.
  useEffect(() => {
    if (view.consent.change === null) return;
    setAgreed(false);
    open(null);
    setEditing(null);
  }, [view.consent.change]);
  const [current, setCurrent] = useState<string | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const [marks, setMarks] = useState(view.marks);
  const [digests, setDigests] = useState<MarkDigests | null>(view.markDigests);
  // Marks that were made in another window since come with a new view, and with them what names them.
  // biome-ignore lint/correctness/useExhaustiveDependencies: for other marks, and not for every new view.
  useEffect(() => {
    setMarks(view.marks);
    setDigests(view.markDigests);
  }, [view.markDigests.signature, view.markDigests.initials]);
  const [isFinishing, setFinishing] = useState(false);
  const [named, setNamed] = useState<ReadonlyMap<string, NamedPerson>>(new Map());
  const [finishProblem, setFinishProblem] = useState<string | null>(null);
  const [hasChanged, setChanged] = useState(false);
  const [givenNames, setGivenNames] = useState<ReadonlyMap<string, string>>(new Map());
  const fileNames = useMemo(() => {
    const kept = view.fields.flatMap(({ id, fileName }) => (fileName ? [[id, fileName] as const] : []));
    return new Map([...kept, ...givenNames]);
  }, [view.fields, givenNames]);

  const { role } = view.me;
  const refusals = useMemo(
    () => ({ ...given, ...offlineSentences(words, role), ...server.refusals }),
    [given, words, role, server],
  );
  const documentIds = view.documents.map(({ id }) => id);
  // What was refused must be put right, required or not.
  const form = formNow(view, inReadingOrder(view.fields, documentIds), values.fields, locale);
  const fields = form.fields.map((field) =>
    values.fields.get(field.id)?.refusal ? { ...field, isRequired: true } : field,
  );
  const fieldOf = (id: string) => fields.find((field) => field.id === id);
  const enteredIn = (id: string) => values.fields.get(id)?.value ?? "";
  const isFilled = (id: string) => !form.states.get(id)?.problem && !values.fields.get(id)?.refusal;
  const close = useCallback(() => open(null), []);
  const release = useRelease();

  // A name is known already, so it is filled in once there is consent; whoever empties it then wants it empty.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, and not for every new view.
  useEffect(() => {
    if (!hasAgreed) return;
    queue.resume();
    for (const { id, type } of view.fields)
      if (type === "name" && queue.snapshot().fields.get(id)?.value === "")
        queue.enter(id, view.me.name, "now");
  }, [hasAgreed]);

  useEffect(() => {
    const control = editing ? document.getElementById(controlId(editing)) : null;
    const isNarrow = window.matchMedia("(max-width: 639px)").matches;
    // What is pressed stays where it is until it is let go.
    if (control && isNarrow) release(() => bringIntoView(control));
  }, [editing, release]);

  useEffect(() => offline.show(view), [offline, view]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew for another link alone.
  useEffect(
    () =>
      server.isPreview
        ? undefined
        : offline.watch({
            restore(screen) {
              // Whoever left before the screen was kept has what the page came with.
              const kept = {
                signature: screen.marks.signature ?? view.marks.signature,
                initials: screen.marks.initials ?? view.marks.initials,
              };
              setAgreed((hasAgreed) => hasAgreed || screen.hasAgreed);
              setMarks(kept);
              const isAsCame =
                kept.signature === view.marks.signature && kept.initials === view.marks.initials;
              setDigests(isAsCame ? view.markDigests : null);
              offline.keepMarks(kept);
              setGivenNames(new Map(Object.entries(screen.files ?? {})));
              for (const [id, value] of Object.entries(screen.values)) {
                const type = view.fields.find((field) => field.id === id)?.type;
                const svg = type === "signature" || type === "initials" ? kept[type] : null;
                queue.restore({ id, value, svg: value === ADOPTED ? svg : null });
              }
            },
            sent() {
              queue.release();
              if (offline.snapshot().problems.length === 0) handOver();
              router.refresh();
            },
            refused(refused) {
              for (const { fieldId, entered, code } of refused)
                if (fieldId !== null && entered !== null) queue.refuse(fieldId, entered, code);
            },
          }),
    [offline],
  );
  const shownValues = values.fields;
  useEffect(() => {
    if (away.phase !== "ready") return;
    const isPrivate = new Set(view.fields.filter(({ settings }) => settings.isSensitive).map(({ id }) => id));
    const kept = [...shownValues].filter(([id]) => !isPrivate.has(id)).map(([id, { value }]) => [id, value]);
    const { finishedAt } = away;
    const files = Object.fromEntries(givenNames);
    const screen = { hasAgreed, marks, values: Object.fromEntries(kept), files, finishedAt };
    const timer = setTimeout(() => void offline.keepScreen(screen), 300);
    return () => clearTimeout(timer);
  }, [offline, away, hasAgreed, marks, shownValues, givenNames, view.fields]);
  useEffect(() => offline.keepMarks(marks), [offline, marks]);

  /** On the server; on this device where that cannot be reached, and as long as something before still waits there. */
  async function either<T>(
    work: () => Promise<FormState<T>>,
    here: () => Promise<{ readonly code: string } | { readonly result: T }>,
  ): Promise<Attempt<T>> {
    const keep = async (): Promise<Attempt<T>> => {
      const kept = await here();
      return "code" in kept ? { refusal: kept } : { refusal: null, result: kept.result };
    };
    if (await offline.isRecording()) return keep();
    const answer = await attempt(work);
    return answer.refusal?.code === OFFLINE && (await offline.canRecord()) ? keep() : answer;
  }

  function refused({ code, reference }: { code: string; reference?: string }): string {
    if (isOutdated(code)) {
      handOver();
      router.refresh();
    }
    return sentenceFor(refusals, reference ? { code, reference } : { code });
  }

  /** @param answer the word out of the notice's PDF, where one is asked for. */
  async function agree(wording: string, answer: NoticeAnswer | null): Promise<string | null> {
    const shown = answer ? await attempt(() => acts.showAccess(token, answer)) : null;
    if (shown?.refusal) return refused(shown.refusal);
    const { version, locale, sha256 } = view.consent;
    const { refusal } = await either(
      () => acts.agreeToSign(token, { version, locale, sha256, wording }),
      async () => {
        const code = offline.here.blockOf("consent");
        if (code) return { code };
        await offline.here.record({ type: "consent", version, locale, sha256, wording });
        return { result: undefined };
      },
    );
    if (refusal) return refused(refusal);
    // The bar must stand before it can be focused.
    flushSync(() => setAgreed(true));
    document.getElementById(ACTION_ID)?.focus({ preventScroll: true });
    return null;
  }

  /** One press for who kept a signature: agrees, adopts it and puts it where it is asked for first. */
  async function agreeAndSign(wording: string, answer: NoticeAnswer | null): Promise<string | null> {
    const problem = await agree(wording, answer);
    if (problem) return problem;
    const first = nextStep(fields, isFilled, null);
    if (first.kind === "mark") setCurrent(first.fieldId);
    const initials: MarkInput | null = !asksForInitials
      ? null
      : view.kept?.hasInitials
        ? { type: "kept" }
        : { type: "typed", text: initialsOf(view.me.name), style: "flowing" };
    await adopt({ type: "kept" }, initials, false, first.kind === "mark" ? first.fieldId : null);
    return null;
  }

  const asksForInitials = fields.some(({ type }) => type === "initials");
  const step = nextStep(fields, isFilled, current);

  function goNext() {
    if (step.kind === "finish") return open({ kind: "review" });
    // Whoever is led to a value is told what is wrong with it.
    const isAsked = step.fieldId === current || enteredIn(step.fieldId) !== "";
    if (isAsked && step.kind !== "mark") setAsked(step.fieldId);
    setCurrent(step.fieldId);
    if (step.kind !== "mark") return focusControl(controlId(step.fieldId));
    const place = document.getElementById(controlId(step.fieldId));
    if (place) bringIntoView(place);
    putMark(step.fieldId, true);
  }

  /** @param fromBar the person goes through what is to do, and did not choose the field. */
  function putMark(fieldId: string, fromBar = false) {
    const field = fieldOf(fieldId);
    if (!field || (field.type !== "signature" && field.type !== "initials")) return;
    setCurrent(fieldId);
    if (!marks[field.type] || enteredIn(fieldId) !== "") return open({ kind: "adopt", fieldId });
    queue.enter(fieldId, ADOPTED, "now");
    if (fromBar) reviewWhenDone(fieldId);
  }

  /** What is left after the last mark is to look at everything once more. */
  function reviewWhenDone(markedId: string) {
    const isDone = (id: string) => id === markedId || isFilled(id);
    if (view.seenPages === null && nextStep(fields, isDone, markedId).kind === "finish")
      open({ kind: "review" });
    else close();
  }

  async function adopt(
    signature: MarkInput,
    initials: MarkInput | null,
    keeps: boolean,
    intoField?: string | null,
  ) {
    const { refusal, result } = await either(
      () => acts.adopt(token, signature, initials, keeps),
      async () => {
        const adopted = await offline.here.adopt(signature, initials);
        return typeof adopted === "string"
          ? { code: adopted }
          : { result: { ...adopted, digests: undefined } };
      },
    );
    if (refusal) {
      refused(refusal);
      return refusal;
    }
    const adopted = { signature: result!.signature, initials: result!.initials ?? marks.initials };
    offline.keepMarks(adopted);
    setMarks(adopted);
    setDigests(result!.digests ?? null);
    for (const { id, type } of fields)
      if ((type === "signature" || type === "initials") && enteredIn(id) === ADOPTED) queue.redraw(id);
    const fieldId = intoField ?? (sheet?.kind === "adopt" ? sheet.fieldId : null);
    if (fieldId === null) return null;
    const wasEmpty = enteredIn(fieldId) === "";
    queue.enter(fieldId, ADOPTED, "now");
    if (wasEmpty) reviewWhenDone(fieldId);
    else close();
    return null;
  }

  function nameAs(personId: string, person: NamedPerson) {
    setNamed(new Map([...named, [personId, person]]));
    setFinishProblem(null);
  }

  async function finish(wording: string) {
    // What is wrong stands above the answers, each with its way there.
    if (fields.some((field) => wrongIn(field) !== null)) return setFinishProblem(null);
    setFinishing(true);
    setFinishProblem(null);
    const problem = await act(wording);
    setFinishProblem(problem);
    if (problem) setFinishing(false);
  }

  /** @returns what keeps the person from finishing; null when it is done. */
  async function act(wording: string): Promise<string | null> {
    if (!(await queue.flush()))
      return offline.snapshot().isFieldBlocked ? words.offline.fieldBlocked : words.review.unsaved;
    await tellRest.current();
    const shown = view.documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
    const entered = [...queue.snapshot().fields].map(([id, { value }]) => [id, value]);
    const answers = { values: Object.fromEntries(entered), locale, marks: digests };
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    for (const { id: personId, name, email } of view.toName) {
      const person = named.get(personId) ?? { name, email };
      const { refusal } = await attempt(() => acts.nameNextPerson(token, { personId, ...person }));
      if (refusal) return refused(refusal);
    }
    handOver();
    const isApproval = onlySays(view.me.role);
    const { refusal } = await either(
      () =>
        isApproval
          ? acts.approveDocuments(token, { shown, answers, wording })
          : acts.finish(token, { shown, answers, wording, timeZone }),
      async () => {
        const code = offline.here.blockOf("finish");
        if (code) return { code };
        close();
        await offline.here.finish(
          isApproval ? { type: "approve", shown, wording } : { type: "finish", shown, wording, timeZone },
        );
        setFinishing(false);
        return { result: undefined };
      },
    );
    if (refusal?.code === "signing/document-changed") {
      setChanged(true);
      router.refresh();
    }
    // They come as they are kept, into the list that is on screen.
    if (refusal?.code === "signing/answers-changed") router.refresh();
    return refusal ? refused(refusal) : null;
  }

  async function decline(reason: string): Promise<string | null> {
    handOver();
    const { refusal } = await either(
      () => acts.declineDocuments(token, reason),
      async () => {
        close();
        await offline.here.finish({ type: "decline", reason });
        return { result: undefined };
      },
    );
    return refusal ? refused(refusal) : null;
  }

  /** Sends what is entered, and puts on record that the person means to come back. */
  async function saveAll(): Promise<boolean> {
    if (!(await queue.flush())) return false;
    const { refusal } = await attempt(() => acts.leaveForLater(token));
    if (refusal) refused(refusal);
    return refusal === null;
  }

  async function mailAgain(): Promise<string | null> {
    const { refusal } = await attempt(() => acts.linkAgain(token));
    return refusal ? refused(refusal) : null;
  }

  const telephone: Telephone = {
    async begin(fieldId) {
      const isMove = fieldId === WHOLE_PAGE;
      const { refusal, result } = await attempt(() =>
        isMove ? acts.beginMove(token) : acts.beginTelephone(token, fieldId),
      );
      return refusal ? refused(refusal) : result!;
    },
    async watch(id) {
      try {
        const answer = await fetch(`${server.address}/hand-overs/${id}`);
        if (answer.ok) return answer.json();
        return answer.status < 500 ? { state: "ended", strokes: [] } : null;
      } catch {
        return null;
      }
    },
    end(id) {
      void attempt(() => acts.endTelephone(token, id));
    },
  };

  const preview: MarkPreview = useCallback(
    async (text) => {
      // What lies on this device was drawn by the server too.
      const known = offline.choicesFor(text);
      if (known) return { choices: known };
      const { refusal, result } = await attempt(() => acts.previewName(token, text));
      if (refusal?.code !== OFFLINE) return refusal ? { refusal } : { choices: result ?? [] };
      await offline.hasLooked();
      const kept = offline.choicesFor(text);
      if (kept) return { choices: kept };
      return { refusal: { code: offline.snapshot().phase === "ready" ? "offline/name" : OFFLINE } };
    },
    [token, acts, offline],
  );

  async function give(fieldId: string, file: File): Promise<string | null> {
    if (await offline.isRecording()) return keep(fieldId, file);
    const answer = await acts.giveFile(token, fieldId, file);
    if ("refusal" in answer) {
      if (answer.refusal) return refused({ code: answer.refusal });
      return (await offline.canRecord()) ? keep(fieldId, file) : words.trouble.offline;
    }
    const { asOf, ...given } = answer;
    queue.adopt({ id: fieldId, ...given }, asOf);
    setGivenNames((names) => new Map(names).set(fieldId, file.name));
    return null;
  }

  /** On this device, until there is a network. */
  async function keep(fieldId: string, file: File): Promise<string | null> {
    const { bytes, allBytes } = OFFLINE_FILES;
    const problem = await offline.here.give(fieldId, file);
    if (problem === "not-kept") return words.offline.notKept;
    if (problem)
      return fillIn(words.offline.fileTooLarge, { most: bytes / MEGABYTE, all: allBytes / MEGABYTE });
    queue.adopt({ id: fieldId, value: "here", svg: null }, "on-device");
    setGivenNames((names) => new Map(names).set(fieldId, file.name));
    return null;
  }

  /** What a telephone gave is on the server; it comes from there. */
  function takeGiven(fieldId: string) {
    setGivenNames((names) => new Map([...names].filter(([id]) => id !== fieldId)));
    close();
    router.refresh();
  }

  /** Choosing one radio button lets go of the others, here as on the server. */
  function enter(id: string, value: string, when: "now" | "after-typing") {
    const field = fieldOf(id);
    const group = field?.type === "radio" && value !== "" ? groupOf(field) : null;
    for (const other of fields)
      if (group !== null && other.id !== id && groupOf(other) === group && enteredIn(other.id) !== "")
        queue.enter(other.id, "", "now");
    queue.enter(id, value, when);
  }

  const [leaving, setLeaving] = useState<string | null>(null);
  const isWrong = (id: string) => enteredIn(id) !== "" && form.states.get(id)?.problem != null;
  const latest = useRef({ goNext, putMark, give, enter, isWrong });
  useEffect(() => {
    latest.current = { goNext, putMark, give, enter, isWrong };
  });
  const actions = useMemo(
    (): FieldActions => ({
      enter(id, value, when) {
        setAsked(null);
        latest.current.enter(id, value, when);
      },
      edit(id) {
        setEditing(id);
        setCurrent(id);
        // Who comes back to what is wrong is told why, until they change it.
        if (latest.current.isWrong(id)) setAsked(id);
      },
      leave(id) {
        setEditing((now) => (now === id ? null : now));
        // What is said of it takes room: what is pressed now must not go from under the press.
        setLeaving(id);
        release(() => setLeaving((now) => (now === id ? null : now)));
        queue.settle(id);
      },
      mark: (id) => latest.current.putMark(id),
      next: () => latest.current.goNext(),
      give: (id, file) => latest.current.give(id, file),
      telephone: (id) => open({ kind: "telephone", fieldId: id }),
      decline: () => open({ kind: "decline", reason: null }),
    }),
    [queue, release],
  );

  function problemOf(field: CeremonyFieldView): string | null {
    const { problem } = form.states.get(field.id) ?? {};
    if (!problem) return wrongIn(field);
    // What is only empty is no mistake before it was asked for; what is being typed may still become right.
    const isWaiting = enteredIn(field.id) === "" || editing === field.id || leaving === field.id;
    if (isWaiting && asked !== field.id) return null;
    return wrongIn(field);
  }

  /** What is wrong with a field, whether or not it was come to; what is only empty too. */
  function wrongIn(field: CeremonyFieldView): string | null {
    const refusal = values.fields.get(field.id)?.refusal;
    const problem = form.states.get(field.id)?.problem;
    if (!problem) return refusal ? sentenceFor(refusals, { code: refusal }) : null;
    const name = field.settings.group || field.label || words.field[field.type];
    return problemWords(problem, name, words.field, locale);
  }

  const optional = nextOptional(
    fields.filter(({ id }) => {
      const state = form.states.get(id);
      return state?.presence === "shown" && !state.isFixed;
    }),
    (id) => enteredIn(id) === "",
    current,
  );
  function showOptional(fieldId: string) {
    setCurrent(fieldId);
    focusControl(controlId(fieldId));
  }

  function editFromReview(fieldId: string) {
    close();
    setCurrent(fieldId);
    // The dialog gives the focus back first.
    setTimeout(() => focusControl(controlId(fieldId)));
  }

  const heldField = sheet?.kind === "adopt" && enteredIn(sheet.fieldId) !== "" ? sheet.fieldId : null;
  const removeMark = () => {
    if (heldField) queue.enter(heldField, "", "now");
    close();
  };

  return {
    ...{
      form,
      fileNames,
      current,
      queue: values,
      fields,
      hasAgreed,
      hasChanged,
      editing,
      actions,
      refusals,
      sheet,
      open,
      close,
    },
    ...{ agree, agreeAndSign, adopt, preview, removeMark, decline, finish, problemOf, editFromReview },
    wrongIn,
    optional: optional && {
      label: fillIn(words.bar.optional, { count: optional.count }, locale),
      onPress: () => showOptional(optional.fieldId),
    },
    ...{ saveAll, mailAgain, telephone, takeGiven, named, nameAs },
    ...{ offline, away },
    ...{ isFinishing, finishProblem, isMarkHeld: heldField !== null },
    act: goNext,
    isAllFilled: step.kind === "finish",
    action: describeStep(step, fields, isFilled, view.me.role, words.bar, locale),
  };
}

/** What is said where something only goes with a network. */
const offlineSentences = (
  { trouble, offline }: SignWords,
  role: CeremonyView["me"]["role"],
): Readonly<Record<string, string>> => ({
  [OFFLINE]: trouble.offline,
  "offline/finish": attests(role) ? offline.attestBlocked : offline.finishBlocked,
  "offline/consent": offline.consentBlocked,
  "offline/name": offline.nameBlocked,
  "offline/picture": offline.pictureBlocked,
  "offline/changed": offline.changed,
});

/** What the bar says: the next step on its button, how far things are beside it. */
function describeStep(
  step: ReturnType<typeof nextStep>,
  fields: readonly CeremonyFieldView[],
  isFilled: (id: string) => boolean,
  role: CeremonyView["me"]["role"],
  bar: SignWords["bar"],
  locale: string,
): { readonly label: string; readonly progress: string } {
  if (role === "approver" || role === "viewer")
    return { label: role === "approver" ? bar.approve : bar.acknowledge, progress: bar.read };
  const tasks = fields.filter(isTask);
  const [total, done] = [tasks.length, tasks.filter(({ id }) => isFilled(id)).length];
  const progress = done === total ? bar.ready : fillIn(bar.done, { done, total });
  if (step.kind === "finish") return { label: role === "editor" ? bar.passOn : bar.finish, progress };
  const { position } = step;
  const numbers = { position, total, count: total - done };
  const templates = {
    start: bar.start,
    next: bar.next,
    mark:
      step.kind === "mark" && step.mark === "initials"
        ? [bar.initial, bar.initialOf]
        : [bar.sign, bar.signOf],
  };
  const template = step.kind === "mark" ? templates.mark[total > 1 ? 1 : 0]! : templates[step.kind];
  return { label: fillIn(template, numbers, locale), progress };
}
