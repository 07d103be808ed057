import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A time-stamping authority that is the openssl command, with a certificate of its own. */
export interface OpensslTsa {
  /** A TimeStampReq, DER, over a SHA-256. */
  query(imprint: Uint8Array): Buffer;
  /** The TimeStampResp, DER, to a query. */
  reply(query: Uint8Array): Buffer;
  /** Whether openssl accepts the answer to that query under the authority's certificate. */
  verifies(query: Uint8Array, reply: Uint8Array): boolean;
  close(): void;
}

const CONFIG = `
[tsa]
default_tsa = tsa_section
[tsa_section]
serial = serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.4146.2.3
digests = sha256
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
[extensions]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
`;

export function opensslTsa(): OpensslTsa {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-tsa-"));
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const keep = (name: string, bytes: Uint8Array | string) => writeFileSync(path.join(folder, name), bytes);
  keep("tsa.cnf", CONFIG);
  keep("serial", "01\n");
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem"];
  const whose = ["-subj", "/CN=Test TSA", "-days", "2", "-config", "tsa.cnf", "-extensions", "extensions"];
  openssl("req", "-x509", ...newKey, ...whose, "-out", "cert.pem");

  return {
    query: (imprint) =>
      openssl("ts", "-query", "-sha256", "-cert", "-digest", Buffer.from(imprint).toString("hex")),
    reply(query) {
      keep("query.tsq", query);
      const signer = ["-signer", "cert.pem", "-inkey", "key.pem"];
      openssl(
        "ts",
        "-reply",
        "-config",
        "tsa.cnf",
        "-section",
        "tsa_section",
        ...signer,
        "-queryfile",
        "query.tsq",
        "-out",
        "reply.tsr",
      );
      return readFileSync(path.join(folder, "reply.tsr"));
    },
    verifies(query, reply) {
      keep("query.tsq", query);
      keep("reply.tsr", reply);
      try {
        openssl("ts", "-verify", "-queryfile", "query.tsq", "-in", "reply.tsr", "-CAfile", "cert.pem");
        return true;
      } catch {
        return false;
      }
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
