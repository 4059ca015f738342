/** Where whoever changes a person's notifications says so, and whoever shows them listens; the message is empty. */
export const liveChannel = (prefix: string, userId: string): string =>
  `{${prefix}}:live:notifications:${userId}`;
