import { Eta } from 'eta';

/** What every template is given, beside what it needs itself. */
export type TemplateValues = {
  subject: string;
  /** The line that mail programs show beside the subject. */
  preview: string;
  /** Why the recipient gets this mail, for its foot. */
  reason: string;
} & Readonly<Record<string, string>>;

const html = new Eta({ views: import.meta.dirname, cache: true, autoEscape: true });
const text = new Eta({
  views: import.meta.dirname,
  cache: true,
  autoEscape: false,
  autoTrim: false,
});

/** Renders `<name>.html.eta`, every value escaped, and `<name>.txt.eta`, as it is. */
export const renderTemplate = (
  name: string,
  values: TemplateValues,
): { subject: string; html: string; text: string } => ({
  subject: values.subject,
  html: html.render(`/${name}.html.eta`, values),
  text: `${text.render(`/${name}.txt.eta`, values).trim()}\n`,
});
