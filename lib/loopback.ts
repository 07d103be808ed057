const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

/** Whether what is sent to that host stays on this machine, so that it may go unencrypted. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);
