import { SMTPServer } from "smtp-server";
import { isReturnAddress, takeReturn } from "#lib/delivery/take-return.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";

const MOST_BYTES = 2 * 1024 * 1024;
const MOST_AT_ONCE = 20;
const TIMEOUT_MS = 60_000;

const refusal = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });

/**
 * Where mail servers bring back what they could not deliver. It takes reports alone: from nobody, as reports are sent
 * (RFC 5321 §4.5.5), to the return address of one mail. Nothing is relayed, and nobody logs in.
 *
 * @returns null where no return address is set.
 */
export async function startReturnDoor(
  runtime: WorkerRuntime,
): Promise<{ readonly port: number; close(): Promise<void> } | null> {
  const { returns } = runtime.config;
  if (!returns) return null;
  const server = new SMTPServer({
    name: returns.address.split("@").at(-1)!,
    banner: "delivery reports only",
    size: MOST_BYTES,
    ...{ authOptional: true, disabledCommands: ["AUTH", "STARTTLS"], hideSTARTTLS: true },
    ...{ maxClients: MOST_AT_ONCE, socketTimeout: TIMEOUT_MS, closeTimeout: 1_000, logger: false },
    onMailFrom({ address }, _, done) {
      done(address === "" ? null : refusal(550, "5.7.1 only delivery reports are taken here"));
    },
    onRcptTo({ address }, session, done) {
      if (session.envelope.rcptTo.length > 0) return done(refusal(452, "4.5.3 one recipient at a time"));
      isReturnAddress(runtime, address).then(
        (isKnown) => done(isKnown ? null : refusal(550, "5.1.1 no such return address")),
        () => done(refusal(451, "4.3.0 try again later")),
      );
    },
    onData(stream, { envelope, remoteAddress }, done) {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => {
        // What is beyond the limit is read away and refused at its end.
        if (!stream.sizeExceeded) pieces.push(piece);
      });
      stream.on("end", () => {
        if (stream.sizeExceeded) return done(refusal(552, "5.3.4 too large for a delivery report"));
        const address = envelope.rcptTo[0]?.address ?? "";
        takeReturn(runtime, { address, raw: Buffer.concat(pieces), from: remoteAddress }).then(
          () => done(null),
          (error: unknown) => {
            runtime.log.error({ err: error }, "a delivery report waits");
            done(refusal(451, "4.3.0 try again later"));
          },
        );
      });
    },
  });
  server.on("error", (error: unknown) => runtime.log.warn({ err: error }, "returned mail"));
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(returns.port, undefined, () => resolve());
  });
  const address = server.server.address();
  return {
    port: typeof address === "object" && address ? address.port : returns.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
