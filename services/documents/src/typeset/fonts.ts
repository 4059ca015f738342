import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/**
 * Where the fonts lie that the compiler does not bring along. Its own cover Latin, Greek, Cyrillic and
 * Hebrew; these add Arabic, Devanagari, Thai, Korean, and Chinese with Japanese kana. What none of them has is
 * looked for among the fonts of the system. A font is read when a text needs it.
 */
export const fontPaths = (): string[] => [
  join(dirname(resolve('@embedpdf/fonts-arabic')), '../fonts'),
  join(dirname(resolve('@embedpdf/fonts-sc')), '../fonts'),
  join(dirname(resolve('@embedpdf/fonts-kr')), '../fonts'),
  dirname(
    resolve('@expo-google-fonts/noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf'),
  ),
  dirname(resolve('@expo-google-fonts/noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf')),
];
