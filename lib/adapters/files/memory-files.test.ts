import { filesContract } from "#lib/ports/files.contract.ts";
import { memoryMasterKey } from "../master-key/memory-master-key.ts";
import { openHandle } from "./encrypted-reader.ts";
import { memoryFiles } from "./memory-files.ts";

filesContract("in memory", async () => {
  const objects = new Map<string, Uint8Array>();
  return {
    store: memoryFiles(memoryMasterKey(), objects),
    openHandle,
    objectOf: async (key) => objects.get(key)!,
    replace: async (key, object) => void objects.set(key, object),
    leftovers: async () => [],
  };
});
