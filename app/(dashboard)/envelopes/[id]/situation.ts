import type { getTranslations } from "next-intl/server";
import type { NoticeTone } from "#components/ui/notice.tsx";
import type { EnvelopeView } from "#lib/envelopes/get-envelope.ts";

type Words = Awaited<ReturnType<typeof getTranslations<"app.situation">>>;

export interface Situation {
  readonly tone: NoticeTone;
  /** What happens now, in one sentence. */
  readonly text: string;
  /** Why it does not go on, when it does not. */
  readonly delay: string | null;
}

/** What happens with an envelope now, in words for its sender. */
export function situationOf(envelope: EnvelopeView, t: Words): Situation {
  const delay = envelope.waitingFor ? delayText(envelope.waitingFor, t) : null;
  return { ...stateText(envelope, t), delay, ...(delay ? { tone: "warn" } : {}) };
}

function stateText(envelope: EnvelopeView, t: Words): Omit<Situation, "delay"> {
  const { state, recipients, endReason } = envelope;
  switch (state) {
    case "draft":
      return { tone: "info", text: t(envelope.scheduledAt ? "scheduled" : "draft") };
    case "sent":
      return { tone: "info", text: underWay(envelope, t) };
    case "sealing":
      return { tone: "info", text: t("sealing") };
    case "completed":
      return { tone: "good", text: t("completed") };
    case "declined": {
      const who = recipients.find((recipient) => recipient.declinedAt !== null);
      const reason = who?.declineReason ?? endReason ?? "";
      return { tone: "bad", text: t("declined", { name: who?.name ?? "", reason }) };
    }
    case "voided":
      return { tone: "warn", text: t("voided", { reason: endReason ?? "" }) };
    case "expired":
      return { tone: "warn", text: t("expired") };
  }
}

function underWay({ isPrepared, recipients, order }: EnvelopeView, t: Words): string {
  if (!isPrepared) return t("preparing");
  const turn = recipients.filter(({ isTheirTurn }) => isTheirTurn);
  const open = turn.filter(({ state, isAtProvider }) => state !== "finished" || isAtProvider);
  if (open.length === 0) return t("signing");
  const [first] = open;
  if (open.length === 1 && first?.isAtProvider) return t("atProvider", { name: first.name || first.email });
  const names = new Intl.ListFormat("en", { type: "conjunction" }).format(
    open.map(({ name, email }) => name || email),
  );
  const later = recipients.filter(
    ({ role, isDone, isTheirTurn }) => role !== "copy" && !isDone && !isTheirTurn,
  );
  return order === "sequential" && later.length > 0
    ? t("waitingThen", { names, later: later.length })
    : t("waiting", { names });
}

function delayText(code: string, t: Words): string {
  const key = `delays.${code}` as "delays.internal";
  return t.has(key) ? t(key) : t("delays.internal");
}
