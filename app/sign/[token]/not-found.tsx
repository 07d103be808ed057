import { headers } from "next/headers";
import { translations } from "../../_server/translations.ts";
import { WrongLink } from "../wrong-link.tsx";
import { loadCeremony } from "./load-ceremony.ts";

/** A link that never was. */
export default async function SignNotFound() {
  // It goes along with every page of a link: where that is found, nobody sees it.
  if (await isFoundAlone()) return null;
  const t = await translations("sign.state.notFound");
  return <WrongLink heading={t("heading")} lead={t("lead")} more={t("more")} />;
}

const FIRST_PAGE = /^\/sign\/([^/?]+)(?:\?|$)/;

/** The first page of a link, which stands or falls with the link itself; the others have more that can be missing. */
async function isFoundAlone(): Promise<boolean> {
  const address = (await headers()).get("x-page-address") ?? "";
  const token = FIRST_PAGE.exec(address)?.[1];
  if (!token) return false;
  const notice = new URL(address, "http://localhost").searchParams.get("notice") ?? undefined;
  return loadCeremony(decodeURIComponent(token), notice).then(
    () => true,
    () => false,
  );
}
