import { openWorkshop as openPlain, type Workshop as Plain } from '@shared/testing/workshop';

export const PUBLIC_URL = 'https://yard.test';

export type Workshop = Omit<Plain, 'env' | 'keys'> & {
  env: Plain['env'] & { PUBLIC_URL: string };
  /** The keys of all contracts in storage. */
  keys(): Promise<string[]>;
};

/** A database and a storage folder for this service, which also tells where the product is. */
export const openWorkshop = async (): Promise<Workshop> => {
  const workshop = await openPlain();
  return {
    ...workshop,
    env: { ...workshop.env, PUBLIC_URL },
    keys: () => workshop.keys('contracts/'),
  };
};
