import { expect, test } from "vitest";
import { totpCode, totpStep } from "./totp.ts";

test("codes are those of RFC 6238, appendix B, in their last six digits", () => {
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  const codes: Record<number, string> = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
  };
  for (const [seconds, code] of Object.entries(codes))
    expect(totpCode(secret, totpStep(Number(seconds) * 1000))).toBe(code);
  expect(totpCode("gezd gnbv-gy3t qojq gezd gnbv gy3t qojq==", totpStep(59_000))).toBe("287082");
});
