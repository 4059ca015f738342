/** What a process that makes contracts can be asked to do. */
export type ContractCommands = {
  /** Makes so many contracts, one after the other, after a few that are not counted; ms each. */
  make(order: { contracts: number }): Promise<number[]>;
};

export type BrowserCommands = ContractCommands & {
  /** Of all its processes together. */
  rssBytes(order: null): Promise<number>;
};
