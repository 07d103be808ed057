import { defineErrors } from "#lib/errors.ts";

/** A folder on somebody's server, the key of that server, and ours to get in. */
export interface SftpPlace {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly folder: string;
  /** `SHA256:` and 43 characters, as ssh-keygen -l writes it. */
  readonly hostKey: string;
  /** OpenSSH's own format, without a passphrase. */
  readonly clientKey: string;
}

/** Files that leave over SFTP, to servers whose key was pinned before. */
export interface SftpSender {
  /**
   * Writes a file under another name, reads it back, compares, and then gives it its name. Nothing is overwritten.
   *
   * @param name without a folder.
   * @throws sftp/host-key-differs before anything was said to the server; sftp/log-in-refused, sftp/not-written,
   *   sftp/not-whole, sftp/not-public, sftp/unavailable, sftp/not-installed
   */
  send(place: SftpPlace, name: string, bytes: Uint8Array): Promise<void>;
  /** Writes a small file, reads it back and removes it. @throws as `send` */
  tryOut(place: SftpPlace, name: string): Promise<void>;
}

export const sftpError = defineErrors("sftp", {
  unavailable: "unavailable",
  "host-key-differs": "forbidden",
  "log-in-refused": "forbidden",
  "not-written": "forbidden",
  "not-whole": "conflict",
  "not-public": "forbidden",
  "not-installed": "unavailable",
});
