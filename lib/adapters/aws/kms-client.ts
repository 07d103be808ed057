import { KMSClient } from "@aws-sdk/client-kms";
import { type AwsAccess, awsClientConfig } from "./aws-access.ts";

const ANSWER_WITHIN_MS = 10_000;

/** KMS answers in milliseconds: ten seconds an attempt and three attempts are its limit. */
export const kmsClient = (access: AwsAccess): KMSClient =>
  new KMSClient(awsClientConfig(access, ANSWER_WITHIN_MS));
