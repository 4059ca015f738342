/**
 * `inline` under a name that a client chose: what looks like a path is left out of it, and browsers that
 * know only ASCII get a name without the rest (RFC 6266, RFC 8187).
 *
 * @param extension with its dot; the name gets it if it ends otherwise.
 */
export const inlineAs = (filename: string, extension: string): string => {
  const base = filename.split(/[/\\]/).at(-1) ?? '';
  const shown =
    base
      .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
      .replace(/^[.\s]+/, '')
      .trim() || 'file';
  const name = shown.toLowerCase().endsWith(extension) ? shown : `${shown}${extension}`;
  const ascii = name.normalize('NFKD').replaceAll(/[^\w .()-]/g, '');
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `inline; filename="${ascii}"; filename*=UTF-8''${encoded}`;
};
