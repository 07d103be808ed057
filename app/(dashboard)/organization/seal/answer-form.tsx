"use client";

import { useTranslations } from "next-intl";
import { Findings } from "#components/certificates/certificate-sheet.tsx";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { answerRequest } from "./actions.ts";
import { FileOrText } from "./file-or-text.tsx";
import { useAttempt } from "./use-attempt.ts";

/** Takes what the authority answered. */
export function AnswerForm({ sealId }: { readonly sealId: string }) {
  const t = useTranslations("app.seal.answer");
  const refusals = useTranslations("refusals");
  const { attempt, refusal, result, isBusy, forget } = useAttempt((form: FormData) =>
    answerRequest(sealId, form),
  );
  return (
    <form
      method="post"
      className="flex flex-col gap-4 rounded-control bg-canvas p-4"
      onSubmit={(event) => {
        event.preventDefault();
        attempt(new FormData(event.currentTarget));
      }}
    >
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      {result ? <Findings title={t("findings")} findings={result.findings} /> : null}
      <FileOrText
        label={t("file")}
        hint={t("hint")}
        accept=".cer,.crt,.der,.pem,.p7b"
        textLabel={t("paste")}
        onChange={forget}
      />
      <div>
        <Button type="submit" isBusy={isBusy}>
          {t("submit")}
        </Button>
      </div>
    </form>
  );
}
