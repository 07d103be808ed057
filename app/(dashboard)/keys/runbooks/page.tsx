import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Button } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { ComparedLine, RunbookKind } from "#lib/signing/core/runbook.ts";
import { compareRunbooks, listRunbooks, type RunbookView } from "#lib/signing/key-runbooks/runbooks.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { BackToKeys } from "../back-to-keys.tsx";
import { PrintButton } from "./print-button.tsx";
import { PublishButton } from "./publish-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.runbooks"))("title") };
}

interface Query {
  readonly kind?: string | string[];
  readonly before?: string | string[];
  readonly after?: string | string[];
}

const numberIn = (value: string | string[] | undefined) =>
  Number(Array.isArray(value) ? value[0] : value) || 0;

/** How keys are exported and imported here: the version that counts, those before, and what changed between two. */
export default async function RunbooksPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  const ctx = await memberContext();
  const { versions, people, mayPublish } = await answerPage(() => listRunbooks(ctx));
  const t = await getTranslations("app.runbooks");
  const [before, after] = [numberIn(query.before), numberIn(query.after)];
  const asked = (kind: RunbookKind) =>
    query.kind === kind &&
    [before, after].every((wanted) => versions[kind].some(({ version }) => version === wanted));
  const compared = async (kind: RunbookKind) =>
    asked(kind) ? answerPage(() => compareRunbooks(ctx, { kind, before, after })) : null;
  return (
    <Page title={t("title")} width="reading" back={<BackToKeys />} lead={t("lead")} actions={<PrintButton />}>
      <div className="flex flex-col gap-6">
        {(["export", "import"] as const).map(async (kind) => {
          const [newest] = versions[kind];
          const chosen = newest && {
            people: newest.people.map(({ memberId }) => memberId as string),
            ...{ transfer: newest.transfer, steps: newest.steps },
          };
          return (
            <Sheet
              key={kind}
              title={t(`kinds.${kind}`)}
              aside={
                mayPublish ? <PublishButton kind={kind} people={people} newest={chosen ?? null} /> : null
              }
            >
              {newest ? (
                <Version runbook={newest} />
              ) : (
                <p className="px-4 py-5 text-ink-700 sm:px-6">{t(`none.${kind}`)}</p>
              )}
              {versions[kind].length > 1 ? (
                <Versions kind={kind} versions={versions[kind]} compared={await compared(kind)} />
              ) : null}
            </Sheet>
          );
        })}
      </div>
    </Page>
  );
}

async function Version({ runbook }: { readonly runbook: RunbookView }) {
  const t = await getTranslations("app.runbooks");
  const { version, people, transfer, steps, note, sha256, publishedBy, publishedAt } = runbook;
  return (
    <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
      <p className="text-small text-ink-600">
        {t("version", { version })} · {publishedBy}, <Instant at={publishedAt.toISOString()} />
        {note ? ` · ${note}` : ""}
      </p>
      <div>
        <h3 className="font-medium">{t("people")}</h3>
        <p>{people.map(({ name }) => name).join(", ")}</p>
      </div>
      <div>
        <h3 className="font-medium">{t("transfer")}</h3>
        <p className="whitespace-pre-line [overflow-wrap:anywhere]">{transfer}</p>
      </div>
      <div>
        <h3 className="font-medium">{t("steps")}</h3>
        <ol className="list-decimal ps-6">
          {steps
            .split("\n")
            .filter((step) => step.trim() !== "")
            .map((step) => (
              <li key={step} className="[overflow-wrap:anywhere]">
                {step}
              </li>
            ))}
        </ol>
      </div>
      <HashChip value={sha256} label="SHA-256" copyLabel={t("copy")} copiedLabel={t("copied")} />
    </div>
  );
}

interface VersionsProps {
  readonly kind: RunbookKind;
  readonly versions: readonly RunbookView[];
  readonly compared: readonly ComparedLine[] | null;
}

const SIGNS = { same: "", added: "+", removed: "−" } as const;
const TONES = { same: "", added: "bg-good-50 text-good-700", removed: "bg-bad-50 text-bad-700" } as const;

async function Versions({ kind, versions, compared }: VersionsProps) {
  const t = await getTranslations("app.runbooks");
  const options = versions.map(({ version }) => ({
    value: String(version),
    label: t("version", { version }),
  }));
  return (
    <div className="flex flex-col gap-4 border-t border-line px-4 py-4 sm:px-6 print:hidden">
      <form action="/keys/runbooks" className="flex flex-wrap items-end gap-3">
        <input type="hidden" name="kind" value={kind} />
        <SelectField
          name="before"
          label={t("before")}
          defaultValue={String(versions[1]!.version)}
          options={options}
        />
        <SelectField
          name="after"
          label={t("after")}
          defaultValue={String(versions[0]!.version)}
          options={options}
        />
        <Button type="submit" kind="secondary">
          {t("compare")}
        </Button>
      </form>
      {compared ? (
        <ul aria-label={t("differences")} className="font-mono text-mono">
          {compared.map(({ change, text }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same line may stand there twice, and nothing moves.
            <li key={at} className={`flex gap-2 px-2 [overflow-wrap:anywhere] ${TONES[change]}`}>
              <span aria-hidden="true" className="w-3 shrink-0">
                {SIGNS[change]}
              </span>
              {change === "same" ? null : <span className="sr-only">{t(`changes.${change}`)}</span>}
              <span>{text === "" ? "\u00a0" : text}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
