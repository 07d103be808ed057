import { CloudOff, Download, FileClock, FileX } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import type { EnvelopeView } from "#lib/envelopes/get-envelope.ts";
import { publicId } from "#lib/ids.ts";
import type { KitView } from "#lib/signing/offline/list-kits.ts";
import { CapturedBeside } from "./captured-beside.tsx";
import { OfflineButton } from "./offline-button.tsx";
import { SettleButton } from "./settle-button.tsx";

interface OfflineKitsProps {
  readonly kits: readonly KitView[];
  readonly envelope: EnvelopeView;
  readonly mayManage: boolean;
  readonly mayDownload: boolean;
  readonly envelopeId: string;
}

const CLOCK_OFF_MS = 120_000;

/** What lies on signers' devices, what came back of it, and what somebody has to settle. */
export async function OfflineKits({ kits, envelope, mayManage, mayDownload, envelopeId }: OfflineKitsProps) {
  const t = await getTranslations("app.offline");
  // What was made and wiped again without being used says nothing to anybody.
  const told = kits.filter(({ acts, wipedAt }) => acts.length > 0 || wipedAt === null);
  if (told.length === 0) return null;
  return (
    <Sheet title={t("title")} id="offline">
      <ul aria-label={t("title")} className="divide-y divide-line">
        {told.map((kit) => {
          const name = envelope.recipients.find(({ id }) => id === kit.recipientId)?.name ?? "";
          const status = statusOf(kit);
          const lead = status === "settled" ? "kept" : status === "over" ? "removed" : status;
          return (
            <li key={kit.id} className="flex flex-col gap-3 px-4 py-4 sm:px-6">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span className="font-medium">{name}</span>
                <StatusPill
                  tone={status === "kept" ? "warn" : status === "done" ? "good" : "neutral"}
                  icon={status === "kept" ? FileX : status === "done" ? FileClock : CloudOff}
                >
                  {t(status)}
                </StatusPill>
              </p>
              <p>
                {t(`lead.${lead}`, {
                  name,
                  reason: (kit.reason ?? "other").replaceAll("-", "_"),
                  until: instantIn("en", kit.expiresAt),
                })}
              </p>
              {kit.syncedAt ? (
                <p className="text-small text-ink-600">
                  {t("receivedAt")} <Instant at={kit.syncedAt.toISOString()} /> {clockWords(kit, t)}
                </p>
              ) : null}
              {kit.state === "kept" ? (
                <>
                  <CapturedBeside kit={kit} envelope={envelope} />
                  <h3 className="font-medium">{t("actsTitle")}</h3>
                  <ol className="list-decimal ps-6">
                    {kit.acts.map(({ act, at }, index) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: their order is what they are.
                      <li key={index}>
                        {t(`acts.${act}`)}
                        <span className="text-ink-600">
                          {" · "}
                          {t("byDevice", { at: instantIn("en", new Date(at)) })}
                        </span>
                      </li>
                    ))}
                  </ol>
                  {kit.files.length > 0 && mayDownload ? (
                    <ul className="flex flex-col items-start gap-2">
                      {kit.files.map((file) => (
                        <li key={file.id}>
                          <a
                            href={`/envelopes/${envelopeId}/files/attachments/${file.id}`}
                            download
                            className={buttonClass("secondary")}
                          >
                            <Download aria-hidden="true" className="size-5" />
                            {t("file", { name: file.name })}
                          </a>
                        </li>
                      ))}
                    </ul>
                  ) : null}
                  {status === "kept" ? <p className="text-ink-700">{t("hint", { name })}</p> : null}
                </>
              ) : null}
              {kit.settlement ? (
                <div className="flex flex-col gap-1">
                  <p>
                    {t(`outcome.${kit.copyId ? "copy" : kit.settlement}`)}
                    {kit.settledAt ? (
                      <span className="text-ink-600">
                        {" · "}
                        <Instant at={kit.settledAt.toISOString()} />
                      </span>
                    ) : null}
                  </p>
                  <p className="text-ink-700 [overflow-wrap:anywhere]">
                    {t("outcomeReason", { reason: kit.settlementReason ?? "" })}
                  </p>
                  {kit.copyId ? (
                    <a
                      href={`/envelopes/${publicId("envelope", kit.copyId)}`}
                      className={`${buttonClass("quiet")} self-start`}
                    >
                      {t("toCopy")}
                    </a>
                  ) : null}
                </div>
              ) : null}
              {mayManage && status === "kept" ? (
                <SettleButton id={kit.id} name={name} againBy={kit.captured?.againBy ?? null} />
              ) : null}
              {mayManage && status === "open" ? (
                <OfflineButton id={kit.id} label={t("remove")} name={t("removeFor", { name })} />
              ) : null}
            </li>
          );
        })}
      </ul>
    </Sheet>
  );
}

function statusOf({ state, settledAt, removedAt, wipedAt, expiresAt }: KitView) {
  if (state === "kept") return settledAt ? "settled" : "kept";
  if (state === "done") return "done";
  if (removedAt && !wipedAt) return "removed";
  return expiresAt < new Date() || wipedAt ? "over" : "open";
}

function clockWords(
  { clockOffMs }: KitView,
  t: Awaited<ReturnType<typeof getTranslations<"app.offline">>>,
): string | null {
  if (clockOffMs === null || Math.abs(clockOffMs) < CLOCK_OFF_MS) return null;
  const minutes = Math.round(Math.abs(clockOffMs) / 60_000);
  return t("clock", { minutes, side: clockOffMs < 0 ? "ahead" : "behind" });
}
