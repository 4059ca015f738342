/** Makes an element; text goes in as text, so nothing that a mail says is ever read as HTML. */
export const element = (name, properties = {}, children = []) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
