import { CircleCheck, CircleX, FileSignature, Hourglass, Trash2, TriangleAlert } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { EarlierList, type EarlierListProps } from "#components/envelopes/earlier-list.tsx";
import { PersonChip, PersonMark } from "#components/envelopes/person-chip.tsx";
import { StatePill } from "#components/envelopes/state-pill.tsx";
import { BackLink } from "#components/ui/back-link.tsx";
import { Button, Spinner } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Logo } from "#components/ui/logo.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { Skeleton, SkeletonRows } from "#components/ui/skeleton.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { memberContext } from "../../_server/context.ts";
import { LiveFloating, LiveSearch, LiveSettings, LiveTabs } from "./live-parts.tsx";

const EARLIER: EarlierListProps["earlier"] = {
  ...{ readAt: "2026-11-21T10:00:00.000Z", areKept: true },
  signatures: [
    {
      ...{ kind: "signature", verdict: "indeterminate", isIntact: true, reason: null, name: "Otto Other" },
      ...{ at: "2026-11-20T12:00:00.000Z", isTimeProven: false, level: null },
      certificate: {
        ...{ subject: "CN=Otto Other,O=Another Maker", issuer: "CN=Authority,O=Another Maker" },
        ...{ serial: "4736250ab0baa0fe", sha256: "21533c9acba275b0".repeat(4) },
        ...{ notBefore: "2026-01-01T00:00:00.000Z", notAfter: "2028-01-01T00:00:00.000Z" },
      },
    },
  ],
};

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.design"))("title") };
}

const TOKENS = [
  ...["ink-900", "ink-700", "ink-600", "line-strong", "line", "canvas", "paper"],
  ...[
    "action-700",
    "action-50",
    "good-700",
    "good-50",
    "warn-800",
    "warn-50",
    "bad-700",
    "bad-50",
    "info-700",
    "info-50",
    "field-700",
    "field-50",
    "focus",
    "on-action",
    "action-800",
  ],
];
const STATES = [
  ...(["draft", "scheduled", "sent", "sealing", "completed", "declined", "voided", "expired"] as const),
];
const SAMPLE_AT = "2026-11-20T14:05:09Z";
const SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/** The language the pages are written in: every component as it is, in every state it has. */
export default async function DesignPage() {
  await memberContext();
  const t = await getTranslations("app.design");
  return (
    <Page title={t("title")} back={<BackLink href="/" label={t("back")} />} lead={t("lead")}>
      <div className="flex flex-col gap-6">
        <Part title={t("colors")}>
          <ul className="grid grid-cols-2 gap-3 sm:grid-cols-4 lg:grid-cols-6">
            {TOKENS.map((token) => (
              <li key={token}>
                <div
                  className="h-12 rounded-control border border-line"
                  style={{ background: `var(--color-${token})` }}
                />
                <p className="mt-1 text-small text-ink-700">{token}</p>
              </li>
            ))}
          </ul>
        </Part>
        <Part title={t("type")}>
          <p className="text-h1 font-semibold">{t("sample")}</p>
          <p className="text-h2 font-semibold">{t("sample")}</p>
          <p className="text-h3 font-semibold">{t("sample")}</p>
          <p className="text-lead">{t("sample")}</p>
          <p>{t("sample")}</p>
          <p className="text-small text-ink-700">{t("sample")}</p>
          <p className="text-caption text-ink-600">{t("sample")}</p>
        </Part>
        <Part title={t("buttons")}>
          <div className="flex flex-wrap gap-3">
            {(["primary", "secondary", "quiet", "danger"] as const).map((kind) => (
              <Button key={kind} kind={kind}>
                {t(`kinds.${kind}`)}
              </Button>
            ))}
            <Button disabled>{t("disabled")}</Button>
            <Button isBusy>{t("busy")}</Button>
            <Button size="large">{t("large")}</Button>
            <ReadyButton>{t("ready")}</ReadyButton>
          </div>
          <p className="mt-3 text-small text-ink-600">{t("buttonsHint")}</p>
          <div className="mt-4 flex flex-wrap items-center gap-3">
            <IconButton label={t("iconButton")}>
              <Trash2 aria-hidden="true" className="size-5" />
            </IconButton>
            <IconButton label={t("disabled")} disabled>
              <Trash2 aria-hidden="true" className="size-5" />
            </IconButton>
            <Spinner />
            <Logo />
          </div>
          <p className="mt-3 text-small text-ink-600">{t("iconButtonHint")}</p>
        </Part>
        <Part title={t("fields")}>
          <div className="grid gap-5 md:grid-cols-2">
            <TextField label={t("label")} hint={t("hint")} defaultValue="Ana Ruiz" />
            <TextField label={t("label")} error={t("error")} defaultValue="ana at example" />
            <TextField label={t("label")} disabled defaultValue={t("disabled")} />
            <SelectField
              label={t("choice")}
              hint={t("hint")}
              options={[
                { value: "a", label: "A" },
                { value: "b", label: "B" },
              ]}
            />
            <SelectField label={t("choice")} disabled options={[{ value: "a", label: t("disabled") }]} />
            <SelectField label={t("choice")} hidesLabel options={[{ value: "a", label: t("hiddenLabel") }]} />
            <TextArea label={t("label")} hint={t("hint")} rows={3} />
            <TextArea label={t("label")} error={t("error")} rows={3} defaultValue="ana at example" />
            <TextArea label={t("label")} disabled rows={3} defaultValue={t("disabled")} />
            <div>
              <CheckField label={t("choice")} hint={t("hint")} defaultChecked />
              <CheckField label={t("choice")} />
              <CheckField label={t("disabled")} disabled />
              <CheckField label={t("choice")} type="radio" name="r" defaultChecked />
              <CheckField label={t("disabled")} type="radio" name="r" disabled />
            </div>
          </div>
          <p className="mt-3 text-small text-ink-600">{t("fieldsHint")}</p>
        </Part>
        <Part title={t("settings")}>
          <LiveSettings />
        </Part>
        <Part title={t("states")}>
          <div className="flex flex-wrap gap-3">
            {STATES.map((state) => (
              <StatePill key={state} state={state} />
            ))}
          </div>
          <div className="mt-3">
            <EarlierList earlier={EARLIER} />
          </div>
          <div className="mt-3 flex flex-wrap gap-3">
            <StatusPill tone="neutral" icon={FileSignature}>
              {t("tones.neutral")}
            </StatusPill>
            <StatusPill tone="info" icon={Hourglass}>
              {t("tones.info")}
            </StatusPill>
            <StatusPill tone="good" icon={CircleCheck}>
              {t("tones.good")}
            </StatusPill>
            <StatusPill tone="warn" icon={TriangleAlert}>
              {t("tones.warn")}
            </StatusPill>
            <StatusPill tone="bad" icon={CircleX}>
              {t("tones.bad")}
            </StatusPill>
          </div>
        </Part>
        <Part title={t("notices")}>
          <div className="flex flex-col gap-3">
            {(["info", "good", "warn"] as const).map((tone) => (
              <Notice key={tone} tone={tone}>
                {t("noticeText")}
              </Notice>
            ))}
            <Notice tone="bad">{t("noticeText")}</Notice>
          </div>
          <p className="mt-3 text-small text-ink-600">{t("noticesHint")}</p>
        </Part>
        <Part title={t("floating")}>
          <LiveFloating />
          <p className="mt-3 text-small text-ink-600">{t("floatingHint")}</p>
        </Part>
        <Part title={t("tabs")}>
          <LiveTabs />
          <p className="mt-3 text-small text-ink-600">{t("tabsHint")}</p>
        </Part>
        <Part title={t("searching")}>
          <LiveSearch />
          <SearchForm label={t("search")} submit={t("find")} search="" className="mt-4" />
        </Part>
        <Part title={t("people")}>
          <div className="flex flex-wrap gap-3">
            {[
              "Ana Ruiz",
              "Ben Okafor",
              "Chi Nwosu",
              "Dee Park",
              "Eve Lund",
              "Fay Moss",
              "Gus Reed",
              "Hal Stone",
            ].map((name, index) => (
              <PersonMark key={name} person={{ name, email: "" }} index={index} />
            ))}
            <PersonMark person={{ name: "Ana Ruiz", email: "" }} index={0} size="small" />
          </div>
          <div className="mt-3 flex flex-wrap gap-3">
            <PersonChip person={{ name: "Ana Ruiz", email: "ana@example.com" }} index={0} />
            <PersonChip person={{ name: "", email: "ben@example.com" }} index={1} />
          </div>
          <p className="mt-3 text-small text-ink-600">{t("peopleHint")}</p>
        </Part>
        <Part title={t("progress")}>
          <Progress label={t("progress")} value={0.4} />
          <div className="mt-4">
            <Progress label={t("progress")} value={null} />
          </div>
          <div className="mt-4">
            <Skeleton className="h-6 w-64" />
          </div>
          <div className="mt-4">
            <SkeletonRows label={t("loading")} rows={2} />
          </div>
        </Part>
        <Part title={t("times")}>
          <p>
            <Instant at={SAMPLE_AT} />
          </p>
          <p>
            <Instant at={SAMPLE_AT} withSeconds />
          </p>
          <p className="mt-3 text-small text-ink-600">{t("timesHint")}</p>
        </Part>
        <Part title={t("hash")}>
          <HashChip value={SHA} label={t("hash")} copyLabel={t("copy")} copiedLabel={t("copied")} />
          <div className="mt-3">
            <HashChip value={SHA} label={t("hash")} copyLabel={t("copy")} copiedLabel={t("copied")} isFull />
          </div>
        </Part>
        <EmptyState
          icon={FileSignature}
          title={t("emptyTitle")}
          action={<Button kind="secondary">{t("kinds.secondary")}</Button>}
        >
          {t("emptyHint")}
        </EmptyState>
      </div>
    </Page>
  );
}

const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <Sheet title={title}>
    <div className="px-4 py-4 sm:px-6">{children}</div>
  </Sheet>
);
