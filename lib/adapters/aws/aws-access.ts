/** How to reach an AWS service or one that speaks its language. */
export interface AwsAccess {
  readonly region: string;
  /** For anything but AWS itself: `https://s3.example.com`. */
  readonly endpoint?: string | null;
  /** Without them the SDK finds the machine's own role, as AWS documents it. */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  } | null;
  /** No byte in either direction for this long ends the request; 30 s unless told otherwise. */
  readonly idleTimeoutMs?: number;
}

const IDLE_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;
// The SDK would print to the console; what fails is thrown to whoever called us.
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

/** Client settings with every wait bounded; `wholeTimeoutMs` covers one attempt up to the answer's headers. */
export function awsClientConfig(access: AwsAccess, wholeTimeoutMs: number, maxAttempts = 3) {
  const { region, endpoint, credentials, idleTimeoutMs = IDLE_TIMEOUT_MS } = access;
  return {
    region,
    maxAttempts,
    logger: QUIET,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: idleTimeoutMs,
      requestTimeout: wholeTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}

interface AwsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly code?: string;
}

/**
 * What failed, for the log. The service's own message stays out: on a signature mismatch it quotes the request,
 * session token included.
 */
export function awsFailure(error: unknown): Error {
  const { name, code, message, $metadata } = error as AwsError;
  if (!$metadata?.httpStatusCode) return new Error(`${code ?? name}: ${message}`);
  return new Error(`${name}, HTTP ${$metadata.httpStatusCode}, request ${$metadata.requestId ?? "unnamed"}`);
}
