/** Markup that is safe to send: everything put into it was escaped. */
export type Html = { readonly markup: string };

type Value = string | number | Html | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Joins markup; texts among the values are escaped, also for attributes in quotes. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  markup: parts.reduce((whole, part, i) => whole + shown(values[i - 1] ?? '') + part),
});

const shown = (value: Value): string => {
  if (typeof value === 'object') {
    return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
  }
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
};
