/** A module that forgets to export its handler as the default. */
export const handler = () => 'never called';
