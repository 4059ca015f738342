/**
 * An address of the product.
 *
 * @param publicUrl where people reach it; may have a path of its own.
 * @param path relative to that, encoded.
 */
export const linkTo = (publicUrl: string, path: string): string =>
  new URL(path, publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`).href;
