import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BackLink } from "#components/ui/back-link.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import type { Anchor } from "#lib/envelopes/core/hints/anchor.ts";
import { getAnchors } from "#lib/envelopes/hints/anchors.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { AddAnchor, BringAnchors, RemoveAnchor } from "./anchor-acts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.anchors"))("title") };
}

/** The organization's own words that say where in a document fields belong. */
export default async function AnchorsPage() {
  const ctx = await memberContext();
  const anchors = await answerPage(() => getAnchors(ctx));
  const t = await getTranslations("app.anchors");
  return (
    <Page
      title={t("title")}
      width="reading"
      back={<BackLink href="/organization" label={t("back")} />}
      lead={t("lead")}
    >
      <Sheet
        title={t("list", { count: anchors.length })}
        aside={
          <span className="flex flex-wrap gap-2">
            <AddAnchor />
            <BringAnchors />
          </span>
        }
      >
        {anchors.length === 0 ? (
          <p className="px-4 py-4 text-ink-700 sm:px-6">{t("none")}</p>
        ) : (
          <ul className="divide-y divide-line">
            {anchors.map((anchor) => (
              <Row key={anchor.text} anchor={anchor} />
            ))}
          </ul>
        )}
        <p className="border-t border-line px-4 py-3 text-small text-ink-600 sm:px-6">{t("hint")}</p>
      </Sheet>
    </Page>
  );
}

/** What it is, whose, where, and how the words are looked for. */
async function Row({ anchor }: { readonly anchor: Anchor }) {
  const t = await getTranslations("app.anchors");
  const types = await getTranslations("app.prepare.fields.types");
  const { text, type, label, signer, isRequired, xOffset, yOffset, width, height, unit } = anchor;
  const size = width || height ? t("size", { width: width ?? "–", height: height ?? "–", unit }) : null;
  const said = [
    label,
    signer ? t("for", { signer }) : t("forChosen"),
    t(isRequired ? "required" : "optional"),
    xOffset || yOffset ? t("offset", { x: xOffset, y: yOffset, unit }) : null,
    size,
    anchor.isWholeWord ? t("isWholeWord") : null,
    anchor.matchesCase ? t("matchesCase") : null,
    anchor.mayBeAbsent ? null : t("isTold"),
    anchor.isTakenOut ? t("isOut") : null,
  ].filter(Boolean);
  return (
    <li className="flex flex-wrap items-start justify-between gap-3 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium [overflow-wrap:anywhere]">
          <span className="font-mono">{text}</span> → {types(type)}
        </p>
        <p className="mt-1 text-ink-700 [overflow-wrap:anywhere]">{said.join(" · ")}</p>
      </div>
      <RemoveAnchor text={text} />
    </li>
  );
}
