import "@fontsource-variable/inter/wght.css";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Logo } from "#components/ui/logo.tsx";
import { sha256, toHex } from "#lib/bytes.ts";
import { WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import { AUTHENTICATION_POLICIES, PROFILES } from "#lib/pki/core/certificates/profiles.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import { visitor } from "../../_server/context.ts";

const VERSIONS = [{ version: "1.0", since: "2026-11-21" }] as const;
/** The parts of RFC 3647 that there is something to say about, in its order. */
const PARTS = [
  ...["parties", "uses", "identity", "issuing", "keys", "revocation", "rotation"],
  ...["root", "audit", "limits"],
] as const;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.policy"))("title") };
}

/** What the certificates of this installation promise and how that is kept, for whoever relies on them. */
export default async function PolicyPage() {
  const { runtime } = await visitor();
  const { roots } = await publishedTrust(runtime);
  const t = await getTranslations("app.policy");
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[900px] flex-col gap-8 px-4 py-8 sm:py-12">
      <p className="flex items-center gap-2 text-lead font-semibold text-action-700">
        <Logo /> Whereof
      </p>
      <div>
        <h1 className="mb-2 text-h1">{t("title")}</h1>
        <p className="max-w-[72ch] text-ink-700">{t("lead")}</p>
      </div>
      {PARTS.map((part) => (
        <section key={part} aria-labelledby={part}>
          <h2 id={part} className="mb-2 text-h3">
            {t(`${part}.title`)}
          </h2>
          <p className="max-w-[72ch] text-ink-700">{t(`${part}.text`)}</p>
          {part === "identity" ? <MethodTable /> : null}
          {part === "keys" ? <ProfileTable /> : null}
        </section>
      ))}
      <section aria-labelledby="roots">
        <h2 id="roots" className="mb-2 text-h3">
          {t("roots")}
        </h2>
        <ul className="flex flex-col gap-1">
          {roots.map((der) => (
            <li key={toHex(sha256(der))} className="font-mono text-mono [overflow-wrap:anywhere]">
              SHA-256 {toHex(sha256(der))}
            </li>
          ))}
        </ul>
        <p className="mt-2">
          <a href="/pki/root.cer" download className="inline-flex min-h-11 items-center sm:min-h-8">
            {t("download")}
          </a>
        </p>
      </section>
      <section aria-labelledby="versions" className="border-t border-line pt-6 text-small text-ink-700">
        <h2 id="versions" className="mb-2 text-base font-semibold text-ink-900">
          {t("versions")}
        </h2>
        <ul>
          {VERSIONS.map(({ version, since }) => (
            <li key={version}>{t("version", { version, since, arc: WHEREOF_OID.authenticationPolicies })}</li>
          ))}
        </ul>
      </section>
    </main>
  );
}

/** The object identifier in a signer's certificate for each way in which the person was authenticated. */
async function MethodTable() {
  const t = await getTranslations("app.policy");
  const methods = Object.entries(AUTHENTICATION_POLICIES) as [keyof typeof AUTHENTICATION_POLICIES, string][];
  return (
    <Table label={t("identity.title")} heads={[t("columns.method"), t("columns.oid")]}>
      {methods.map(([method, oid]) => (
        <tr key={method} className="border-t border-line">
          <th scope="row" className="px-3 py-2 text-start font-normal">
            {t(`methods.${method}`)}
          </th>
          <td className="px-3 py-2 font-mono text-mono">{oid}</td>
        </tr>
      ))}
      <tr className="border-t border-line">
        <th scope="row" className="px-3 py-2 text-start font-normal">
          {t("isTest")}
        </th>
        <td className="px-3 py-2 font-mono text-mono">{WHEREOF_OID.testPolicy}</td>
      </tr>
    </Table>
  );
}

/** The profiles as the code has them: nothing else is ever signed. */
async function ProfileTable() {
  const t = await getTranslations("app.policy");
  const heads = (["profile", "life", "keys", "usage", "policies"] as const).map((head) =>
    t(`columns.${head}`),
  );
  return (
    <Table label={t("profiles")} heads={heads}>
      {Object.values(PROFILES).map(({ name, life, keyAlgorithms, keyUsage, extendedKeyUsage, policies }) => (
        <tr key={name} className="border-t border-line align-top">
          <th scope="row" className="px-3 py-2 text-start font-medium">
            {t(`names.${name}`)}
          </th>
          <td className="px-3 py-2 whitespace-nowrap">{t(`units.${life.unit}`, { count: life.count })}</td>
          <td className="min-w-44 px-3 py-2">{keyAlgorithms.join(", ")}</td>
          <td className="min-w-48 px-3 py-2 [overflow-wrap:anywhere]">
            {[...keyUsage, ...extendedKeyUsage].join(", ")}
          </td>
          <td className="min-w-48 px-3 py-2 [overflow-wrap:anywhere]">
            {policies === "authentication" ? t("byMethod") : policies.join(", ")}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Table({
  label,
  heads,
  children,
}: {
  readonly label: string;
  readonly heads: readonly string[];
  readonly children: React.ReactNode;
}) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="mt-4 overflow-x-auto rounded-card border border-line bg-paper"
    >
      <table className="w-full text-small">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" className="px-3 py-2 text-start font-semibold">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

export const dynamic = "force-dynamic";
