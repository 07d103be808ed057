import { getTranslations } from "next-intl/server";
import { svgSource } from "#components/signing/svg-source.ts";
import { Instant } from "#components/ui/instant.tsx";
import { MANNERS } from "#lib/envelopes/core/fields/field-types.ts";
import type { EnvelopeView } from "#lib/envelopes/get-envelope.ts";
import type { KeptReason } from "#lib/signing/core/offline-acts.ts";
import type { CapturedAnswer, KitView } from "#lib/signing/offline/list-kits.ts";
import { trailRow } from "./trail-rows.ts";

/** What stands in the trail where that is why nothing was applied. */
const HAPPENED: Readonly<Partial<Record<KeptReason, readonly string[]>>> = {
  voided: ["envelope.voided"],
  expired: ["envelope.expired"],
  declined: ["recipient.declined"],
  completed: ["envelope.completed"],
  delegated: ["recipient.delegated", "recipient.took-on", "recipient.stepped-back"],
  "already-signed": ["recipient.signed", "recipient.approved"],
  "already-declined": ["recipient.declined"],
  "document-changed": ["envelope.corrected", "signature.made"],
  "kit-removed": ["offline-kit.removed"],
};

const OWN: readonly (KeptReason | null)[] = ["already-signed", "already-declined"];

/** What a person did without a network, side by side with what is so instead: both are needed to settle it. */
export async function CapturedBeside({ kit, envelope }: { kit: KitView; envelope: EnvelopeView }) {
  const t = await getTranslations("app.offline.beside");
  const { captured, reason, recipientId } = kit;
  if (!captured) return null;
  const types = reason ? (HAPPENED[reason] ?? []) : [];
  const found = envelope.trail.findLast(
    ({ type, actor }) => types.includes(type) && (!OWN.includes(reason) || actor.id === recipientId),
  );
  const happened = found ? await trailRow(found, envelope) : null;
  const { answers, isHandedIn, signature, signatureNow } = captured;
  const hasMark = isHandedIn && (kit.acts.some(({ act }) => act === "adopt") || signatureNow !== null);
  return (
    <section aria-labelledby={`beside-${kit.id}`} className="flex flex-col gap-3">
      <h3 id={`beside-${kit.id}`} className="font-medium">
        {t("title")}
      </h3>
      {happened ? (
        <p>
          <span className="text-ink-600">{t("happened")}: </span>
          {happened.who} {happened.what} <Instant at={happened.at} />
        </p>
      ) : null}
      {isHandedIn ? null : <p className="text-ink-700">{t("notHandedIn")}</p>}
      {answers.length > 0 || hasMark ? (
        <dl className="divide-y divide-line rounded-control border border-line">
          {answers.map((answer) => (
            <Row
              key={answer.fieldId}
              label={answer.label}
              place={
                envelope.documents.length > 1
                  ? t("placeOf", { document: answer.document, page: answer.page + 1 })
                  : t("place", { page: answer.page + 1 })
              }
              heads={[t("captured"), t("now")]}
            >
              <Text text={wordsOf(answer, answer.captured, t) ?? ""} empty={t("empty")} />
              <Text
                text={answer.now === null ? null : wordsOf(answer, answer.now, t)}
                empty={answer.now === null ? t("nothing") : t("empty")}
              />
            </Row>
          ))}
          {hasMark ? (
            <Row label={t("signature")} place={null} heads={[t("captured"), t("now")]}>
              <Picture svg={signature} alt={t("signature")} none={t("notTold")} />
              <Picture svg={signatureNow} alt={t("signature")} none={t("nothing")} />
            </Row>
          ) : null}
        </dl>
      ) : null}
    </section>
  );
}

type Words = Awaited<ReturnType<typeof getTranslations<"app.offline.beside">>>;

function wordsOf({ type }: CapturedAnswer, value: string, t: Words): string | null {
  if (value === "") return null;
  if (type === "signature" || type === "initials") return t("signature");
  if (type === "checkbox") return t("checked");
  return MANNERS[type] === "pressed" ? t("chosen") : value;
}

interface RowProps {
  readonly label: string;
  readonly place: string | null;
  readonly heads: readonly [string, string];
  readonly children: readonly [React.ReactNode, React.ReactNode];
}

function Row({ label, place, heads, children }: RowProps) {
  return (
    <div className="p-3">
      <dt className="[overflow-wrap:anywhere]">
        {label}
        {place ? <span className="text-ink-600"> · {place}</span> : null}
      </dt>
      <dd className="mt-1 grid gap-3 sm:grid-cols-2">
        {heads.map((head, index) => (
          <div key={head} className="min-w-0">
            <p className="text-small text-ink-600">{head}</p>
            {children[index]}
          </div>
        ))}
      </dd>
    </div>
  );
}

function Text({ text, empty }: { text: string | null; empty: string }) {
  if (text === null || text === "") return <p className="text-ink-600 italic">{empty}</p>;
  return (
    <p dir="auto" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {text}
    </p>
  );
}

function Picture({ svg, alt, none }: { svg: string | null; alt: string; none: string }) {
  if (svg === null) return <p className="text-ink-600 italic">{none}</p>;
  return (
    <img
      src={svgSource(svg)}
      alt={alt}
      className="h-14 max-w-full bg-white object-contain object-left forced-color-adjust-none"
    />
  );
}
