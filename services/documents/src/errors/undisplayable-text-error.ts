import { PlatformError } from '@shared/errors';

/** Text in a script that no font at hand can show: a contract with boxes in it is none. */
export class UndisplayableTextError extends PlatformError {
  readonly code = 'undisplayable_text';
  readonly retryable = false;

  /** @param characters told by their code points: names are personal. */
  constructor(characters: readonly string[]) {
    const shown = characters
      .slice(0, 5)
      .map((character) => `U+${character.codePointAt(0)?.toString(16).toUpperCase() ?? ''}`);
    super(
      {
        what: 'Contract refused',
        why: `no font can show ${shown.join(', ')}${characters.length > 5 ? ' and others' : ''}`,
        fix: 'Install a font for this script where the worker runs, and redrive the job.',
      },
      { path: 'formData' },
    );
  }
}
