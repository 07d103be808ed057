import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import { viewKeyProviders } from "#lib/pki/key-providers/list-key-providers.ts";
import { isExportable, makesKeys } from "./core/key-export.ts";
import { loadPolicy } from "./keys/store.ts";
import { findOpenRotation } from "./rotation-store.ts";
import { type BroughtSeal, viewOf } from "./seals/list-seals.ts";
import { listBroughtSeals } from "./seals/store.ts";
import { loadActiveSeal, loadSettings } from "./store.ts";

export interface RotationChoices {
  /** Null before the first key. */
  readonly current: {
    readonly subject: string;
    readonly issuer: string;
    readonly isBrought: boolean;
    readonly provider: string;
    readonly algorithm: string;
  } | null;
  /** Where a new key could be made now, the place of the settings first. */
  readonly places: readonly string[];
  /** Keys that were brought and tested, and seal nothing now. */
  readonly brought: readonly BroughtSeal[];
  /** What a certificate request says unless somebody writes something else. */
  readonly names: {
    readonly organization: string;
    readonly commonName: string;
    readonly unit: string;
    readonly country: string;
  };
  readonly openRotationId: string | null;
}

/** What a rotation of the seal key can be begun with. */
export async function getRotationChoices(ctx: Context): Promise<RotationChoices> {
  requirePermission(ctx, "key.manage");
  const all = await viewKeyProviders({ ...ctx.runtime, now: ctx.now });
  return inTransaction(ctx, async (ctx) => {
    const { forbidsExportable } = await loadPolicy(ctx);
    const places = all
      .filter(({ name, isReachable }) => isReachable === true && makesKeys(name))
      .filter(({ name }) => !(forbidsExportable && isExportable(name)))
      .toSorted((one, other) => Number(other.makesSeals) - Number(one.makesSeals));
    const active = await loadActiveSeal(ctx);
    const certificate = active && parseCertificate(active.certificate.der);
    const { name } = await loadSettings(ctx);
    const isTested = ({ state }: { readonly state: string }) => state === "tested" || state === "replaced";
    return {
      current: active &&
        certificate && {
          ...{ subject: shortName(certificate.subject), issuer: shortName(certificate.issuer) },
          ...{ isBrought: active.certificate.chainPem !== null, provider: active.key.provider },
          algorithm: active.key.algorithm,
        },
      places: places.map(({ name }) => name),
      brought: (await listBroughtSeals(ctx)).filter(isTested).map(viewOf),
      names: namesOf(active?.certificate.chainPem ? certificate : null, name),
      openRotationId: (await findOpenRotation(ctx))?.id ?? null,
    };
  });
}

/** As another authority wrote them last; else the organization's own name. */
function namesOf(certificate: Certificate | null, name: string): RotationChoices["names"] {
  const value = (wanted: string) =>
    certificate?.subject.parts.findLast(({ attribute }) => attribute === wanted)?.value ?? "";
  const own = name.slice(0, 64);
  return {
    ...{ organization: value("O") || own, commonName: value("CN") || own },
    ...{ unit: value("OU"), country: value("C") },
  };
}
