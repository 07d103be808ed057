import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import type { IdentityMethod } from "#lib/ports/identity-provider.ts";
import type { ProviderView } from "#lib/signing/sso/change-provider.ts";
import { RemoveProvider, SetProvider, TestProvider } from "./provider-acts.tsx";

interface ProviderSheetProps extends ProviderView {
  readonly method: IdentityMethod;
}

/** Where the organization's own people sign on, or who looks at people's identity documents. */
export async function ProviderSheet({ provider, redirectUri, method }: ProviderSheetProps) {
  const t = await getTranslations("app.signers.provider");
  const own = await getTranslations(`app.signers.${method === "sso" ? "provider" : "identity"}`);
  return (
    <Sheet title={own("title")} aside={<SetProvider provider={provider} method={method} />}>
      <div className="flex flex-col gap-4 p-4 sm:p-6">
        <p className="text-ink-700">{own("lead")}</p>
        <div>
          <p className="text-small text-ink-600">{t("redirectUri")}</p>
          <p className="font-mono text-small [overflow-wrap:anywhere]">{redirectUri}</p>
        </div>
        {provider ? (
          <>
            <dl className="grid grid-cols-1 gap-x-6 gap-y-2 sm:grid-cols-[auto_minmax(0,1fr)]">
              <Fact name={t("name")} value={provider.name} />
              <Fact name={t("issuer")} value={provider.issuer} />
              <Fact name={t("clientId")} value={provider.clientId} />
              <Fact name={t("secret")} value={t(provider.hasSecret ? "secretKept" : "secretNone")} />
              {method === "sso" ? null : (
                <>
                  <Fact name={t("frameworks")} value={provider.trustFrameworks || t("any")} />
                  <Fact name={t("levels")} value={provider.acrValues || t("any")} />
                </>
              )}
            </dl>
            {provider.testedAt ? (
              <Notice tone={provider.failure ? "bad" : "good"}>
                {provider.failure ? own(`failures.${failureIn(provider.failure)}`) : t("works")}{" "}
                <Instant at={provider.testedAt.toISOString()} className="whitespace-nowrap" />
              </Notice>
            ) : (
              <Notice>{t("untested")}</Notice>
            )}
            <div className="flex flex-wrap gap-3">
              <TestProvider method={method} />
              <RemoveProvider name={provider.name} method={method} />
            </div>
          </>
        ) : (
          <p>{own("none")}</p>
        )}
      </div>
    </Sheet>
  );
}

type Failure = "unavailable" | "unreadable" | "client-refused" | "refused" | "clock";
const failureIn = (code: string) => code.replace(/^identity-provider\//, "") as Failure;

const Fact = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <>
    <dt className="text-ink-600">{name}</dt>
    <dd className="[overflow-wrap:anywhere]">{value}</dd>
  </>
);
