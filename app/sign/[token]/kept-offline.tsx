import { getLocale, getTranslations } from "next-intl/server";
import { Notice } from "#components/ui/notice.tsx";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { SendKept } from "./when-shown.tsx";

/** What was done without a network and came too late; and whatever still waits on this device is sent. */
export async function KeptOffline({ token, view }: { readonly token: string; readonly view: CeremonyView }) {
  const t = await getTranslations("sign.offline");
  const { keptOffline, sender } = view;
  return (
    <>
      {keptOffline ? (
        <Notice tone="warn">
          <h2 className="mb-1 text-h3">{t("keptHeading")}</h2>
          <p>
            {t("keptLead", {
              ...{ sender: sender.name, reason: keptOffline.reason.replaceAll("-", "_") },
              at: instantIn(await getLocale(), keptOffline.at),
            })}
          </p>
        </Notice>
      ) : null}
      <SendKept token={token} />
    </>
  );
}
