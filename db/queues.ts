/** The queues of the installation; name and policy of one cannot change later. */
export const QUEUES = ["event", "follower", "schedule"] as const;
