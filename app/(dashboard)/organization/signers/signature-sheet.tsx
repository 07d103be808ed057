import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import type { SignatureProviderView, SignatureSettings } from "#lib/signing/providers/change-providers.ts";
import {
  KindsForm,
  RemoveSignatureProvider,
  SetSignatureProvider,
  TestSignatureProvider,
} from "./signature-acts.tsx";

/** Who may be asked to make signatures: this installation, and providers with credentials of the signers' own. */
export async function SignatureSheet({ settings }: { readonly settings: SignatureSettings }) {
  const t = await getTranslations("app.signers.signatures");
  const { allowed, providers, redirectUri } = settings;
  return (
    <Sheet title={t("title")} aside={<SetSignatureProvider provider={null} />}>
      <div className="flex flex-col gap-4 p-4 sm:p-6">
        <p className="text-ink-700">{t("lead")}</p>
        <KindsForm allowed={allowed} />
        <div>
          <p className="text-small text-ink-600">{t("redirectUri")}</p>
          <p className="font-mono text-small [overflow-wrap:anywhere]">{redirectUri}</p>
        </div>
        {providers.length === 0 ? <p>{t("none")}</p> : null}
      </div>
      {providers.length > 0 ? (
        <ul className="divide-y divide-line border-t border-line">
          {providers.map((provider) => (
            <Provider key={provider.id} provider={provider} />
          ))}
        </ul>
      ) : null}
    </Sheet>
  );
}

const FAILURES = ["unavailable", "not-permitted"] as const;

async function Provider({ provider }: { readonly provider: SignatureProviderView }) {
  const t = await getTranslations("app.signers.signatures");
  const { name, kind, url, clientId, logIn, testedAt, failure } = provider;
  const why = FAILURES.find((one) => failure === `keys/${one}`) ?? "other";
  return (
    <li className="flex flex-col gap-3 px-4 py-4 sm:px-6">
      <div className="min-w-0">
        <p className="font-medium [overflow-wrap:anywhere]">
          {name} <span className="text-small font-normal text-ink-600">{t(`kinds.${kind}`)}</span>
        </p>
        <p className="text-small text-ink-700 [overflow-wrap:anywhere]">{url}</p>
        <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
          {t("as", { clientId })} {t(`logIns.${logIn}`)}
        </p>
      </div>
      {testedAt ? (
        <Notice tone={failure ? "bad" : "good"}>
          {failure ? t(`failures.${why}`) : t("works")}{" "}
          <Instant at={testedAt.toISOString()} className="whitespace-nowrap" />
        </Notice>
      ) : (
        <Notice>{t("untested")}</Notice>
      )}
      <div className="flex flex-wrap gap-3">
        <TestSignatureProvider id={provider.id} name={name} />
        <SetSignatureProvider
          provider={{
            ...{ id: provider.id, name, kind, url, clientId, logIn },
            oauthUrl: provider.oauthUrl,
          }}
        />
        <RemoveSignatureProvider id={provider.id} name={name} />
      </div>
    </li>
  );
}
