// oxlint-disable unicorn/consistent-function-scoping -- One expression is what a browser can be given.
// Runs in the browser: how far the page is wider than its window, and which texts have less contrast
// with their ground than WCAG's AA asks for (4.5 to 1, as defined at https://www.w3.org/TR/WCAG22).
(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

  /** A CSS colour, laid over another, as a browser paints it. */
  const painted = (color, under) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b].map((part, i) => (part * a + under[i] * (255 - a)) / 255);
  };

  const groundOf = (element) =>
    element === null
      ? [255, 255, 255]
      : painted(getComputedStyle(element).backgroundColor, groundOf(element.parentElement));

  const linear = (part) => (part <= 10 ? part / 3_294 : ((part / 255 + 0.055) / 1.055) ** 2.4);

  const lightOf = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

  const contrastOf = (element) => {
    const ground = groundOf(element);
    const both = [lightOf(painted(getComputedStyle(element).color, ground)), lightOf(ground)];
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  };

  const hasText = ({ childNodes }) =>
    [...childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent.trim());

  const faint = [...document.querySelectorAll('body *')]
    .filter((element) => element.checkVisibility() && hasText(element))
    .map((element) => `${element.textContent}: ${contrastOf(element).toFixed(2)}`)
    .filter((line) => Number(line.split(': ').at(-1)) < 4.5);
  return { overflow: document.documentElement.scrollWidth - innerWidth, faint };
})();
