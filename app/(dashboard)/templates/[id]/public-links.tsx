import { Ban, CircleCheck, CircleDashed } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import type { TemplateView } from "#lib/envelopes/templates/get-template.ts";
import type { PublicLinkView } from "#lib/signing/public-links/make-link.ts";
import { CopyLink, TurnOffButton } from "./link-acts.tsx";
import { NewLinkButton } from "./new-link-button.tsx";

interface PublicLinksProps {
  readonly id: string;
  readonly roles: TemplateView["roles"];
  readonly links: readonly PublicLinkView[];
  readonly mayMake: boolean;
}

const LOOKS = {
  open: { tone: "good", icon: CircleCheck },
  off: { tone: "neutral", icon: Ban },
  over: { tone: "neutral", icon: CircleDashed },
  "used-up": { tone: "neutral", icon: CircleDashed },
  retired: { tone: "neutral", icon: Ban },
  changed: { tone: "warn", icon: Ban },
} as const;

/** The addresses by which anybody takes the open role of this template, and how far each is used. */
export async function PublicLinks({ id, roles, links, mayMake }: PublicLinksProps) {
  const t = await getTranslations("app.templates.links");
  return (
    <Sheet title={t("title")}>
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        <p className="text-ink-700">{t("lead")}</p>
        {mayMake ? <NewLinkButton id={id} roles={roles} /> : null}
      </div>
      {links.length === 0 ? (
        <p className="border-t border-line px-4 py-4 text-ink-700 sm:px-6">{t("none")}</p>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {links.map((link) => (
            <li key={link.id} className="flex flex-col gap-2 px-4 py-4 sm:px-6">
              <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
                <StatusPill {...LOOKS[link.state]}>{t(`states.${link.state}`)}</StatusPill>
                <span>{t("uses", { uses: link.uses, most: link.mostUses ?? "none" })}</span>
                <span className="text-small text-ink-600">
                  {link.endsAt ? (
                    <>
                      {t("ends")} <Instant at={link.endsAt.toISOString()} />
                    </>
                  ) : (
                    t("endless")
                  )}
                </span>
              </div>
              <p className="font-mono text-small [overflow-wrap:anywhere]">{link.url}</p>
              <p className="text-small text-ink-600">
                {t("limits", {
                  role: roles.find((role) => role.id === link.roleId)?.name ?? "",
                  address: link.perAddressADay,
                  network: link.perNetworkAnHour,
                })}
                {" · "}
                {link.ownerName}
              </p>
              {link.state === "changed" ? <p className="text-small">{t("changedHint")}</p> : null}
              {link.state === "off" ? null : (
                <div className="flex flex-wrap gap-2">
                  <CopyLink url={link.url} />
                  {link.mayTurnOff ? <TurnOffButton linkId={link.id} /> : null}
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}
