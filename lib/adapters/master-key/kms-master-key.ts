import { DecryptCommand, EncryptCommand } from "@aws-sdk/client-kms";
import { type MasterKey, masterKeyError } from "#lib/ports/master-key.ts";
import { type AwsAccess, awsFailure } from "../aws/aws-access.ts";
import { kmsClient } from "../aws/kms-client.ts";

export interface KmsMasterKeySettings extends AwsAccess {
  /** A symmetric key's ARN. No alias: it may point elsewhere tomorrow. */
  readonly keyArn: string;
  /** Keys that wrapped before and may still unwrap; no other key ever is asked. */
  readonly formerKeyArns?: readonly string[];
}

const SCHEME = "aws-kms:";
const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;
const MISMATCH = new Set(["InvalidCiphertextException", "IncorrectKeyException"]);

/** A master key that never leaves AWS KMS, which keeps a record of each use. */
export function kmsMasterKey(settings: KmsMasterKeySettings): MasterKey {
  const { keyArn, formerKeyArns = [] } = settings;
  const known = [keyArn, ...formerKeyArns];
  for (const arn of known) if (!KEY_ARN.test(arn)) throw new RangeError(`not the ARN of a KMS key: ${arn}`);
  const client = kmsClient(settings);
  const bound = (context: string) => ({ "whereof-context": context });

  return {
    id: SCHEME + keyArn,
    async wrap(dataKey, context) {
      const request = new EncryptCommand({
        KeyId: keyArn,
        Plaintext: dataKey,
        EncryptionContext: bound(context),
      });
      const { CiphertextBlob } = await client.send(request).catch(refuse);
      return { masterKeyId: SCHEME + keyArn, wrapped: new Uint8Array(CiphertextBlob!) };
    },
    async unwrap({ masterKeyId, wrapped }, context) {
      const arn = known.find((known) => SCHEME + known === masterKeyId);
      if (!arn) throw masterKeyError("mismatch", "wrapped by a key that is not configured");
      const request = new DecryptCommand({
        KeyId: arn,
        CiphertextBlob: wrapped,
        EncryptionContext: bound(context),
      });
      const { Plaintext } = await client.send(request).catch(refuse);
      return new Uint8Array(Plaintext!);
    },
  };
}

function refuse(error: Error): never {
  const cause = awsFailure(error);
  if (MISMATCH.has(error.name)) throw masterKeyError("mismatch", "KMS did not wrap this for that", { cause });
  throw masterKeyError("unavailable", "KMS did not answer as it should", { cause });
}
