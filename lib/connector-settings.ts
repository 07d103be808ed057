import type { KeySettings } from "./key-settings.ts";

/** One setting of a place for keys, as it may be shown: of a secret only that it is set. */
export interface ConnectorSetting {
  readonly variable: string;
  /** Null for a secret. */
  readonly value: string | null;
}

const plain = (variable: string, value: string | null): ConnectorSetting[] =>
  value === null ? [] : [{ variable, value: URL.canParse(value) ? withoutLogin(value) : value }];
const secret = (variable: string): ConnectorSetting[] => [{ variable, value: null }];

/** Somebody may have written a log-in into an address. */
function withoutLogin(text: string): string {
  const url = new URL(text);
  if (url.username === "" && url.password === "") return text;
  url.username = "";
  url.password = "";
  return url.toString();
}

/** What the environment says of each place for keys that is set up, by the provider's name. No secret is among it. */
export function connectorSettings(keys: KeySettings): ReadonlyMap<string, readonly ConnectorSetting[]> {
  const { kms, pkcs11, vault, google, azure, csc } = keys;
  const settings = new Map<string, readonly ConnectorSetting[]>([["software", []]]);
  if (kms)
    settings.set("aws-kms", [
      ...plain("KMS_REGION", kms.region),
      ...plain("KMS_ENDPOINT", kms.endpoint),
      ...plain("KMS_ACCESS_KEY_ID", kms.accessKeyId),
      ...(kms.secretAccessKey === null ? [] : secret("KMS_SECRET_ACCESS_KEY")),
    ]);
  if (pkcs11)
    settings.set("pkcs11", [
      ...plain("PKCS11_MODULE", pkcs11.module),
      ...plain("PKCS11_TOKEN", pkcs11.token),
      ...("file" in pkcs11.pin ? plain("PKCS11_PIN_FILE", pkcs11.pin.file) : secret("PKCS11_PIN")),
    ]);
  if (vault)
    settings.set("vault", [
      ...plain("VAULT_ADDR", vault.address),
      ...plain("VAULT_NAMESPACE", vault.namespace),
      ...plain("VAULT_TRANSIT_MOUNT", vault.mount),
      ...("token" in vault.login
        ? secret("VAULT_TOKEN")
        : [...plain("VAULT_ROLE_ID", vault.login.roleId), ...secret("VAULT_SECRET_ID")]),
    ]);
  if (google)
    settings.set("google-kms", [
      ...plain("GOOGLE_KMS_KEY_RING", google.keyRing),
      ...plain("GOOGLE_KMS_CREDENTIALS_FILE", google.credentialsFile),
      ...plain("GOOGLE_KMS_PROTECTION", google.protection),
      ...plain("GOOGLE_KMS_ENDPOINT", google.endpoint),
    ]);
  if (azure)
    settings.set("azure-key-vault", [
      ...plain("AZURE_VAULT_URL", azure.vaultUrl),
      ...plain("AZURE_TENANT_ID", azure.tenantId),
      ...plain("AZURE_CLIENT_ID", azure.clientId),
      ...secret("AZURE_CLIENT_SECRET"),
      ...plain("AZURE_KEY_PROTECTION", azure.protection),
      ...plain("AZURE_LOGIN_URL", azure.loginUrl),
    ]);
  if (csc)
    settings.set("csc", [
      ...plain("CSC_URL", csc.url),
      ...plain("CSC_OAUTH_URL", csc.oauthUrl),
      ...plain("CSC_CLIENT_ID", csc.clientId),
      ...("file" in csc.clientSecret
        ? plain("CSC_CLIENT_SECRET_FILE", csc.clientSecret.file)
        : secret("CSC_CLIENT_SECRET")),
      ...plain("CSC_USER_ID", csc.userId),
      ...plain("CSC_TIMEOUT_SECONDS", String(csc.answerWithinMs / 1000)),
      ...plain("CSC_PATIENCE_SECONDS", String(csc.patienceMs / 1000)),
      ...plain("CSC_OPERATION_MODE", csc.isLater ? "A" : "S"),
    ]);
  return settings;
}
