"use client";

import { FileX2, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button, Spinner } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { KEEP_PROBLEMS } from "#lib/envelopes/core/documents/earlier-signatures.ts";
import { limitWords } from "./limit-words.ts";
import { PasswordForm } from "./password-form.tsx";
import { sizeText } from "./size-text.ts";
import { UNREACHABLE, type UploadItem, type UploadQueue } from "./upload-queue.ts";

/** Signed already: the file may go out as it is, for further signatures only, or flattened. */
const SIGNED = "pdf/already-signed";
const FLATTENABLE = new Set([
  ...[SIGNED, "pdf/no-changes-allowed"],
  ...[...KEEP_PROBLEMS, "unmarked"].map((why) => `envelopes/signatures-${why}`),
]);
/** A PDF that opens with a password only. */
const LOCKED = new Set(["pdf/needs-password", "pdf/wrong-password"]);
/** Worth another try as it is. */
const PASSING = new Set([
  UNREACHABLE,
  "files/unavailable",
  "sandbox/busy",
  "conversion/busy",
  "identity/session-ended",
  "internal",
]);

const OVER_LIMIT = new Map<string, "tooLarge" | "tooManyPages" | "togetherTooLarge">([
  ["files/too-large", "tooLarge"],
  ["pdf/too-many-pages", "tooManyPages"],
  ["envelopes/envelope-too-large", "togetherTooLarge"],
]);

/** A file on its way, or why it did not arrive. */
export function UploadRow({ item, queue }: { readonly item: UploadItem; readonly queue: UploadQueue }) {
  const limits = limitWords(queue.limits);
  const t = useTranslations("app.prepare.documents");
  const refusals = useTranslations("refusals");
  const { id, file, state, sent, code } = item;
  if (state === "refused" && code) {
    const limit = OVER_LIMIT.get(code);
    const text =
      code === UNREACHABLE ? t("unreachable") : limit ? t(limit, limits) : refusalText(refusals, { code });
    return (
      <li className="flex gap-3 rounded-card border border-bad-700 bg-bad-50 p-4 text-bad-700">
        <FileX2 aria-hidden="true" className="mt-0.5 size-5 shrink-0" />
        <div className="min-w-0 flex-1">
          <p className="font-medium [overflow-wrap:anywhere]">{file.name}</p>
          <p role="alert">{text}</p>
          {LOCKED.has(code) ? <PasswordForm onGiven={(password) => queue.retry(id, { password })} /> : null}
          {code === SIGNED ? <p className="mt-2">{t("keepHint")}</p> : null}
          <div className="mt-3 flex flex-wrap gap-2 empty:hidden">
            {code === SIGNED ? (
              <Button kind="secondary" onClick={() => queue.retry(id, { keepsSignatures: true })}>
                {t("keep")}
              </Button>
            ) : null}
            {FLATTENABLE.has(code) ? (
              <Button
                kind="secondary"
                onClick={() => queue.retry(id, { flattensSignatures: true, keepsSignatures: false })}
              >
                {t("flatten")}
              </Button>
            ) : null}
            {PASSING.has(code) ? (
              <Button kind="secondary" onClick={() => queue.retry(id)}>
                {t("retry")}
              </Button>
            ) : null}
          </div>
        </div>
        <IconButton label={t("dismiss", { name: file.name })} onClick={() => queue.remove(id)}>
          <X aria-hidden="true" className="size-5" />
        </IconButton>
      </li>
    );
  }
  const words =
    state === "sending"
      ? t("sending", { percent: Math.round(sent * 100) })
      : t(state as "waiting" | "reading");
  return (
    <li className="flex items-center gap-3 rounded-card border border-line bg-paper p-4">
      <span className="text-action-700">
        <Spinner />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap justify-between gap-x-4">
          <span className="min-w-0 font-medium [overflow-wrap:anywhere]">{file.name}</span>
          <span className="text-small text-ink-600 tabular-nums">
            {words} · {sizeText(file.size)}
          </span>
        </p>
        <div className="mt-2">
          <Progress label={t("uploading", { name: file.name })} value={state === "sending" ? sent : null} />
        </div>
      </div>
      <IconButton label={t("cancel", { name: file.name })} onClick={() => queue.remove(id)}>
        <X aria-hidden="true" className="size-5" />
      </IconButton>
    </li>
  );
}
