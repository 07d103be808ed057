import { CircleCheck, CircleDashed, CircleX } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { type LogView, readLog } from "#lib/evidence/read-log.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { CheckButton } from "./check-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.log"))("title") };
}

/** How the installation's audit log is doing, and what proves it later. */
export default async function LogPage() {
  const ctx = await memberContext();
  const log = await answerPage(() => readLog(ctx));
  const t = await getTranslations("app.log");
  return (
    <Page title={t("title")} lead={t("lead")} width="reading">
      <RefreshNowAndThen />
      <div className="flex flex-col gap-6">
        <Waiting log={log} />
        <Now log={log} />
        <Check log={log} />
        <Keep log={log} baseUrl={ctx.runtime.config.baseUrl} />
      </div>
    </Page>
  );
}

interface PartProps {
  readonly log: LogView;
}

async function Waiting({ log: { waitingFor, waitingSince } }: PartProps) {
  const t = await getTranslations("app.log");
  if (!waitingFor) return null;
  const reason = t.has(`waitingReasons.${waitingFor}` as never) ? waitingFor : "other";
  return (
    <Notice tone={waitingFor === "audit/log-broken" ? "bad" : "warn"}>
      <p className="font-semibold">
        {t("waiting")}
        {waitingSince ? (
          <>
            {" "}
            {t("since")} <Instant at={waitingSince.toISOString()} />
          </>
        ) : null}
      </p>
      <p>{t(`waitingReasons.${reason}` as never, { code: waitingFor } as never)}</p>
    </Notice>
  );
}

async function Now({ log: { size, beyondCount, newest } }: PartProps) {
  const t = await getTranslations("app.log");
  return (
    <Sheet title={t("now")}>
      <dl className="divide-y divide-line">
        <Fact term={t("size")}>{size.toLocaleString("en")}</Fact>
        <Fact term={t("level")}>
          {t("levelFull")}
          <p className="text-small text-ink-600">{t("levelHint")}</p>
        </Fact>
        <Fact term={t("beyond")}>
          {beyondCount > 0 ? (
            <>
              {beyondCount.toLocaleString("en")}
              <p className="text-small text-ink-600">{t("beyondHint")}</p>
            </>
          ) : (
            t("allCovered")
          )}
        </Fact>
        <Fact term={t("newest")}>{newest ? t("covers", { size: newest.size }) : t("none")}</Fact>
        {newest ? (
          <>
            <Fact term={t("stamped")}>
              {newest.stampedAt ? (
                <>
                  <Instant at={newest.stampedAt.toISOString()} withSeconds />
                  {newest.authority ? (
                    <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
                      {t("by", { authority: commonName(newest.authority) })}
                    </p>
                  ) : null}
                </>
              ) : (
                t("unstamped")
              )}
            </Fact>
            <Fact term={t("root")}>
              <HashChip
                value={Buffer.from(newest.root, "base64").toString("hex")}
                label={t("root")}
                copyLabel={t("copy")}
                copiedLabel={t("copied")}
              />
            </Fact>
            <Fact term={t("origin")}>
              <span className="font-mono text-mono [overflow-wrap:anywhere]">{newest.origin}</span>
            </Fact>
          </>
        ) : null}
      </dl>
    </Sheet>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className="grid gap-x-4 gap-y-1 px-4 py-3 sm:grid-cols-[14rem_minmax(0,1fr)] sm:px-6">
      <dt className="text-ink-600">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

async function Check({ log: { checked, isCheckWanted, size } }: PartProps) {
  const t = await getTranslations("app.log");
  // Of an empty log everything holds, which says nothing of what came since.
  const isVoid = checked?.holds === true && checked.eventCount === 0 && size > 0;
  const look =
    !checked || isVoid
      ? ({ tone: "neutral", icon: CircleDashed, word: "unchecked" } as const)
      : checked.holds
        ? ({ tone: "good", icon: CircleCheck, word: "holds" } as const)
        : ({ tone: "bad", icon: CircleX, word: "broken" } as const);
  return (
    <Sheet
      title={t("check")}
      aside={
        <StatusPill tone={look.tone} icon={look.icon}>
          {t(look.word)}
        </StatusPill>
      }
    >
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        {isVoid ? (
          <p>{t("voidText")}</p>
        ) : checked ? (
          <p>
            {t(checked.holds ? "holdsText" : "brokenText")} {t("checkedAt")}{" "}
            <Instant at={checked.at.toISOString()} />:{" "}
            {t("checkedWhat", { events: checked.eventCount, checkpoints: checked.checkpointCount })}.
          </p>
        ) : (
          <p>{t("uncheckedText")}</p>
        )}
        {checked && !checked.holds ? (
          <ul aria-label={t("found")} className="flex list-disc flex-col gap-2 ps-5 [overflow-wrap:anywhere]">
            {checked.sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
            {checked.elsewhereCount > 0 ? <li>{t("elsewhere", { count: checked.elsewhereCount })}</li> : null}
          </ul>
        ) : null}
        {isCheckWanted ? (
          <p role="status" className="text-ink-700">
            {t("checking")}
          </p>
        ) : (
          <CheckButton label={t("checkNow")} />
        )}
      </div>
    </Sheet>
  );
}

async function Keep({ log: { newest }, baseUrl }: PartProps & { readonly baseUrl: string }) {
  const t = await getTranslations("app.log");
  if (!newest) return null;
  const files = [
    { href: `/log/checkpoint/${newest.size}`, label: t("checkpoint") },
    { href: `/log/timestamp/${newest.size}`, label: t("timestamp") },
    { href: "/log/certificates.pem", label: t("certificates") },
    { href: "/pki/root.cer", label: t("root-certificate") },
  ];
  return (
    <Sheet title={t("keep")}>
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        <ul className="flex flex-wrap gap-3">
          {files.map(({ href, label }) => (
            <li key={href}>
              <a href={href} download className={buttonClass("secondary")}>
                {label}
              </a>
            </li>
          ))}
        </ul>
        <p>{t("keepText")}</p>
        <pre className="rounded-control border border-line bg-canvas p-3 font-mono text-mono whitespace-pre-wrap [overflow-wrap:anywhere]">
          {`npx whereof verify-log \\\n  --checkpoint checkpoint-${newest.size}.txt \\\n  --trust root.cer`}
        </pre>
        <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
          {t("address", { address: `${baseUrl}/log/checkpoint` })}
        </p>
      </div>
    </Sheet>
  );
}

/** `CN=Whereof Time-Stamping Authority,O=…` → its common name (RFC 4514). */
function commonName(subject: string): string {
  const found = /(?:^|,)CN=((?:\\.|[^,\\])+)/.exec(subject)?.[1];
  return found ? found.replace(/\\(.)/g, "$1") : subject;
}
