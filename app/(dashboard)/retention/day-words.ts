/** `22 Nov 2033`: a day of the schedule, which is one in UTC. @param day `2033-11-22` */
export const dayWords = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", {
    ...{ day: "numeric", month: "short", year: "numeric", timeZone: "UTC" },
  });
