import { fromBase64 } from "#lib/bytes.ts";
import { PSS_SHA256_PARAMS, WITHOUT_HASH } from "#lib/ports/csc-names.ts";
import { keysError } from "#lib/ports/keys.ts";
import type { PersonalSigning } from "#lib/ports/signature-service.ts";
import type { WebReader } from "#lib/ports/web.ts";
import { callService } from "../../signature-services/csc-web.ts";
import { ALGORITHMS } from "../key-algorithms.ts";
import { asDer, CLOCK, type Clock, signedLater } from "./authorized.ts";
import { refusalIn, refuse, WHO } from "./service.ts";

/** Less than the worker takes for the time in which somebody may still be asking. */
const PATIENCE_MS = 60_000;

/** Has hashes signed that a person has allowed (CSC API 2.0 §11.10). */
export function cscPersonalSigning(web: WebReader, clock: Clock = CLOCK): PersonalSigning {
  return {
    async signHashes(access, token, sad, { credentialId, hashes, hashOid, signOid, algorithm }) {
      const { isPss, type } = ALGORITHMS[algorithm!];
      const base = access.url.replace(/\/+$/, "");
      const first = await callService(web, {
        url: `${base}/signatures/signHash`,
        token,
        body: {
          ...{ credentialID: credentialId, SAD: sad, hashes, signAlgo: signOid },
          // CSC API 2.0 §11.10: left out where the algorithm says it.
          ...(WITHOUT_HASH.includes(signOid!) && { hashAlgorithmOID: hashOid }),
          ...(isPss && { signAlgoParams: PSS_SHA256_PARAMS }),
        },
      });
      const waiting = { ...clock, until: clock.now() + PATIENCE_MS };
      const answer = await signedLater(first, waiting, (requestID) =>
        callService(web, { url: `${base}/signatures/signPolling`, token, body: { requestID } }),
      );
      if (answer.status === 401 || (answer.status >= 300 && refusalIn(answer) === "authorization"))
        throw keysError("remote-refused", `${WHO} does not take what the person allowed any more`);
      refuse(answer);
      const { signatures } = answer.body;
      const isWhole = Array.isArray(signatures) && signatures.length === hashes.length;
      if (!isWhole || !signatures.every((one) => typeof one === "string"))
        throw keysError("unavailable", `${WHO} answered with no signatures`);
      const found = signatures.map(fromBase64);
      return type === "ec" ? found.map((one) => asDer(one, algorithm!)) : found;
    },
  };
}
