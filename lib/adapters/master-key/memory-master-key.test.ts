import { masterKeyContract } from "#lib/ports/master-key.contract.ts";
import { memoryMasterKey } from "./memory-master-key.ts";

masterKeyContract("in memory", async () => {
  const masterKey = memoryMasterKey();
  return {
    masterKey,
    async rotated() {
      masterKey.rotate();
      return masterKey;
    },
    stranger: async () => memoryMasterKey(),
  };
});
