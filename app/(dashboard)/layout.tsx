import "@fontsource-variable/inter/wght.css";
import type { Route } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import { NextIntlClientProvider } from "next-intl";
import { getMessages, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Toaster } from "#components/ui/toaster.tsx";
import { hasPermission, type Permission } from "#lib/authorize.ts";
import { requireSession } from "../_server/context.ts";
import { CommandPalette } from "./command-palette.tsx";
import { Shell } from "./shell.tsx";
import { themeOf } from "./theme.ts";

/** What members work in: navigation by role around one page. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const { ctx, organizationName, memberships } = await requireSession();
  const { actor, runtime } = ctx;
  const t = await getTranslations("app.shell");
  const staging = await getTranslations("app.staging");
  const { app, refusals } = await getMessages();
  const may = (permission: Permission) => hasPermission(actor, permission);
  const group = t("proof");
  const ready = t("templates");
  const sending = t("sending");
  const administration = t("administration");
  const leads = actor.kind === "member" && (actor.leads?.length ?? 0) > 0;
  const places = [
    { href: "/home" as Route, label: t("home"), isShown: may("envelope.read") },
    { href: "/envelopes" as Route, label: t("envelopes"), isShown: may("envelope.read") },
    { group: ready, href: "/templates" as Route, label: t("templates"), isShown: may("template.read") },
    { group: ready, href: "/forms" as Route, label: t("forms"), isShown: may("template.read") },
    { group: sending, href: "/bulk" as Route, label: t("bulk"), isShown: may("bulk.send") },
    { group: sending, href: "/contacts" as Route, label: t("contacts"), isShown: may("envelope.create") },
    { group: sending, href: "/rules" as Route, label: t("rules"), isShown: may("rule.manage") },
    {
      ...{ group: sending, href: "/approvals" as Route, label: t("approvals") },
      isShown: may("send.approve") || may("send-duty.manage") || leads,
    },
    {
      group: sending,
      href: "/outbox" as Route,
      label: t("outbox"),
      isShown: may("outbox.read") && (runtime.config.mail === null || runtime.config.sms === null),
    },
    { group, href: "/certificates" as Route, label: t("certificates"), isShown: may("certificate.read") },
    { group, href: "/audit" as Route, label: t("audit"), isShown: may("audit.read") },
    { group, href: "/log" as Route, label: t("log"), isShown: may("log.read") },
    { group, href: "/backups" as Route, label: t("backups"), isShown: may("log.read") },
    { group, href: "/reports" as Route, label: t("reports"), isShown: may("report.read") },
    {
      ...{ group, href: "/consents" as Route, label: t("consents") },
      isShown: may("consent.read") || may("consent.manage"),
    },
    { group, href: "/retention" as Route, label: t("retention"), isShown: may("retention.read") },
    {
      ...{ group: administration, href: "/keys" as Route, also: "/key-exports", label: t("keys") },
      isShown: may("key.manage"),
    },
    { group: administration, href: "/members" as Route, label: t("members"), isShown: may("member.read") },
    {
      ...{ group: administration, href: "/organization" as Route, label: t("organization") },
      isShown: may("organization.manage"),
    },
  ];
  const theme = themeOf((await cookies()).get("theme")?.value);
  const shown = places.filter(({ isShown }) => isShown);
  return (
    <NextIntlClientProvider messages={{ app, refusals }}>
      <div data-theme={theme} hidden />
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:start-4 focus:top-3 focus:z-50 focus:rounded-control focus:bg-paper focus:px-4 focus:py-3"
      >
        {t("skip")}
      </a>
      <Shell
        places={shown}
        theme={theme}
        mayCreate={may("envelope.create")}
        person={actor.kind === "member" ? { name: actor.name, email: actor.email } : { name: "", email: "" }}
        organization={{ id: ctx.organizationId, name: organizationName }}
        organizations={memberships.map(({ organizationId, organizationName }) => ({
          id: organizationId,
          name: organizationName,
        }))}
      />
      {memberships.some((one) => one.organizationId === ctx.organizationId && one.stagingOf) ? (
        <p className="border-b border-line bg-warn-50 px-4 py-2 text-center text-small text-warn-800">
          <strong>{staging("banner")}</strong>{" "}
          {may("staging.open") ? (
            <Link href={"/organization/staging" as Route} className="underline">
              {staging("bannerLink")}
            </Link>
          ) : null}
        </p>
      ) : null}
      <main id="content" tabIndex={-1} className="outline-none">
        {children}
      </main>
      <CommandPalette
        places={shown.map(({ href, label }) => ({ href, label }))}
        mayCreate={may("envelope.create")}
      />
      <Toaster label={t("notices")} closeLabel={t("close")} />
    </NextIntlClientProvider>
  );
}
