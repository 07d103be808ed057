/** The keys of workspaces: the master key wraps one for each, and is asked once for it. */
export interface WorkspaceKeys {
  /** 32 bytes; made where there is none. Throws master-key/unavailable, master-key/mismatch. */
  of(organizationId: string): Promise<Uint8Array>;
  /** The key in these very bytes of `workspace_keys`, whatever is known already. Throws the same. */
  open(organizationId: string, wrapped: Uint8Array): Promise<Uint8Array>;
}
