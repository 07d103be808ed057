import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A TLS key and its self-signed certificate for localhost, PEM, made by the openssl command. */
export function localhostCertificate(): { key: string; cert: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-tls-"));
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  try {
    execFileSync("openssl", ["req", "-x509", ...newKey, ...names, "-days", "2", "-out", cert], {
      stdio: "ignore",
    });
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const NO_AUTHORITY = `[req]
distinguished_name = name
x509_extensions = leaf
[name]
[leaf]
basicConstraints = critical, CA:false
keyUsage = critical, nonRepudiation
`;

/** A certificate that a key gives itself, DER, made by the openssl command. @param keyPem PKCS#8 */
export function selfSigned(keyPem: string, commonName: string, options: readonly string[] = []): Uint8Array {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-certificate-"));
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.der")];
  const config = path.join(folder, "openssl.cnf");
  try {
    writeFileSync(key, keyPem, { mode: 0o600 });
    writeFileSync(config, NO_AUTHORITY);
    const made = ["-key", key, "-subj", `/CN=${commonName}`, "-days", "2", "-outform", "DER", "-out", cert];
    execFileSync("openssl", ["req", "-x509", "-new", "-config", config, ...made, ...options], {
      stdio: "ignore",
    });
    return new Uint8Array(readFileSync(cert));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
